"""How long a test goes on: briefly in `make test`, at length in `make fire`."""

from __future__ import annotations

import os

SEED = int(os.environ.get("HANDCART_FIRE_SEED", "1"))
"""Where chance begins. Another number gives another run, the same number the same one."""


def at_length(short: int, long: int) -> int:
    """`long` if HANDCART_FIRE is set, `short` if not."""
    return long if os.environ.get("HANDCART_FIRE") else short
