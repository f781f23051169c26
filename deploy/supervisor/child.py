"""One supervised process: its life, its output, and when to start it again."""

import os
import signal
import subprocess
import time
from collections.abc import Callable

from deploy.supervisor.output import Lines, Output, ending
from deploy.supervisor.processes import Process
from deploy.supervisor.spawning import spawn

LONG_ENOUGH_SECONDS = 60.0  # a process that lived this long has earned a clean slate
QUICK_DEATHS_ALLOWED = 5
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 10.0


class Child:
    """A process that is wanted, whether or not it runs at this moment."""

    def __init__(self, make: Callable[[], Process], output: Output) -> None:
        self.make = make
        self.output = output
        self.process: Process = make()
        self.running: subprocess.Popen[bytes] | None = None
        self.lines = Lines()
        self.started_at = 0.0
        self.start_again_at: float | None = None
        self.quick_deaths = 0

    @property
    def name(self) -> str:
        return self.process.name

    @property
    def pid(self) -> int | None:
        return self.running.pid if self.running else None

    def start(self) -> None:
        """Start the process. On a second start it is described anew, which clears what the killed one left."""
        if self.started_at:
            self.process = self.make()
        self.start_again_at = None
        self.lines = Lines()
        self.started_at = time.monotonic()
        self.running = spawn(self.process)
        if self.running.stdout:
            os.set_blocking(self.running.stdout.fileno(), False)

    def read(self) -> bool | None:
        """Pass on what the process said since the last time.

        True when there was something, None when there is nothing for now, False when it will say no more.
        """
        if self.running is None or self.running.stdout is None:
            return False
        try:
            chunk = os.read(self.running.stdout.fileno(), 65_536)
        except BlockingIOError:
            return None
        for line in self.lines.feed(chunk):
            self.output.line(self.name, line)
        return bool(chunk)

    def ended(self) -> int | None:
        """Its exit status once it has ended (negative: the signal that killed it); None while it runs."""
        if self.running is None:
            return None
        status = self.running.poll()
        if status is None:
            return None
        self.kill_the_rest()
        while self.read():
            pass
        if self.running.stdout:
            self.running.stdout.close()
        self.running = None
        return status

    def plan_restart(self, status: int) -> bool:
        """Decide when to start it again; False when it has died too often too quickly."""
        lived = time.monotonic() - self.started_at
        self.quick_deaths = 1 if lived > LONG_ENOUGH_SECONDS else self.quick_deaths + 1
        if self.quick_deaths > QUICK_DEATHS_ALLOWED:
            return False
        pause = min(FIRST_PAUSE_SECONDS * 2 ** (self.quick_deaths - 1), LONGEST_PAUSE_SECONDS)
        self.start_again_at = time.monotonic() + pause
        self.output.line("up", f"{self.name} {ending(status)}; starting it again in {pause:g} s")
        return True

    def is_due(self) -> bool:
        """Whether the pause before a restart is over."""
        return self.start_again_at is not None and time.monotonic() >= self.start_again_at

    def tell_to_stop(self) -> None:
        """Send its own stop signal, to the leader only: it ends its workers itself."""
        self.start_again_at = None
        if self.running is not None and self.running.poll() is None:
            self.running.send_signal(self.process.stop_signal)

    def kill_the_rest(self) -> None:
        """Kill what is left of its process group, for example the workers of a web server that was killed."""
        if self.running is None:
            return
        try:
            os.killpg(self.running.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):  # nobody left, or only the leader waiting to be reaped
            return
