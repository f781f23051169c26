"""Putting units into a cart and taking them out. All faults are reported with their place; then nothing is done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Final
from uuid import UUID

from commerce.catalog.errors import VariantNotFound
from commerce.catalog.models import ProductVariant
from commerce.channels.models import Channel
from commerce.checkout.editing import CartEdit
from commerce.checkout.errors import (
    GiftLineNotEditable,
    LineNotFound,
    OverrideReasonAlone,
    PriceFromOutside,
    QuantityAboveLimit,
    QuantityTooSmall,
    TooManyLines,
)
from commerce.checkout.gift_choices import decline_gifts, gift_lines_named
from commerce.checkout.goods import read_goods
from commerce.checkout.inputs import LineChange, NewLine
from commerce.checkout.models import CheckoutLine
from commerce.checkout.offers import MESSAGES, Offer
from commerce.core.errors import CommerceError, InvalidInput, Rejected
from commerce.core.metadata import with_metadata
from commerce.core.records import fresh, update_rows
from commerce.inventory.errors import OutOfStock

MAX_LINES_PER_CALL: Final = 100
MAX_LINES: Final = 250


@dataclass(frozen=True, slots=True)
class _Growth:
    """An entry of the input that wants `units` more of a variant."""

    place: int
    variant: ProductVariant
    units: int


class _Faults:
    """What is wrong with the input, entry by entry. `field` is the input list that paths begin with."""

    def __init__(self, field: str) -> None:
        self._field = field
        self.found: list[CommerceError] = []

    def add(self, error: CommerceError, place: int) -> None:
        self.found.append(error.at(self._field, str(place)))

    @contextmanager
    def of(self, place: int) -> Iterator[None]:
        """Note the fault that the block raises, if any, for the entry at `place`."""
        try:
            yield
        except CommerceError as error:
            self.add(error, place)

    def raise_any(self) -> None:
        if self.found:
            raise Rejected(self.found)


def add(edit: CartEdit, wanted: Sequence[NewLine], *, field: str = "lines") -> None:
    """Put units into the cart. Raises Rejected with every fault."""
    require_few(wanted, field)
    faults = _Faults(field)
    for place, line in enumerate(wanted):
        with faults.of(place):
            _check_new(line)
    variants = _variants(edit, {line.variant_id for line in wanted})
    for place, line in enumerate(wanted):
        if line.variant_id not in variants:
            faults.add(VariantNotFound("There is no such variant.", path=("variant_id",)), place)
    faults.raise_any()
    growth = [_Growth(place, variants[line.variant_id], line.quantity) for place, line in enumerate(wanted)]
    offers = _judge(edit, growth, faults)
    faults.raise_any()
    new, changed = [], {}
    for line in wanted:
        here = None if line.force_new_line else _same_kind(edit.lines, line)
        if here is None:
            here = fresh(
                CheckoutLine,
                checkout=edit.checkout,
                variant=variants[line.variant_id],
                quantity=line.quantity,
                metadata=dict(line.metadata),
            )
            new.append(here)
            edit.lines.append(here)
        else:
            here.quantity += line.quantity
            changed[here.id] = here
        here.last_price_amount = offers[line.variant_id].amount
    if len(edit.lines) > MAX_LINES:
        raise TooManyLines(f"A cart has at most {MAX_LINES} lines.", path=(field,), limit=MAX_LINES)
    edit.fresh += new
    _write([line for line in changed.values() if not line._state.adding])


def update(edit: CartEdit, changes: Sequence[LineChange], *, field: str = "lines") -> None:
    """Change lines of the cart; quantity 0 removes one, and is all that can be said of a gift's.

    Taking units out is always possible. Raises Rejected.
    """
    require_few(changes, field)
    faults, lines = _Faults(field), {line.id: line for line in edit.lines}
    gifts = gift_lines_named(edit, [change.line_id for change in changes if change.line_id not in lines])
    named: set[UUID] = set()
    for place, change in enumerate(changes):
        with faults.of(place):
            if change.line_id in gifts:
                _check_gift(change)
            else:
                _check_change(change, lines, named)
        named.add(change.line_id)
    faults.raise_any()
    decline_gifts(edit, gifts.values())
    growth, shrunk = [], Counter[UUID]()
    for place, change in enumerate(changes):
        if change.line_id in gifts:
            continue
        line = lines[change.line_id]
        units = 0 if change.quantity is None else change.quantity - line.quantity
        if units > 0:
            growth.append(_Growth(place, line.variant, units))
        shrunk[line.variant_id] += max(0, -units)
    offers = _judge(edit, growth, faults, without=shrunk)
    faults.raise_any()
    changes = [change for change in changes if change.line_id not in gifts]
    for change in changes:
        line = lines[change.line_id]
        line.metadata = with_metadata(line.metadata, change.metadata, path=())
        if change.quantity is not None:
            line.quantity = change.quantity
        if line.variant_id in offers:
            line.last_price_amount = offers[line.variant_id].amount
    gone = {change.line_id for change in changes if change.quantity == 0}
    _write([lines[change.line_id] for change in changes if change.line_id not in gone])
    _drop(edit, gone)


def remove(edit: CartEdit, line_ids: Sequence[UUID], *, field: str = "lines_ids") -> None:
    """Take lines out of the cart. Raises Rejected for an id that is no line of it."""
    require_few(line_ids, field)
    known = {line.id for line in edit.lines}
    gifts = gift_lines_named(edit, [line_id for line_id in line_ids if line_id not in known])
    missing = [place for place, line_id in enumerate(line_ids) if line_id not in known and line_id not in gifts]
    if missing:
        raise Rejected([LineNotFound("The cart has no such line.", path=(field, str(place))) for place in missing])
    decline_gifts(edit, gifts.values())
    _drop(edit, set(line_ids) - gifts.keys())


def limit_of(variant: ProductVariant, channel: Channel) -> int:
    """How many units of a variant one cart may hold."""
    own = variant.quantity_limit_per_customer
    return channel.quantity_limit_per_line if own is None else min(own, channel.quantity_limit_per_line)


def _judge(
    edit: CartEdit, growth: Sequence[_Growth], faults: _Faults, *, without: Mapping[UUID, int] | None = None
) -> dict[UUID, Offer]:
    """Whether the channel sells what is wanted, may sell so much, and has it. Returns the offers by variant.

    `without` are units that the same call takes out. Units of a variant count over all its lines.
    """
    channel, checkout = edit.checkout.channel, edit.checkout
    if not growth:
        return {}
    wanted = {entry.variant.id for entry in growth}
    asked = edit.known.offers_in(wanted | {line.variant_id for line in edit.lines}, [channel.id])
    offers = {key: asked[key, channel.id] for key in wanted if (key, channel.id) in asked}
    before, total = Counter[UUID](), Counter[UUID]()
    for line in edit.lines:
        before[line.variant_id] += line.quantity
    available = edit.known.obtainable(checkout, edit.destination, offers.keys() | before.keys())
    total.update(before)
    total.subtract(without or {})
    for entry in growth:
        variant = entry.variant
        total[variant.id] += entry.units
        refusal, limit = offers[variant.id].refusal, limit_of(variant, channel)
        if refusal is not None:
            faults.add(refusal(MESSAGES[refusal], path=("variant_id",)), entry.place)
        elif total[variant.id] <= before[variant.id]:
            continue
        elif total[variant.id] > limit:
            text = f"At most {limit} units of it can be in one cart."
            faults.add(QuantityAboveLimit(text, path=("quantity",), limit=limit), entry.place)
        elif (left := available.left(variant.id, total)) is not None and total[variant.id] > left:
            text = f"Only {left} units of it can be had."
            faults.add(OutOfStock(text, path=("quantity",), available_quantity=left), entry.place)
    return offers


def _variants(edit: CartEdit, ids: set[UUID]) -> dict[UUID, ProductVariant]:
    read_goods(edit.checkout, edit.known, ids, edit.goes_to)
    return {key: variant for key in ids if (variant := edit.known.variants[key]) is not None}


def _check_new(line: NewLine) -> None:
    _check_price(line.price, line.price_override_reason)
    if line.quantity < 1:
        raise QuantityTooSmall("At least one unit can be put into a cart.", path=("quantity",))
    with_metadata({}, line.metadata, path=("metadata",))


def _check_change(change: LineChange, lines: Mapping[UUID, CheckoutLine], named: set[UUID]) -> None:
    _check_price(change.price, change.price_override_reason)
    if change.line_id not in lines:
        raise LineNotFound("The cart has no such line.", path=("line_id",))
    if change.line_id in named:
        raise InvalidInput("This line is named twice.", path=("line_id",))
    if change.quantity is not None and change.quantity < 0:
        raise QuantityTooSmall("A quantity is 0, which removes the line, or more.", path=("quantity",))
    with_metadata(lines[change.line_id].metadata, change.metadata, path=("metadata",))


def _check_gift(change: LineChange) -> None:
    if change.quantity != 0 or change.metadata:
        text = "A gift can only be taken out, or exchanged for another."
        raise GiftLineNotEditable(text, path=("quantity" if change.quantity is not None else "line_id",))


def _check_price(price: Decimal | None, reason: str | None) -> None:
    if price is not None:
        raise PriceFromOutside("The price is the shop's and cannot be given.", path=("price",))
    if reason is not None:
        raise OverrideReasonAlone(
            "There is no price that this could be the reason of.", path=("price_override_reason",)
        )


def require_few(entries: Sequence[object], field: str) -> None:
    """Raise TooManyLines at (field,) for more entries than one call may have."""
    if len(entries) > MAX_LINES_PER_CALL:
        text = f"At most {MAX_LINES_PER_CALL} lines can be changed at once."
        raise TooManyLines(text, path=(field,), limit=MAX_LINES_PER_CALL)


def _same_kind(lines: Sequence[CheckoutLine], wanted: NewLine) -> CheckoutLine | None:
    for line in lines:
        if line.variant_id == wanted.variant_id and line.metadata == dict(wanted.metadata):
            return line
    return None


def _write(lines: Sequence[CheckoutLine]) -> None:
    update_rows(lines, "quantity", "metadata", "last_price_amount")


def _drop(edit: CartEdit, line_ids: set[UUID]) -> None:
    if line_ids:
        CheckoutLine.objects.filter(id__in=line_ids).delete()
        edit.lines[:] = [line for line in edit.lines if line.id not in line_ids]
