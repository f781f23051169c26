"""The loop that reads what the children say, restarts those that die, and ends all of them in order."""

import os
import selectors
import signal
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from deploy.supervisor import orphans
from deploy.supervisor.child import Child
from deploy.supervisor.output import Output, ending
from deploy.supervisor.processes import Process

TICK_SECONDS = 0.1


class GiveUp(Exception):
    """The shop cannot go on; the message says why."""


class StopRequested(Exception):
    """Ctrl-C, SIGTERM or SIGHUP."""


class Keeper:
    """Owns the children of one shop. Single-threaded on purpose: see `spawn`."""

    def __init__(self, home: Path, output: Output) -> None:
        self.home = home
        self.output = output
        self.children: list[Child] = []
        self.selector = selectors.DefaultSelector()
        self.stop_signals = 0
        self.is_stopping = False
        reader, writer = os.pipe()
        for end in (reader, writer):
            os.set_blocking(end, False)
        # Wakes the loop the moment a signal arrives, a dying child's included.
        signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        self.selector.register(reader, selectors.EVENT_READ, None)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.on_stop_signal)

    def on_stop_signal(self, number: int, frame: FrameType | None) -> None:
        """Only count: everything else happens in the loop."""
        self.stop_signals += 1

    def start(self, make: Callable[[], Process]) -> Child:
        """Start one more child."""
        child = Child(make, self.output)
        self.children.append(child)
        self.start_child(child)
        return child

    def start_child(self, child: Child) -> None:
        """Start it, listen to it, and write it down for the run after us."""
        child.start()
        if child.running and child.running.stdout:
            self.selector.register(child.running.stdout, selectors.EVENT_READ, child)
        self.record()

    def record(self) -> None:
        """Keep the list of what runs in the shop's home."""
        running = [orphans.describe(child.name, child.pid) for child in self.children if child.pid is not None]
        orphans.write(self.home, [entry for entry in running if entry is not None])

    def run_to_end(self, process: Process) -> None:
        """Run a process that must end well; raises GiveUp when it does not."""
        child = self.start(process.again)
        status: int | None = None
        while status is None:
            self.turn(child)
            status = self.collect(child)
        self.children.remove(child)
        if status != 0:
            raise GiveUp(f"{child.name} {ending(status)}.")

    def wait_until(self, condition: Callable[[], bool], *, what: str, seconds: float) -> None:
        """Keep things going until `condition` holds; raises GiveUp when that takes longer than `seconds`."""
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                raise GiveUp(f"{what} was not ready after {seconds:g} s.")
            self.turn()

    def keep_running(self) -> None:
        """Keep things going until we are told to stop (StopRequested) or cannot go on (GiveUp)."""
        while True:
            self.turn()

    def turn(self, awaited: Child | None = None) -> None:
        """One round: pass on output, see who died, restart who is due. `awaited` may end, the caller looks after it."""
        self.pass_on_output()
        if self.stop_signals:
            raise StopRequested
        for child in self.children:
            if child is awaited:
                continue
            status = self.collect(child)
            if status is not None and not child.plan_restart(status):
                raise GiveUp(f"{child.name} keeps dying: it {ending(status)}. Its last lines above say why.")
            if child.is_due():
                self.start_child(child)

    def pass_on_output(self) -> None:
        """Wait one tick at most for the children to say something."""
        for key, _ in self.selector.select(TICK_SECONDS):
            if isinstance(key.data, Child):
                if key.data.read() is False:
                    self.selector.unregister(key.fileobj)
            else:
                os.read(key.fd, 4096)

    def collect(self, child: Child) -> int | None:
        """The exit status of a child that has just ended."""
        pipe = child.running.stdout if child.running else None
        if child.running is None or child.running.poll() is None:
            return None
        if pipe is not None and pipe in self.selector.get_map():
            self.selector.unregister(pipe)
        return child.ended()

    def stop_all(self) -> None:
        """End the application first, then Redis, then PostgreSQL; a second signal means at once."""
        self.stop_signals = 0
        servers = [child for child in self.children if child.name in ("postgres", "redis")]
        self.stop_together([child for child in self.children if child not in servers])
        for server in reversed(servers):
            self.stop_together([server])
        orphans.write(self.home, [])

    def stop_together(self, children: list[Child]) -> None:
        """Tell these to stop, wait for them, and kill those whose patience is over."""
        began = time.monotonic()
        for child in children:
            child.tell_to_stop()
        left = [child for child in children if child.running is not None]
        while left:
            self.pass_on_output()
            for child in left:
                if self.stop_signals or time.monotonic() > began + child.process.patience:
                    child.kill_the_rest()
                self.collect(child)
            left = [child for child in left if child.running is not None]
