"""The processes of a shop, in the order in which they are started."""

import os
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from deploy.embedded.addresses import Places
from deploy.embedded.postgres import has_database, prepare_postgres
from deploy.embedded.redis import answers, prepare_redis
from deploy.embedded.server import Server

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Process:
    """One program that is kept running."""

    name: str
    command: list[str]
    folder: Path = ROOT
    environment: Mapping[str, str] = field(default_factory=dict)
    stop_signal: signal.Signals = signal.SIGTERM
    patience: float = 15.0  # seconds between the stop signal and SIGKILL
    uid: int | None = None
    gid: int | None = None

    def again(self) -> "Process":
        """What to start when it has ended: the same. (A database server is described anew instead.)"""
        return self


def application(*, host: str, port: int, environment: Mapping[str, str]) -> list[Process]:
    """Web server, worker, relay and sweeper; the web server first."""
    threads = environment.get("BLOCKING_THREADS", "8")
    workers = environment.get("WEB_WORKERS", str(os.cpu_count() or 1))
    granian = ["--interface", "wsgi", "--host", host, "--port", str(port), "--no-ws", "--respawn-failed-workers"]
    # Told to stop, a worker ends what it has begun, and a call to a payment gateway may take as long as this. One that
    # still imports would never stop by itself.
    granian += ["--workers-kill-timeout", "22"]
    # A thread keeps its database connection, so idle threads are worth keeping.
    pools = ["--workers", workers, "--blocking-threads", threads, "--blocking-threads-idle-timeout", "600"]
    dramatiq = ["--processes", environment.get("WORKER_PROCESSES", "1"), "--threads", threads]
    commands = {
        "web": ["-m", "granian", *granian, *pools, "deploy.wsgi:application"],
        "worker": ["-m", "dramatiq", *dramatiq, "deploy.worker"],
        "relay": ["manage.py", "relay"],
        "sweeper": ["manage.py", "sweep"],
    }
    patience = {"web": 25.0}
    return [
        Process(
            name,
            [sys.executable, *command],
            environment=own_environment(name, environment),
            patience=patience.get(name, 15.0),
        )
        for name, command in commands.items()
    ]


def preparation(environment: Mapping[str, str]) -> Process:
    """The one process that must end well before the others may start."""
    setup = {**environment, "HANDCART_PROCESS": "setup"}
    return Process("setup", [sys.executable, "-m", "deploy.prepare"], environment=setup)


def own_environment(name: str, environment: Mapping[str, str]) -> dict[str, str]:
    """The shop's settings plus the name under which PostgreSQL lists the connections of this process."""
    return {"STATEMENT_TIMEOUT_MS": "15000", **environment, "HANDCART_PROCESS": name}


@dataclass(frozen=True)
class EmbeddedServer:
    """A server of our own: how to start it, clearing what a killed one left, and how to see that it is ready."""

    make: Callable[[], Process]
    is_ready: Callable[[], bool]


def embedded(places: Places, *, postgres: bool, redis: bool) -> list[EmbeddedServer]:
    """The embedded servers that are wanted, in starting order."""
    servers = []
    if postgres:
        servers.append(EmbeddedServer(lambda: of_server(prepare_postgres(places)), lambda: has_database(places)))
    if redis:
        servers.append(EmbeddedServer(lambda: of_server(prepare_redis(places)), lambda: answers(places)))
    return servers


def of_server(server: Server) -> Process:
    """An embedded server as a supervised process."""
    return Process(
        server.name,
        server.command,
        folder=server.folder,
        environment=server.environment,
        stop_signal=server.stop_signal,
        patience=60.0,
        uid=server.user.uid,
        gid=server.user.gid,
    )
