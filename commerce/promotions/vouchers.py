"""What codes take off a basket. Pure: what the shop knows of a code comes in as CodeTerms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from commerce.core.money import spread
from commerce.core.values import quickly_made
from commerce.promotions.basket import Basket, Good, Reduction, StepKind

_WHOLE = 10_000


class Refusal(Enum):
    """Why a code takes nothing off."""

    NOT_VALID = "not_valid"
    """Gone, switched off, expired, used up, or not for this customer or channel: nobody is told which."""
    BELOW_MINIMUM = "below_minimum"
    TOO_FEW_UNITS = "too_few_units"
    NOTHING_FITS = "nothing_fits"
    """No good in the cart is one that the voucher is for."""
    ELSEWHERE = "elsewhere"
    """The goods go to a country that the voucher is not for."""
    NOT_COMBINABLE = "not_combinable"


MESSAGES: dict[Refusal, str] = {
    Refusal.NOT_VALID: "This code is not valid.",
    Refusal.BELOW_MINIMUM: "The goods in the cart do not cost enough for this code.",
    Refusal.TOO_FEW_UNITS: "There are too few units in the cart for this code.",
    Refusal.NOTHING_FITS: "This code is for other goods than those in the cart.",
    Refusal.ELSEWHERE: "This code is not for deliveries to this country.",
    Refusal.NOT_COMBINABLE: "This code cannot be combined with another one in the cart.",
}


@dataclass(frozen=True, slots=True)
class CodeTerms:
    """What a code offers in a channel. `value`: minor units, or hundredths of a percent if `is_percentage`.

    `only` is whether `targets` (ids of products, variants, categories and collections) narrow it.
    """

    code_id: str
    voucher_id: str
    code: str
    name: str
    is_valid: bool
    value: int
    is_percentage: bool
    is_of_shipping: bool = False
    minimum_subtotal: int = 0
    minimum_quantity: int = 0
    cheapest_unit_only: bool = False
    combines_with_promotions: bool = True
    combines_with_vouchers: bool = False
    countries: frozenset[str] = frozenset()
    only: bool = False
    targets: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Standing:
    """A code of a cart: what it takes off now (minor units), or why it does not count."""

    code_id: str
    code: str
    name: str
    amount: int = 0
    refusal: Refusal | None = None


@quickly_made
@dataclass(frozen=True, slots=True)
class Decision:
    """What all codes of a cart do, in the order in which they were given."""

    reductions: tuple[Reduction, ...] = ()
    standings: tuple[Standing, ...] = ()


@dataclass(slots=True)
class _Left:
    """What is left of each line and of the delivery."""

    lines: dict[str, int]
    shipping: int
    promoted: set[str] = field(default_factory=set)


def decide(
    terms: Sequence[CodeTerms], basket: Basket, before: Iterable[Reduction] = (), *, country: str | None = None
) -> Decision:
    """What these codes take off what is left of each line and of the delivery after `before`.

    A code that may stand beside no other counts only as the first one. `country` is where the goods go, if known.
    """
    if not terms:
        return Decision()
    left = _left(basket, before)
    reductions: list[Reduction] = []
    standings: list[Standing] = []
    taken: list[CodeTerms] = []
    for each in terms:
        refusal = _refusal(each, basket, left, taken, country)
        lines: dict[str, int] = {}
        shipping = 0
        if refusal is None:
            taken.append(each)
            if each.is_of_shipping:
                shipping = _off(each, left.shipping)
                left.shipping -= shipping
            else:
                lines = _off_lines(each, _fitting(each, basket, left), left)
        amount = sum(lines.values()) + shipping
        standings.append(Standing(each.code_id, each.code, each.name, amount, refusal))
        if amount:
            reductions.append(Reduction(StepKind.VOUCHER, each.voucher_id, each.name, lines, shipping, each.code))
    return Decision(tuple(reductions), tuple(standings))


def _left(basket: Basket, before: Iterable[Reduction]) -> _Left:
    left = _Left({good.line_id: 0 if good.is_gift_card else good.amount for good in basket.goods}, basket.shipping)
    left.promoted = {good.line_id for good in basket.goods if good.unit < good.undiscounted}
    for reduction in before:
        left.shipping -= reduction.shipping
        for line_id, amount in reduction.lines.items():
            left.lines[line_id] -= amount
            if amount:
                left.promoted.add(line_id)
    return left


def _refusal(
    terms: CodeTerms, basket: Basket, left: _Left, taken: Sequence[CodeTerms], country: str | None
) -> Refusal | None:
    if not terms.is_valid:
        return Refusal.NOT_VALID
    if taken and not (terms.combines_with_vouchers and all(each.combines_with_vouchers for each in taken)):
        return Refusal.NOT_COMBINABLE
    if sum(left.lines.values()) < terms.minimum_subtotal:
        return Refusal.BELOW_MINIMUM
    if sum(good.quantity for good in basket.goods if good.counts) < terms.minimum_quantity:
        return Refusal.TOO_FEW_UNITS
    if terms.is_of_shipping:
        return Refusal.ELSEWHERE if terms.countries and country and country not in terms.countries else None
    return None if _fitting(terms, basket, left) else Refusal.NOTHING_FITS


def _fitting(terms: CodeTerms, basket: Basket, left: _Left) -> list[Good]:
    return [
        good
        for good in basket.goods
        if left.lines[good.line_id] > 0
        and good.counts
        and (not terms.only or _is_target(good, terms.targets))
        and (terms.combines_with_promotions or good.line_id not in left.promoted)
    ]


def _is_target(good: Good, targets: frozenset[str]) -> bool:
    return (
        good.product_id in targets
        or good.variant_id in targets
        or not targets.isdisjoint(good.categories)
        or not targets.isdisjoint(good.collections)
    )


def _off_lines(terms: CodeTerms, goods: Sequence[Good], left: _Left) -> dict[str, int]:
    """What is taken off each line; `left` follows."""
    bases: Mapping[str, int] = {good.line_id: left.lines[good.line_id] for good in goods}
    if terms.cheapest_unit_only:
        units = {good.line_id: left.lines[good.line_id] // good.quantity for good in goods}
        cheapest = min(units, key=lambda line_id: units[line_id])
        bases = {cheapest: units[cheapest]}
    parts = spread(_off(terms, sum(bases.values())), list(bases.values()))
    off = {line_id: part for line_id, part in zip(bases, parts, strict=True) if part}
    for line_id, part in off.items():
        left.lines[line_id] -= part
    return off


def _off(terms: CodeTerms, base: int) -> int:
    """Of `base`: never more than it; a percentage is rounded half up."""
    if terms.is_percentage:
        return min(base, (2 * base * terms.value + _WHOLE) // (2 * _WHOLE))
    return min(base, terms.value)
