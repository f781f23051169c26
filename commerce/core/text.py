"""Text that PostgreSQL can hold."""

from __future__ import annotations

from commerce.core.errors import InvalidInput


def is_storable(text: str) -> bool:
    """Whether `text` has neither a NUL nor half of a surrogate pair; JSON can smuggle in both."""
    return "\x00" not in text and (text.isascii() or not any("\ud800" <= char <= "\udfff" for char in text))


def require_text(text: str | None, longest: int, *, path: tuple[str, ...]) -> None:
    """Raise InvalidInput at `path` for more than `longest` characters, or for what `is_storable` refuses."""
    if text is not None and (len(text) > longest or not is_storable(text)):
        raise InvalidInput(f"At most {longest} plain characters.", path=path)
