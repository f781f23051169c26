"""For tests only: end the process at a named point, as a power failure would."""

from __future__ import annotations

import os

_at = os.environ.get("HANDCART_CRASH_AT")


def crash_at(name: str) -> None:
    """Let this process end at the point `name`, as HANDCART_CRASH_AT does from its beginning."""
    global _at
    _at = name


def crash_point(name: str) -> None:
    """Exit at once, without any clean-up, if this is the point at which the process is to end."""
    if _at == name:
        os._exit(70)
