"""How fast this machine is, so that figures of different machines can be compared: `make bench`."""

import hashlib
import os
import tempfile
import time
from pathlib import Path

ROUNDS = 5


def cpu() -> float:
    """SHA-256 over 1 MB blocks on one core, MB/s, best of five."""
    block = b"\0" * 1_000_000
    best = 0.0
    for _ in range(ROUNDS):
        began = time.perf_counter()
        for _ in range(50):
            hashlib.sha256(block).digest()
        best = max(best, 50 / (time.perf_counter() - began))
    return best


def python() -> float:
    """A loop of plain Python, million steps per second, best of five."""
    best = 0.0
    for _ in range(ROUNDS):
        began = time.perf_counter()
        total = 0
        for number in range(1_000_000):
            total += number & 7
        best = max(best, 1 / (time.perf_counter() - began))
    return best


def fsync(folder: Path) -> float:
    """Writes of 8 kB that are on the disk when they return, per second, over half a second."""
    page = b"\0" * 8192
    with tempfile.TemporaryFile(dir=folder) as file:
        began = time.perf_counter()
        count = 0
        while time.perf_counter() - began < 0.5:
            file.write(page)
            file.flush()
            os.fdatasync(file.fileno())
            count += 1
        return count / (time.perf_counter() - began)


def main() -> None:
    """Print one line per figure."""
    print(f"bench machine.cores {os.cpu_count()} cores")
    print(f"bench machine.cpu {cpu():.0f} MB/s")
    print(f"bench machine.python {python():.1f} Msteps/s")
    print(f"bench machine.fsync {fsync(Path.cwd()):.0f} syncs/s")


if __name__ == "__main__":
    main()
