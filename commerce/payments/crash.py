"""For tests only: end the process at a named point, as a power failure would."""

from __future__ import annotations

import os


def crash_point(name: str) -> None:
    """Exit at once, without any clean-up, if HANDCART_CRASH_AT names this point."""
    if os.environ.get("HANDCART_CRASH_AT") == name:
        os._exit(70)
