"""Embedded servers without a supervisor: started once, shared by every test run, stopped by name.

python -m deploy.embedded.background start|stop HOME
"""

import fcntl
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.embedded.addresses import RECORD, Places, claim, recorded
from deploy.embedded.postgres import end_postgres, has_database, prepare_postgres
from deploy.embedded.redis import answers, end_redis, prepare_redis
from deploy.embedded.server import Server

START_DEADLINE_SECONDS = 60.0


@contextmanager
def one_at_a_time(home: Path) -> Iterator[None]:
    """Hold the lock under which servers of this home are started and stopped."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / "background.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def start(home: Path, *, durable: bool) -> Places:
    """Servers for this home: those that run already, or new ones that outlive this process."""
    with one_at_a_time(home):
        places = claim(home)
        if not (Path(places.postgres).exists() and has_database(places)):
            launch(prepare_postgres(places, durable=durable), home, lambda: has_database(places))
        if not answers(places):
            launch(prepare_redis(places, durable=durable), home, lambda: answers(places))
        return places


def stop(home: Path) -> None:
    """End the servers of this home and wait for them; nothing happens when none runs."""
    with one_at_a_time(home):
        places = recorded(home)
        if places is not None:
            end_redis(Path(places.redis))
            end_postgres(Path(places.postgres) / "data")


def remove(home: Path) -> None:
    """Stop the servers of this home and delete their data, wherever it lies."""
    stop(home)
    places = recorded(home)
    if places is not None:
        for folder in (places.postgres, places.redis, places.sockets):
            shutil.rmtree(folder, ignore_errors=True)
        (home / RECORD).unlink()


def launch(server: Server, home: Path, is_ready: Callable[[], bool]) -> None:
    """Start one server in its own session and wait until it is ready; raises RuntimeError with its last words."""
    log = home / f"{server.name}.log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            server.command,
            cwd=server.folder,
            env={**os.environ, **server.environment},
            user=server.user.uid,
            group=server.user.gid,
            extra_groups=None if server.user.uid is None else [],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    deadline = time.monotonic() + START_DEADLINE_SECONDS
    while not is_ready():
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"{server.name} did not start:\n{log.read_text(errors='replace')[-2000:]}")
        time.sleep(0.05)
