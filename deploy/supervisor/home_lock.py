"""One running shop per home."""

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

PATIENCE_SECONDS = 90.0
# A run whose `make` was just killed needs a moment to notice.
GRACE_SECONDS = 2.0


class AlreadyRunning(Exception):
    """Another `make up` runs this shop."""


@contextmanager
def home_lock(home: Path, *, url: str) -> Iterator["HomeLock"]:
    """Hold the home while the block runs; raises AlreadyRunning when another run holds it and does not stop.

    The lock is the kernel's, so it ends with its holder, however that one ends.
    """
    home.mkdir(parents=True, exist_ok=True)
    with (home / "up.lock").open("a+", encoding="utf-8") as file:
        lock = HomeLock(file)
        lock.take()
        lock.write(url=url, is_stopping=False)
        yield lock


class HomeLock:
    """The lock file: who runs the shop, where, and whether it is on its way out."""

    def __init__(self, file: IO[str]) -> None:
        self.file = file
        self.url = ""

    def take(self) -> None:
        """Lock; an earlier run that is already stopping is waited for."""
        began = time.monotonic()
        while True:
            try:
                fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                holder = self.read()
                patience = PATIENCE_SECONDS if holder.get("is_stopping") else GRACE_SECONDS
                if time.monotonic() > began + patience:
                    raise AlreadyRunning(
                        f"This shop already runs at {holder.get('url')} (process {holder.get('pid')})."
                        " Stop that one first, or give this one its own PORT and HANDCART_HOME."
                    ) from None
                time.sleep(0.1)
            else:
                return

    def read(self) -> dict[str, object]:
        """What the holder wrote; empty while it is writing."""
        self.file.seek(0)
        try:
            return dict(json.loads(self.file.read()))
        except ValueError:
            return {}

    def write(self, *, url: str, is_stopping: bool) -> None:
        """Tell whoever comes next about us."""
        self.url = url
        self.file.seek(0)
        self.file.truncate()
        self.file.write(json.dumps({"pid": os.getpid(), "url": url, "is_stopping": is_stopping}))
        self.file.flush()

    def stopping(self) -> None:
        """From here on a new run waits for us instead of giving up."""
        self.write(url=self.url, is_stopping=True)
