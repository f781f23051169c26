"""Ending a server by the folder it works in.

PostgreSQL and Redis both make their data folder their working directory, every process of theirs. That finds them
without trusting a process id that may since belong to somebody else.
"""

import os
import signal
import time
from pathlib import Path

PATIENCE_SECONDS = 15.0


def processes_in(folder: Path) -> list[int]:
    """The processes whose working directory is `folder`."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            if (entry / "cwd").readlink() == folder:
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def end_server(folder: Path, stop_signal: signal.Signals, *, main_process: int | None = None) -> None:
    """Tell the server in `folder` to stop and wait; what is still there after 15 s is killed.

    With `main_process` only that one is told, since it ends its own children in the right order; children whose
    main process is gone are killed at once, they have nobody left to write for.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    running = processes_in(folder)
    told = [pid for pid in running if main_process in (None, pid)]
    send(told, stop_signal)
    while running := processes_in(folder):
        if not told or time.monotonic() > deadline:
            send(running, signal.SIGKILL)
        if time.monotonic() > deadline + PATIENCE_SECONDS:
            raise RuntimeError(f"Processes {running} still use {folder} and cannot be ended.")
        time.sleep(0.05)


def send(pids: list[int], signal_number: signal.Signals) -> None:
    """Signal each process that is still there."""
    for pid in pids:
        try:
            os.kill(pid, signal_number)
        except ProcessLookupError:
            continue
