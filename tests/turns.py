"""Which pair of Redis numbers belongs to which running test process."""

import fcntl
from pathlib import Path
from typing import IO

TEST_HOME = Path(__file__).resolve().parent.parent / ".handcart" / "test"
FOLDER = TEST_HOME / "redis-numbers"
held: list[IO[str]] = []


def take(number: int) -> bool:
    """Lock the pair that begins at `number`; the lock ends with this process, however it ends."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    file = (FOLDER / str(number)).open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return False
    held.append(file)
    return True


def nobody_runs_tests() -> bool:
    """Whether every pair is free, that is, no test process uses the servers."""
    return all(take(int(file.name)) for file in FOLDER.glob("*"))
