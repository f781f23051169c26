"""Homes of shops that have been open before: tables and demo are there, made once for each state of the code."""

from __future__ import annotations

import fcntl
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Final

from deploy.embedded.addresses import Places, claim
from deploy.embedded.background import remove, start, stop
from deploy.embedded.service_user import service_user
from tests.deploy.running_shop import ROOT, clean_environment
from tests.turns import TEST_HOME

_FOLDER: Final = TEST_HOME / "prepared"
_PACKAGES: Final = ("commerce", "schema", "webhooks", "plugins", "deploy")
# What belongs to servers that run, or says where they lie.
_OF_ITS_SERVERS: Final = ("embedded.json", "background.lock", "redis", "sockets", "postgres", "*.log")
_NOT_OURS: Final = frozenset({"__pycache__", "node_modules"})
_SECONDS: Final = 600


def prepare_home(home: Path) -> None:
    """Let `home`, which has no servers yet, begin with a copy of what the first start of a shop makes."""
    with _one_at_a_time():
        ready = _FOLDER / _state()
        if not ready.exists():
            shutil.rmtree(_FOLDER, ignore_errors=True)
            _make(ready)
    shutil.copytree(ready / "home", home, dirs_exist_ok=True)
    _copy_cluster(ready / "data", claim(home))


def _make(ready: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="handcart-prepared-") as folder:
        home = Path(folder)
        try:
            places = start(home, durable=True)
            subprocess.run(
                [sys.executable, "-m", "deploy.prepare"],
                cwd=ROOT,
                env=clean_environment(home, DATABASE_URL=places.database_url, REDIS_URL=places.redis_url),
                stdout=subprocess.DEVNULL,
                check=True,
                timeout=_SECONDS,
            )
            stop(home)
            unfinished = ready.with_name("unfinished")
            shutil.copytree(home, unfinished / "home", ignore=shutil.ignore_patterns(*_OF_ITS_SERVERS))
            _copy(Path(places.postgres) / "data", unfinished / "data")
            unfinished.rename(ready)
        finally:
            remove(home)


def _copy_cluster(data: Path, places: Places) -> None:
    service_user().own(Path(places.postgres))
    _copy(data, Path(places.postgres) / "data")


def _copy(data: Path, to: Path) -> None:
    """`cp`, which keeps owners, and on some file systems copies nothing until it is written."""
    subprocess.run(["cp", "-a", data, to], check=True, timeout=_SECONDS)


def _state() -> str:
    """What the tables and the demo are made by."""
    seen = sha256()
    for path in sorted(path for name in _PACKAGES for path in (ROOT / name).rglob("*")):
        if path.is_file() and _NOT_OURS.isdisjoint(path.parts):
            seen.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return seen.hexdigest()[:16]


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    TEST_HOME.mkdir(parents=True, exist_ok=True)
    with (TEST_HOME / "prepared.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
