"""Text that PostgreSQL can hold."""

from __future__ import annotations


def is_storable(text: str) -> bool:
    """Whether `text` has neither a NUL nor half of a surrogate pair; JSON can smuggle in both."""
    return "\x00" not in text and (text.isascii() or not any("\ud800" <= char <= "\udfff" for char in text))
