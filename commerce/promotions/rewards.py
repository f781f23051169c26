"""What a rule gives, as it is stored in PromotionRule.reward. Amounts are minor units by channel id.

- percentage: `{"basis_points": 1500}`, of the goods
- fixed: `{"amounts": {channel: 500}}`, off a unit (catalogue) or off the goods together (order)
- fixed_price: `{"amounts": {channel: 999}}`, what a unit costs instead, if that is less
- free_shipping: `{}`
- buy_get: `{"buy": predicate, "buy_quantity": 2, "get": predicate, "get_quantity": 1, "basis_points": 10000,
  "most_times": null}`: for so many units bought, so many of the cheapest others are reduced, again and again
- gift: `{"variants": [ids]}`: a unit of one of them for nothing, the first that can be had unless the buyer chooses
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from commerce.catalog.models import ProductType, ProductVariant
from commerce.core.errors import InvalidInput, NotFound, Required
from commerce.core.money import MAX_MINOR
from commerce.promotions.errors import GiftCardAsGift
from commerce.promotions.models import Promotion, PromotionRule
from commerce.promotions.predicates import checked_ids, checked_predicate

Path = tuple[str, ...]
Type = PromotionRule.RewardType

MOST_UNITS: Final = 1_000
MOST_GIFTS: Final = 20
"""To choose one of."""
WHOLE: Final = 10_000
OF_CATALOGUE: Final = frozenset({Type.PERCENTAGE, Type.FIXED, Type.FIXED_PRICE})


def checked_reward(reward_type: str, given: object, *, kind: str, path: Path) -> dict[str, Any]:
    """`given` as it is stored. Raises Required, InvalidInput, NotFound or GiftCardAsGift with the path below `path`."""
    if reward_type not in Type.values:
        raise InvalidInput(f"A reward is one of {', '.join(Type.values)}.", path=("rewardType",))
    if kind == Promotion.Kind.CATALOGUE and reward_type not in OF_CATALOGUE:
        raise InvalidInput("A promotion of the catalogue changes prices, and nothing else.", path=("rewardType",))
    if not isinstance(given, Mapping):
        raise InvalidInput("A reward is an object.", path=path)
    if reward_type == Type.PERCENTAGE:
        _only(given, {"basis_points"}, path)
        return {"basis_points": _number(given, "basis_points", 1, WHOLE, path)}
    if reward_type in (Type.FIXED, Type.FIXED_PRICE):
        _only(given, {"amounts"}, path)
        lowest = 1 if reward_type == Type.FIXED else 0
        return {"amounts": checked_amounts(given.get("amounts"), (*path, "amounts"), lowest=lowest)}
    if reward_type == Type.BUY_GET:
        return _buy_get(given, path)
    if reward_type == Type.GIFT:
        return _gift(given, path)
    _only(given, set(), path)
    return {}


def checked_amounts(given: object, path: Path, *, lowest: int = 0) -> dict[str, int]:
    """Minor units by channel id. Raises Required or InvalidInput."""
    if not isinstance(given, Mapping) or not given:
        raise Required("Give an amount for at least one channel.", path=path)
    amounts: dict[str, int] = {}
    for key, amount in given.items():
        try:
            channel = str(UUID(str(key)))
        except ValueError:
            raise InvalidInput("This is not the id of a channel.", path=path) from None
        if type(amount) is not int or not lowest <= amount <= MAX_MINOR:
            raise InvalidInput(f"An amount is a whole number of minor units, {lowest} or more.", path=(*path, channel))
        amounts[channel] = amount
    return amounts


def _buy_get(given: Mapping[str, Any], path: Path) -> dict[str, Any]:
    _only(given, {"buy", "buy_quantity", "get", "get_quantity", "basis_points", "most_times"}, path)
    most = given.get("most_times")
    return {
        "buy": checked_predicate(given.get("buy", {}), (*path, "buy")),
        "buy_quantity": _number(given, "buy_quantity", 1, MOST_UNITS, path),
        "get": checked_predicate(given.get("get", {}), (*path, "get")),
        "get_quantity": _number(given, "get_quantity", 1, MOST_UNITS, path),
        "basis_points": _number({"basis_points": WHOLE, **given}, "basis_points", 1, WHOLE, path),
        "most_times": None if most is None else _number(given, "most_times", 1, MOST_UNITS, path),
    }


def _gift(given: Mapping[str, Any], path: Path) -> dict[str, Any]:
    _only(given, {"variants"}, path)
    ids = checked_ids(given.get("variants"), (*path, "variants"))
    if len(ids) > MOST_GIFTS:
        raise InvalidInput(f"At most {MOST_GIFTS} gifts to choose one of.", path=(*path, "variants"))
    rows = ProductVariant.objects.filter(id__in=ids).values_list("id", "product__product_type__kind")
    kinds = {str(key): kind for key, kind in rows}
    for place, key in enumerate(ids):
        if key not in kinds:
            raise NotFound("There is no such variant.", path=(*path, "variants", str(place)))
        if kinds[key] == ProductType.Kind.GIFT_CARD:
            text = "Gift cards are money that was paid before; promotions give none."
            raise GiftCardAsGift(text, path=(*path, "variants", str(place)))
    return {"variants": ids}


def _number(given: Mapping[str, Any], name: str, lowest: int, highest: int, path: Path) -> int:
    value = given.get(name)
    if value is None:
        raise Required("This is needed.", path=(*path, name))
    if type(value) is not int or not lowest <= value <= highest:
        raise InvalidInput(f"A whole number from {lowest} to {highest}.", path=(*path, name))
    return value


def _only(given: Mapping[str, Any], names: set[str], path: Path) -> None:
    unknown = sorted(map(str, given.keys() - names))
    if unknown:
        raise InvalidInput("This does not belong to this reward.", path=(*path, unknown[0]))
