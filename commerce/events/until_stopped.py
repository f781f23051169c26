"""Ending a long-running command when it is asked to."""

from __future__ import annotations

import signal
from collections.abc import Callable
from types import FrameType


def on_stop_signal(stop: Callable[[], None]) -> None:
    """Call `stop` on SIGTERM and on SIGINT, instead of dying in the middle of something."""

    def handle(number: int, frame: FrameType | None) -> None:
        stop()

    signal.signal(signal.SIGTERM, handle)
    signal.signal(signal.SIGINT, handle)
