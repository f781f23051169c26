"""Rules of collections, for staff and apps with MANAGE_PRODUCTS."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from enum import Enum
from typing import Any, Final
from uuid import UUID

import strawberry

from commerce.catalog.models import CollectionRule as CollectionRuleModel
from commerce.channels.models import Channel
from commerce.channels.queries import channels_by_id
from commerce.core import money
from commerce.core.errors import CommerceError, InvalidInput
from schema.catalog.filters import MetadataFilter
from schema.catalog.sources import AnyCollection
from schema.channels.scope import named_channel
from schema.context import RequestContext
from schema.ids import ids_of, to_global_id
from schema.money import minor_units
from schema.scalars import PositiveDecimal

_OF_ROWS: Final = {
    "categories": ("category", "Category"),
    "product_types": ("product_type", "ProductType"),
    "attribute_values": ("attribute_value", "AttributeValue"),
}
_WHOLE: Final = {"ids", "days", "contains"}
"""Keys of stored conditions that are the whole of what a caller gives."""


@strawberry.enum(description="How many of its conditions a rule asks for.")
class CollectionRuleMatch(Enum):
    """The values are those that are stored."""

    ALL = "all"
    ANY = "any"


@strawberry.input(description="The lowest price of a product in a channel, in major units of the channel's currency.")
class CollectionRulePriceInput:
    """At least one of the bounds."""

    channel: str = strawberry.field(description="The channel's slug.")
    gte: PositiveDecimal | None = strawberry.field(default=None, description="At least this.")
    lte: PositiveDecimal | None = strawberry.field(default=None, description="At most this.")


@strawberry.input(description="Whether a product can be had from the warehouses of a channel.")
class CollectionRuleStockInput:
    """Both are needed."""

    channel: str = strawberry.field(description="The channel's slug.")
    value: bool = strawberry.field(description="In stock, or not.")


@strawberry.input(description="Something that a product must be: exactly one of these.")
class CollectionRuleConditionInput:
    """Ids of one list are alternatives."""

    categories: list[strawberry.ID] | None = strawberry.field(default=None, description="In one of these or below.")
    product_types: list[strawberry.ID] | None = strawberry.field(default=None, description="Of one of these types.")
    attribute_values: list[strawberry.ID] | None = strawberry.field(
        default=None, description="It or one of its variants has one of these values."
    )
    price: CollectionRulePriceInput | None = strawberry.field(default=None, description="Its lowest price.")
    in_stock: CollectionRuleStockInput | None = strawberry.field(
        default=None, description="Whether it is in stock; it comes and goes within minutes."
    )
    created_within_days: int | None = strawberry.field(default=None, description="Not older than so many days.")
    name_contains: str | None = strawberry.field(
        default=None, description="Part of the name, without regard to case and accents."
    )
    metadata: MetadataFilter | None = strawberry.field(default=None, description="This public metadata.")

    def given(self) -> str:
        """The name of the one that is given. Raises InvalidInput for none and for several."""
        names = [name for name in self.__annotations__ if getattr(self, name) is not None]
        if len(names) != 1:
            raise InvalidInput("Give exactly one condition.")
        return names[0]

    def stored(self, context: RequestContext) -> dict[str, Any]:
        """The condition as the catalog knows it. Raises InvalidId, ChannelNotFound or InvalidInput."""
        name = self.given()
        value: Any = getattr(self, name)
        if name in _OF_ROWS:
            kind, type_name = _OF_ROWS[name]
            return {"kind": kind, "ids": [str(key) for key in ids_of(type_name, value, path=("ids",))]}
        if name == "price":
            channel = named_channel(context, value.channel)
            bounds = {
                bound: None if amount is None else minor_units(amount, channel.currency_code, path=(bound,))
                for bound, amount in (("gte", value.gte), ("lte", value.lte))
            }
            return {"kind": "price", "channel": str(channel.id), **bounds}
        if name == "in_stock":
            return {"kind": name, "channel": str(named_channel(context, value.channel).id), "value": value.value}
        if name == "metadata":
            return {"kind": name, "key": value.key, "value": value.value}
        if name == "created_within_days":
            return {"kind": "created_within", "days": value}
        return {"kind": "name", "contains": value}


@strawberry.input(description="What products must be to be in a collection.")
class CollectionRuleInput:
    """One condition at least, 20 at most."""

    match: CollectionRuleMatch = strawberry.field(
        default=CollectionRuleMatch.ALL, description="All of the conditions, or any of them."
    )
    conditions: list[CollectionRuleConditionInput] = strawberry.field(description="The conditions.")

    def stored(self, context: RequestContext) -> dict[str, Any]:
        """The rule as the catalog knows it. Raises what its conditions raise, with their place."""
        conditions = []
        for index, condition in enumerate(self.conditions):
            try:
                conditions.append(condition.stored(context))
            except CommerceError as error:
                raise error.at("rule", "conditions", str(index)) from None
        return {"match": self.match.value, "conditions": conditions}

    @contextmanager
    def named(self) -> Iterator[None]:
        """Errors of the block about keys of the stored rule get the names that the caller has used."""
        try:
            yield
        except CommerceError as error:
            error.path = self._path(error.path)
            raise

    def _path(self, path: tuple[str, ...]) -> tuple[str, ...]:
        if path[:2] != ("rule", "conditions") or len(path) < 4:
            return path
        first, *rest = self.conditions[int(path[2])].given().split("_")
        name = first + "".join(word.title() for word in rest)
        return (*path[:3], name, *(path[4:] if path[3] in _WHOLE else path[3:]))


@strawberry.type(description="The lowest price of a product in a channel.")
class CollectionRulePrice:
    """In major units of the channel's currency."""

    channel: str = strawberry.field(description="The channel's slug.")
    gte: Decimal | None = strawberry.field(description="At least this.")
    lte: Decimal | None = strawberry.field(description="At most this.")


@strawberry.type(description="Whether a product can be had from the warehouses of a channel.")
class CollectionRuleStock:
    """Both are there."""

    channel: str = strawberry.field(description="The channel's slug.")
    value: bool = strawberry.field(description="In stock, or not.")


@strawberry.type(description="A key of the public metadata, and its value if that matters.")
class CollectionRuleMetadata:
    """Without a value, every product that has the key."""

    key: str = strawberry.field(description="The key.")
    value: str | None = strawberry.field(description="The value.")


@strawberry.type(description="Something that a product must be: one of these is not null.")
class CollectionRuleCondition:
    """Shaped like the input."""

    categories: list[strawberry.ID] | None = strawberry.field(default=None, description="In one of these or below.")
    product_types: list[strawberry.ID] | None = strawberry.field(default=None, description="Of one of these types.")
    attribute_values: list[strawberry.ID] | None = strawberry.field(
        default=None, description="It or one of its variants has one of these values."
    )
    price: CollectionRulePrice | None = strawberry.field(default=None, description="Its lowest price.")
    in_stock: CollectionRuleStock | None = strawberry.field(default=None, description="Whether it is in stock.")
    created_within_days: int | None = strawberry.field(default=None, description="Not older than so many days.")
    name_contains: str | None = strawberry.field(default=None, description="Part of the name.")
    metadata: CollectionRuleMetadata | None = strawberry.field(default=None, description="This public metadata.")


@strawberry.type(description="What products must be to be in a collection.")
class CollectionRule:
    """Shaped like the input."""

    match: CollectionRuleMatch = strawberry.field(description="All of the conditions, or any of them.")
    conditions: list[CollectionRuleCondition] = strawberry.field(description="The conditions.")


def load_rules(collections: Sequence[AnyCollection], context: RequestContext) -> list[CollectionRule | None]:
    """What products must be to be in the collection besides those picked by hand; null without a rule."""
    ids = [UUID(str(row.id)) for row in collections]
    found = dict(CollectionRuleModel.objects.filter(collection__in=ids).values_list("collection_id", "rule"))
    stored = [rule for rule in found.values() if rule is not None]
    asked = {UUID(each["channel"]) for rule in stored for each in rule["conditions"] if "channel" in each}
    channels = channels_by_id(asked) if asked else {}
    return [None if (rule := found.get(key)) is None else _shown(rule, channels) for key in ids]


def _shown(rule: Mapping[str, Any], channels: Mapping[UUID, Channel]) -> CollectionRule:
    conditions = [_condition(condition, channels) for condition in rule["conditions"]]
    return CollectionRule(match=CollectionRuleMatch(rule["match"]), conditions=conditions)


def _condition(stored: Mapping[str, Any], channels: Mapping[UUID, Channel]) -> CollectionRuleCondition:
    kind = stored["kind"]
    for name, (of_kind, type_name) in _OF_ROWS.items():
        if kind == of_kind:
            ids = [strawberry.ID(to_global_id(type_name, key)) for key in stored["ids"]]
            return CollectionRuleCondition(**{name: ids})  # type: ignore[arg-type]
    channel = channels.get(UUID(stored["channel"])) if "channel" in stored else None
    slug = channel.slug if channel else ""
    if kind == "price":
        digits = money.exponent(channel.currency_code) if channel else 0
        low, high = (None if (amount := stored[name]) is None else Decimal(amount).scaleb(-digits)
                     for name in ("gte", "lte"))  # fmt: skip
        return CollectionRuleCondition(price=CollectionRulePrice(channel=slug, gte=low, lte=high))
    if kind == "in_stock":
        return CollectionRuleCondition(in_stock=CollectionRuleStock(channel=slug, value=stored["value"]))
    if kind == "metadata":
        return CollectionRuleCondition(metadata=CollectionRuleMetadata(key=stored["key"], value=stored["value"]))
    if kind == "created_within":
        return CollectionRuleCondition(created_within_days=stored["days"])
    return CollectionRuleCondition(name_contains=stored["contains"])
