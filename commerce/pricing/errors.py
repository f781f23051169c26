"""What can go wrong with price lists."""

from __future__ import annotations

from commerce.core.errors import NotFound


class PriceListNotFound(NotFound):
    """There is no such price list, or it is of a channel that the actor does not keep."""
