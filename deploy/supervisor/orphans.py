"""Recognising and ending what an earlier run of this very shop left behind.

Every child is written down with its process id, its start time and the machine's boot, which together name one
process for good: an id alone may belong to a stranger by now.
"""

import json
import os
import signal
import time
from dataclasses import asdict, dataclass
from pathlib import Path

RECORD = "processes.json"
PATIENCE_SECONDS = 15.0


@dataclass(frozen=True)
class Recorded:
    """One child of an earlier run. `started` is in clock ticks since boot, as the kernel counts."""

    name: str
    pid: int
    started: int
    boot: str

    @property
    def is_alive(self) -> bool:
        return self.boot == boot_id() and start_time(self.pid) == self.started


def boot_id() -> str:
    """Changes with every start of the machine."""
    return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()


def stat_fields(pid: int) -> list[str]:
    """The fields of /proc/PID/stat after the program's name, which may itself hold blanks and brackets."""
    return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()


def start_time(pid: int) -> int | None:
    """When the process started, in ticks since boot; None when there is none or it only waits to be reaped."""
    try:
        fields = stat_fields(pid)
    except OSError:
        return None
    return None if fields[0] == "Z" else int(fields[19])


def describe(name: str, pid: int) -> Recorded | None:
    """The record of a running child."""
    started = start_time(pid)
    return None if started is None else Recorded(name, pid, started, boot_id())


def write(home: Path, children: list[Recorded]) -> None:
    """Replace the record in one step."""
    unfinished = home / f"{RECORD}.unfinished"
    unfinished.write_text(json.dumps([asdict(child) for child in children], indent=1), encoding="utf-8")
    unfinished.replace(home / RECORD)


def read(home: Path) -> list[Recorded]:
    """The children of the last run that wrote here."""
    try:
        return [Recorded(**entry) for entry in json.loads((home / RECORD).read_text(encoding="utf-8"))]
    except (FileNotFoundError, ValueError, TypeError):
        return []


def end_orphans(home: Path) -> list[str]:
    """End what is left of the last run and return the names. The caller holds the shop's lock."""
    ended = []
    for child in read(home):
        members = [child.pid] if child.is_alive else session_of(child, home)
        if members:
            ended.append(child.name)
            end(members, child, home)
    (home / RECORD).unlink(missing_ok=True)
    return ended


def session_of(child: Recorded, home: Path) -> list[int]:
    """The processes of the session that `child` led, if they carry this shop's home in their environment."""
    if child.boot != boot_id():
        return []
    mark = f"HANDCART_HOME={home}".encode()
    members = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = stat_fields(int(entry.name))
            is_member = int(fields[3]) == child.pid and fields[0] != "Z"
            if is_member and mark in (entry / "environ").read_bytes().split(b"\0"):
                members.append(int(entry.name))
        except OSError:
            continue
    return members


def end(members: list[int], child: Recorded, home: Path) -> None:
    """Ask politely, wait, then kill; the rest of the session with it."""
    stop_signal = signal.SIGINT if child.name == "postgres" else signal.SIGTERM
    deadline = time.monotonic() + PATIENCE_SECONDS
    send(members, stop_signal)
    while time.monotonic() < deadline and any(start_time(pid) is not None for pid in members):
        time.sleep(0.05)
    if child.is_alive:
        send([child.pid], signal.SIGKILL)
    send(session_of(child, home), signal.SIGKILL)


def send(pids: list[int], signal_number: signal.Signals) -> None:
    """Signal each process that is still there."""
    for pid in pids:
        try:
            os.kill(pid, signal_number)
        except ProcessLookupError:
            continue
