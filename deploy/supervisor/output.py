"""The log as a person reads it: one line, one process, its name in front."""

import os
import signal
import sys

COLOURS = {"postgres": 34, "redis": 31, "setup": 33, "web": 32, "worker": 35, "relay": 36, "sweeper": 96, "up": 1}
NAME_WIDTH = 8


class Output:
    """Writes prefixed lines to standard output, coloured when that is a terminal."""

    def __init__(self) -> None:
        self.is_coloured = sys.stdout.isatty() and not os.environ.get("NO_COLOR")

    def line(self, name: str, text: str) -> None:
        """One line of the process `name`. A reader that has gone away is no reason to stop the shop."""
        prefix = f"{name:<{NAME_WIDTH}} |"
        if self.is_coloured:
            prefix = f"\x1b[{COLOURS.get(name, 37)}m{prefix}\x1b[0m"
        try:
            print(f"{prefix} {text}", flush=True)
        except BrokenPipeError:
            sys.stdout = open(os.devnull, "w")  # noqa: SIM115 (open for the rest of the process)


class Lines:
    """Cuts a stream of bytes into lines."""

    def __init__(self) -> None:
        self.rest = b""

    def feed(self, chunk: bytes) -> list[str]:
        """The lines that `chunk` completes; at the end of the stream (empty chunk) whatever is left."""
        *lines, self.rest = (self.rest + chunk).split(b"\n")
        if not chunk and self.rest:
            lines, self.rest = [*lines, self.rest], b""
        return [line.decode("utf-8", "replace").rstrip() for line in lines]


def ending(status: int) -> str:
    """How a process ended, in words."""
    return f"was killed by {signal.Signals(-status).name}" if status < 0 else f"ended with status {status}"
