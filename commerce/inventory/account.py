"""The account of a stock: an entry for every change of what is on hand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from commerce.core.actor import Actor
from commerce.core.errors import InvalidInput
from commerce.core.text import require_text
from commerce.inventory.announce import announce_changes
from commerce.inventory.rows import Entry, write_stocks

MAX_ON_HAND: Final = 1_000_000_000
MAX_NOTE: Final = 500


def write_entries(entries: Iterable[Entry], actor: Actor) -> None:
    """Write the figures of locked stocks with the entries of their accounts, and tell partners. Two statements."""
    found = list(entries)
    write_stocks([entry.stock for entry in found], found, actor.id)
    announce_changes(
        (entry.stock.base.warehouse_id, entry.stock.base.variant_id, entry.stock.on_hand, entry.stock.reserved)
        for entry in found
    )


def checked_note(note: str, *, path: tuple[str, ...] = ("note",)) -> str:
    """The note, trimmed. Raises InvalidInput for one that is too long or no text."""
    require_text(note, MAX_NOTE, path=path)
    return note.strip()


def require_quantity(quantity: int, *, least: int = 0, path: tuple[str, ...] = ("quantity",)) -> None:
    """Raise InvalidInput for a number of units that no warehouse can have."""
    if not least <= quantity <= MAX_ON_HAND:
        raise InvalidInput(f"A stock is a whole number from {least} to {MAX_ON_HAND}.", path=path)
