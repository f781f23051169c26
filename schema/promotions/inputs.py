"""What merchants say of promotions and their rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, cast
from uuid import UUID

import strawberry
from strawberry import UNSET

from commerce.channels.models import Channel
from commerce.core.errors import InvalidInput, NotFound
from commerce.promotions.services import PromotionChanges, RuleChanges
from schema.given import given, metadata, named, texts
from schema.ids import id_of, ids_of
from schema.metadata import MetadataInput
from schema.money import minor_units
from schema.promotions.types import PromotionKindEnum, PromotionStackingEnum
from schema.scalars import PositiveDecimal

Path = tuple[str, ...]

_KINDS: Final = {
    "products": ("product", "Product"),
    "variants": ("variant", "ProductVariant"),
    "categories": ("category", "Category"),
    "collections": ("collection", "Collection"),
    "attribute_values": ("attribute_value", "AttributeValue"),
    "product_types": ("product_type", "ProductType"),
}


@strawberry.input(description="Which goods are meant: all that is given holds of them. Nothing given: all goods.")
class PromotionGoodsInput:
    """Each list: one of these."""

    products: list[strawberry.ID] | None = strawberry.field(default=None, description="One of these products.")
    variants: list[strawberry.ID] | None = strawberry.field(default=None, description="One of these variants.")
    categories: list[strawberry.ID] | None = strawberry.field(
        default=None, description="In one of these categories or below."
    )
    collections: list[strawberry.ID] | None = strawberry.field(default=None, description="In one of these.")
    attribute_values: list[strawberry.ID] | None = strawberry.field(
        default=None, description="With one of these values, of the product or the variant itself."
    )
    product_types: list[strawberry.ID] | None = strawberry.field(default=None, description="Of one of these types.")
    all_of: list[PromotionGoodsInput] | None = strawberry.field(
        default=None, name="AND", description="All of these hold."
    )
    any_of: list[PromotionGoodsInput] | None = strawberry.field(
        default=None, name="OR", description="One of these holds."
    )
    none_of: PromotionGoodsInput | None = strawberry.field(default=None, name="NOT", description="This does not hold.")


@strawberry.input(description="An amount in a channel, in major units of its currency.")
class ChannelAmountInput:
    """E.g. 12.50."""

    channel: strawberry.ID = strawberry.field(description="The channel.")
    amount: PositiveDecimal = strawberry.field(description="How much.")


@strawberry.input(description="What the goods cost together, before order promotions, in each channel.")
class PromotionSubtotalInput:
    """A channel that is not named does not fulfil it."""

    gte: list[ChannelAmountInput] | None = strawberry.field(default=None, description="At least.")
    lte: list[ChannelAmountInput] | None = strawberry.field(default=None, description="At most.")


@strawberry.input(description="How many units of some goods.")
class PromotionQuantityInput:
    """Without goods, of all."""

    goods: PromotionGoodsInput | None = strawberry.field(default=None, description="Of which goods.")
    gte: int | None = strawberry.field(default=None, description="At least.")
    lte: int | None = strawberry.field(default=None, description="At most.")


@strawberry.input(description="What a cart must be: all that is given holds of it.")
class PromotionConditionInput:
    """Nothing given: any cart."""

    subtotal: PromotionSubtotalInput | None = strawberry.field(default=None, description="What the goods cost.")
    quantity: PromotionQuantityInput | None = strawberry.field(default=None, description="How many units.")
    first_order: bool | None = strawberry.field(
        default=None, description="The buyer has no order yet, under this account or e-mail address; or has one."
    )
    customer_groups: list[strawberry.ID] | None = strawberry.field(
        default=None, description="The buyer is in one of these groups."
    )
    all_of: list[PromotionConditionInput] | None = strawberry.field(
        default=None, name="AND", description="All of these hold."
    )
    any_of: list[PromotionConditionInput] | None = strawberry.field(
        default=None, name="OR", description="One of these holds."
    )
    none_of: PromotionConditionInput | None = strawberry.field(
        default=None, name="NOT", description="This does not hold."
    )


@strawberry.input(description="For so many units bought, so many of the cheapest others are reduced.")
class PromotionBuyGetInput:
    """No unit counts for both."""

    buy: PromotionGoodsInput | None = strawberry.field(default=None, description="What is bought; all without it.")
    buy_quantity: int = strawberry.field(description="How many units.")
    get: PromotionGoodsInput | None = strawberry.field(default=None, description="What is reduced; all without it.")
    get_quantity: int = strawberry.field(description="How many units.")
    percentage: PositiveDecimal | None = strawberry.field(default=None, description="How much of them; 100 without.")
    most_times: int | None = strawberry.field(default=None, description="How often at most in one cart.")


@strawberry.input(description="What a rule gives: exactly one of these.")
class PromotionRewardInput:
    """Off a unit for a promotion of the catalogue, off the goods together for one of orders."""

    percentage: PositiveDecimal | None = strawberry.field(default=None, description="So many percent, 0.01 to 100.")
    fixed: list[ChannelAmountInput] | None = strawberry.field(default=None, description="So much.")
    fixed_price: list[ChannelAmountInput] | None = strawberry.field(
        default=None, description="What a unit costs instead, if that is less."
    )
    free_shipping: bool | None = strawberry.field(default=None, description="The delivery costs nothing.")
    buy_get: PromotionBuyGetInput | None = strawberry.field(default=None, description="Buy some, get some.")
    gifts: list[strawberry.ID] | None = strawberry.field(
        default=None,
        description="A unit of one of these variants for nothing: the first that can be had, unless the shopper "
        "chooses another or none. It never changes what the cart costs.",
    )


@strawberry.input(description="What a rule of a promotion is.")
class PromotionRuleInput:
    """What is left out stays as it is."""

    name: str | None = strawberry.field(default=UNSET, description="What staff call it.")
    goods: PromotionGoodsInput | None = strawberry.field(default=UNSET, description="Which goods; null for all.")
    condition: PromotionConditionInput | None = strawberry.field(
        default=UNSET, description="What the cart must be; null for any. Only of order promotions."
    )
    reward: PromotionRewardInput | None = strawberry.field(default=UNSET, description="What it gives.")

    def changes(self) -> RuleChanges:
        """The keys that were given, as they are stored. Raises InvalidId, InvalidInput or NotFound (channel)."""
        found: dict[str, Any] = texts(self, "name")
        if self.goods is not UNSET:
            found["goods"] = goods_of(self.goods, ("goods",))
        if self.condition is not UNSET:
            found["condition"] = _condition(self.condition, ("condition",))
        if self.reward is not UNSET and self.reward is not None:
            found["reward_type"], found["reward"] = _reward(self.reward, ("reward",))
        return cast(RuleChanges, found)


@strawberry.input(description="How much a promotion may take off in a currency, in major units.")
class PromotionBudgetInput:
    """E.g. 5000.00 EUR."""

    currency: str = strawberry.field(description="ISO 4217 code.")
    amount: PositiveDecimal = strawberry.field(description="How much in all.")


@strawberry.input(description="What a promotion is.")
class PromotionInput:
    """What is left out stays as it is."""

    name: str | None = strawberry.field(default=UNSET, description="What shoppers and staff read.")
    description: str | None = strawberry.field(default=UNSET, description="What staff note about it.")
    starts_at: datetime | None = strawberry.field(default=UNSET, description="Holds from then on.")
    ends_at: datetime | None = strawberry.field(default=UNSET, description="Holds until then; null: no end.")
    is_active: bool | None = strawberry.field(default=UNSET, description="Whether it holds at all.")
    priority: int | None = strawberry.field(default=UNSET, description="From -1000 to 1000, 0 if nothing is said.")
    stacking: PromotionStackingEnum | None = strawberry.field(default=UNSET, description="Alone, or beside others.")
    usage_limit: int | None = strawberry.field(default=UNSET, description="How many orders get it; null for any.")
    channels: list[strawberry.ID] | None = strawberry.field(default=UNSET, description="Where it holds: all of them.")
    budgets: list[PromotionBudgetInput] | None = strawberry.field(
        default=UNSET, description="Budgets: all of them. A currency that is not named has no limit."
    )
    metadata: list[MetadataInput] | None = strawberry.field(default=UNSET, description="Replaces the public metadata.")
    private_metadata: list[MetadataInput] | None = strawberry.field(
        default=UNSET, description="Replaces the private metadata."
    )

    def changes(self) -> PromotionChanges:
        """The keys that were given."""
        found: dict[str, Any] = {
            **texts(self, "name", "description"),
            **named(self, "starts_at", "is_active", "priority"),
            **given(self, "ends_at", "usage_limit"),
            **metadata(self),
        }
        for stacking in named(self, "stacking").values():
            found["stacking"] = stacking.value
        return cast(PromotionChanges, found)

    def channel_ids(self) -> list[UUID] | None:
        """The channels, if they were given. Raises InvalidId."""
        for ids in given(self, "channels").values():
            return ids_of("Channel", ids or [], path=("channels",))
        return None

    def budget_amounts(self) -> dict[str, int] | None:
        """Minor units by currency, if they were given. Raises InvalidInput."""
        if self.budgets is UNSET:
            return None
        return {
            budget.currency: minor_units(budget.amount, budget.currency, path=("budgets", str(place), "amount"))
            for place, budget in enumerate(self.budgets or ())
        }


@strawberry.input(description="What a new promotion is.")
class PromotionCreateInput(PromotionInput):
    """A name is needed."""

    kind: PromotionKindEnum = strawberry.field(description="What it reduces. It stays that.")


def goods_of(goods: PromotionGoodsInput | None, path: Path) -> dict[str, Any]:
    """The stored form of a choice of goods. Raises InvalidId."""
    if goods is None:
        return {}
    parts: list[dict[str, Any]] = []
    for name, (kind, type_name) in _KINDS.items():
        ids = getattr(goods, name)
        if ids is not None:
            keys = ids_of(type_name, ids, path=(*path, name))
            parts.append({"kind": kind, "ids": [str(key) for key in keys]})
    for name, key in (("all_of", "all"), ("any_of", "any")):
        inner = getattr(goods, name)
        if inner is not None:
            label = "AND" if key == "all" else "OR"
            parts.append({key: [goods_of(each, (*path, label, str(n))) for n, each in enumerate(inner)]})
    if goods.none_of is not None:
        parts.append({"not": goods_of(goods.none_of, (*path, "NOT"))})
    return _together(parts)


def _condition(condition: PromotionConditionInput | None, path: Path) -> dict[str, Any]:
    if condition is None:
        return {}
    parts: list[dict[str, Any]] = []
    if condition.subtotal is not None:
        bounds = {name: getattr(condition.subtotal, name) for name in ("gte", "lte")}
        amounts = {name: _amounts(each, (*path, "subtotal", name)) for name, each in bounds.items() if each is not None}
        parts.append({"kind": "subtotal", **amounts})
    if condition.quantity is not None:
        asked = condition.quantity
        goods = goods_of(asked.goods, (*path, "quantity", "goods"))
        parts.append({"kind": "quantity", "goods": goods, "gte": asked.gte, "lte": asked.lte})
    if condition.first_order is not None:
        first: dict[str, Any] = {"kind": "first_order"}
        parts.append(first if condition.first_order else {"not": first})
    if condition.customer_groups is not None:
        keys = ids_of("CustomerGroup", condition.customer_groups, path=(*path, "customerGroups"))
        parts.append({"kind": "customer_group", "ids": [str(key) for key in keys]})
    for name, key in (("all_of", "all"), ("any_of", "any")):
        inner = getattr(condition, name)
        if inner is not None:
            label = "AND" if key == "all" else "OR"
            parts.append({key: [_condition(each, (*path, label, str(n))) for n, each in enumerate(inner)]})
    if condition.none_of is not None:
        parts.append({"not": _condition(condition.none_of, (*path, "NOT"))})
    return _together(parts)


def _together(parts: list[dict[str, Any]]) -> dict[str, Any]:
    if not parts:
        return {}
    return parts[0] if len(parts) == 1 else {"all": parts}


def _reward(reward: PromotionRewardInput, path: Path) -> tuple[str, dict[str, Any]]:
    chosen = {
        name: value
        for name in ("percentage", "fixed", "fixed_price", "free_shipping", "buy_get", "gifts")
        if (value := getattr(reward, name)) is not None and value is not False
    }
    if len(chosen) != 1:
        raise InvalidInput("A rule gives exactly one thing.", path=path)
    ((kind, value),) = chosen.items()
    if kind == "percentage":
        return kind, {"basis_points": _basis_points(value, (*path, kind))}
    if kind in ("fixed", "fixed_price"):
        return kind, {"amounts": _amounts(value, (*path, "fixedPrice" if kind == "fixed_price" else kind))}
    if kind == "free_shipping":
        return kind, {}
    if kind == "gifts":
        return "gift", {"variants": [str(key) for key in ids_of("ProductVariant", value, path=(*path, kind))]}
    deal: PromotionBuyGetInput = value
    share = 10_000 if deal.percentage is None else _basis_points(deal.percentage, (*path, "buyGet", "percentage"))
    return kind, {
        "buy": goods_of(deal.buy, (*path, "buyGet", "buy")),
        "buy_quantity": deal.buy_quantity,
        "get": goods_of(deal.get, (*path, "buyGet", "get")),
        "get_quantity": deal.get_quantity,
        "basis_points": share,
        "most_times": deal.most_times,
    }


def _basis_points(percentage: Any, path: Path) -> int:
    points = percentage * 100
    if not 1 <= points <= 10_000 or points != int(points):
        raise InvalidInput("From 0.01 to 100 percent, with two digits at most.", path=path)
    return int(points)


def _amounts(amounts: Sequence[ChannelAmountInput], path: Path) -> Mapping[str, int]:
    keys = [id_of("Channel", each.channel, path=(*path, str(n), "channel")) for n, each in enumerate(amounts)]
    known = Channel.objects.in_bulk(keys)
    found: dict[str, int] = {}
    for place, (key, each) in enumerate(zip(keys, amounts, strict=True)):
        if key not in known:
            raise NotFound("There is no such channel.", path=(*path, str(place), "channel"))
        if str(key) in found:
            raise InvalidInput("This channel is named twice.", path=(*path, str(place), "channel"))
        currency = known[key].currency_code
        found[str(key)] = minor_units(each.amount, currency, path=(*path, str(place), "amount"))
    return found
