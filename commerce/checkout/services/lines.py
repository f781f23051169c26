"""Units into a cart and out of it."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from commerce.checkout import lines as cart
from commerce.checkout.editing import editing
from commerce.checkout.inputs import LineChange, NewLine
from commerce.checkout.models import Checkout
from commerce.core.actor import Actor


def add_lines(*, checkout_id: UUID, lines: Sequence[NewLine], actor: Actor) -> Checkout:
    """Put units into a cart; the same variant again adds up to one line.

    Raises Rejected with every fault of the input, at ("lines", place, field): QuantityTooSmall, QuantityAboveLimit,
    OutOfStock (fact `available_quantity`), VariantNotFound, VariantNotSold, ProductNotPublished, ProductNotForSale,
    PriceFromOutside, InvalidInput. Raises TooManyLines, and what `editing` raises.
    """
    with editing(checkout_id, actor=actor) as edit:
        cart.add(edit, lines)
    return edit.checkout


def update_lines(*, checkout_id: UUID, lines: Sequence[LineChange], actor: Actor) -> Checkout:
    """Change quantities and metadata of lines; 0 removes a line. Raises what `add_lines` does, LineNotFound."""
    with editing(checkout_id, actor=actor) as edit:
        cart.update(edit, lines)
    return edit.checkout


def delete_lines(*, checkout_id: UUID, line_ids: Sequence[UUID], actor: Actor) -> Checkout:
    """Take lines out of a cart. Raises Rejected with a LineNotFound for each id that is none of its lines."""
    with editing(checkout_id, actor=actor) as edit:
        cart.remove(edit, line_ids)
    return edit.checkout
