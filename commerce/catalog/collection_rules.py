"""Rules of collections: what products must be to be in one, as it is stored in CollectionRule.

`{"match": "all", "conditions": [{"kind": "category", "ids": [...]}, ...]}`. Each kind below says its own keys;
channels, categories, types and values are ids. PostgreSQL weighs products against it (the function
`catalog_rule_matches`, migration 0007): triggers do for every product that is written, in the writer's transaction, and
`rule_keeping` for all products after the rule, the tree of categories or the time has changed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from commerce.attributes.models import AttributeValue
from commerce.catalog.models import Category, ProductType
from commerce.channels.models import Channel
from commerce.core.errors import CommerceError, InvalidInput, NotFound, Required
from commerce.core.money import MAX_MINOR
from commerce.core.text import require_text

Rule = dict[str, Any]
Path = tuple[str, ...]

MATCHES: Final = ("all", "any")
MOST_CONDITIONS: Final = 20
MOST_IDS: Final = 50
MOST_DAYS: Final = 3_650
MOST_RULES: Final = 500
"""Every product that is written is weighed against every rule."""

ALWAYS_CHANGING: Final = frozenset({"created_within", "in_stock"})
"""Kinds whose answer changes although nobody has written to a product."""


def checked_rule(rule: object) -> Rule:
    """`rule` as it is stored. Raises Required, InvalidInput or NotFound with the path below `rule`."""
    if not isinstance(rule, Mapping):
        raise InvalidInput("A rule is an object.", path=("rule",))
    _only(rule, {"match", "conditions"}, ("rule",))
    if rule.get("match") not in MATCHES:
        raise InvalidInput(f"A rule matches {' or '.join(MATCHES)} of its conditions.", path=("rule", "match"))
    conditions = rule.get("conditions")
    if not isinstance(conditions, list) or not conditions:
        raise Required("A rule has conditions.", path=("rule", "conditions"))
    if len(conditions) > MOST_CONDITIONS:
        raise InvalidInput(f"A rule has {MOST_CONDITIONS} conditions at most.", path=("rule", "conditions"))
    checked = []
    for index, condition in enumerate(conditions):
        try:
            checked.append(_checked(condition))
        except CommerceError as error:
            raise error.at("rule", "conditions", str(index)) from None
    return {"match": rule["match"], "conditions": checked}


def changes_by_itself(rule: Rule | None) -> bool:
    """Whether products come and go without being written."""
    return rule is not None and any(condition["kind"] in ALWAYS_CHANGING for condition in rule["conditions"])


def _checked(condition: object) -> dict[str, Any]:
    if not isinstance(condition, Mapping):
        raise InvalidInput("A condition is an object.")
    check = _KINDS.get(str(condition.get("kind")))
    if check is None:
        raise InvalidInput("There is no such kind of condition.", path=("kind",))
    return {"kind": condition["kind"], **check(condition)}


def _rows(model: Any) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    def check(condition: Mapping[str, Any]) -> dict[str, Any]:
        _only(condition, {"kind", "ids"}, ())
        ids = condition.get("ids")
        if not isinstance(ids, list) or not ids:
            raise Required("Name at least one.", path=("ids",))
        if len(ids) > MOST_IDS:
            raise InvalidInput(f"Name {MOST_IDS} at most.", path=("ids",))
        keys = list(dict.fromkeys(_key(value, ("ids", str(index))) for index, value in enumerate(ids)))
        _require(model, keys, ids, ("ids",))
        return {"ids": keys}

    return check


def _price(condition: Mapping[str, Any]) -> dict[str, Any]:
    """The lowest price in a channel, in minor units of its currency."""
    _only(condition, {"kind", "channel", "gte", "lte"}, ())
    bounds = {name: condition.get(name) for name in ("gte", "lte")}
    if bounds["gte"] is None and bounds["lte"] is None:
        raise Required("Give a lowest or a highest price.", path=("gte",))
    for name, amount in bounds.items():
        if amount is not None and (type(amount) is not int or not 0 <= amount <= MAX_MINOR):
            raise InvalidInput("A price is a whole number of minor units, 0 or more.", path=(name,))
    if bounds["gte"] is not None and bounds["lte"] is not None and bounds["gte"] > bounds["lte"]:
        raise InvalidInput("The range ends before it begins.", path=("lte",))
    return {"channel": _channel(condition), **bounds}


def _in_stock(condition: Mapping[str, Any]) -> dict[str, Any]:
    """Whether one of its variants can be had from the warehouses of a channel."""
    _only(condition, {"kind", "channel", "value"}, ())
    if type(condition.get("value")) is not bool:
        raise InvalidInput("In stock or not: true or false.", path=("value",))
    return {"channel": _channel(condition), "value": condition["value"]}


def _created_within(condition: Mapping[str, Any]) -> dict[str, Any]:
    _only(condition, {"kind", "days"}, ())
    days = condition.get("days")
    if type(days) is not int or not 1 <= days <= MOST_DAYS:
        raise InvalidInput(f"Between 1 and {MOST_DAYS} days.", path=("days",))
    return {"days": days}


def _name(condition: Mapping[str, Any]) -> dict[str, Any]:
    """Part of the name, without regard to case and accents."""
    _only(condition, {"kind", "contains"}, ())
    return {"contains": _text(condition, "contains", 250)}


def _metadata(condition: Mapping[str, Any]) -> dict[str, Any]:
    """A key of the public metadata, and its value unless that is null."""
    _only(condition, {"kind", "key", "value"}, ())
    value = None if condition.get("value") is None else _text(condition, "value", 10_000, empty=True)
    return {"key": _text(condition, "key", 255), "value": value}


_KINDS: Final[Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]]] = {
    "category": _rows(Category),
    "product_type": _rows(ProductType),
    "attribute_value": _rows(AttributeValue),
    "price": _price,
    "in_stock": _in_stock,
    "created_within": _created_within,
    "name": _name,
    "metadata": _metadata,
}


def _channel(condition: Mapping[str, Any]) -> str:
    key = _key(condition.get("channel"), ("channel",))
    _require(Channel, [key], [key], ("channel",))
    return key


def _require(model: Any, keys: Sequence[str], given: Sequence[Any], path: Path) -> None:
    known = set(map(str, model.objects.filter(id__in=keys).values_list("id", flat=True)))
    for index, value in enumerate(given):
        if str(value).lower() not in known:
            place = (*path, str(index)) if path == ("ids",) else path
            raise NotFound(f"There is no such {model._meta.verbose_name}.", path=place)


def _key(value: object, path: Path) -> str:
    try:
        return str(UUID(str(value)))
    except ValueError:
        raise InvalidInput("This is not an id.", path=path) from None


def _text(condition: Mapping[str, Any], name: str, longest: int, *, empty: bool = False) -> str:
    value = condition.get(name)
    if not isinstance(value, str):
        raise InvalidInput("A text is needed.", path=(name,))
    require_text(value, longest, path=(name,))
    if not empty and not value.strip():
        raise Required("A text is needed.", path=(name,))
    return value if empty else value.strip()


def _only(given: Mapping[str, Any], known: set[str], path: Path) -> None:
    for name in given:
        if name not in known:
            raise InvalidInput("There is no such key here.", path=(*path, str(name)[:50]))
