"""What a cart must be for a rule of an order promotion, as it is stored in PromotionRule.condition.

`{}` is any cart. `{"kind": "subtotal", "gte": {channel: minor}, "lte": {...}}` compares the goods before order
promotions (a channel without an amount is not met), `{"kind": "quantity", "goods": predicate, "gte": 3, "lte": null}`
counts units, `{"kind": "first_order"}` holds for a buyer without an order, known by account or e-mail,
`{"kind": "customer_group", "ids": [...]}` for who is in one of them. `all`, `any` and `not` are made of others.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from commerce.core.errors import InvalidInput, Required
from commerce.promotions.predicates import MOST_PARTS, checked_ids, checked_predicate
from commerce.promotions.rewards import checked_amounts

Condition = Mapping[str, Any]
Path = tuple[str, ...]

DEEPEST: Final = 6
MOST_UNITS: Final = 1_000_000


def checked_condition(given: object, path: Path, depth: int = 1) -> dict[str, Any]:
    """`given` as it is stored. Raises Required, InvalidInput or NotFound with the path below `path`."""
    if not isinstance(given, Mapping):
        raise InvalidInput("A condition is an object.", path=path)
    if depth > DEEPEST:
        raise InvalidInput(f"Conditions go {DEEPEST} levels deep at most.", path=path)
    if not given:
        return {}
    for name in ("all", "any"):
        if given.keys() == {name}:
            inner = given[name]
            if not isinstance(inner, list) or not inner:
                raise Required("Name at least one condition.", path=(*path, name))
            if len(inner) > MOST_PARTS:
                raise InvalidInput(f"At most {MOST_PARTS} conditions.", path=(*path, name))
            return {name: [checked_condition(p, (*path, name, str(n)), depth + 1) for n, p in enumerate(inner)]}
    if given.keys() == {"not"}:
        return {"not": checked_condition(given["not"], (*path, "not"), depth + 1)}
    kind = given.get("kind")
    if kind == "subtotal":
        _only(given, {"kind", "gte", "lte"}, path)
        bounds = {name: given[name] for name in ("gte", "lte") if given.get(name) is not None}
        if not bounds:
            raise Required("Give a lowest or a highest amount.", path=(*path, "gte"))
        return {"kind": kind, **{name: checked_amounts(each, (*path, name)) for name, each in bounds.items()}}
    if kind == "quantity":
        _only(given, {"kind", "goods", "gte", "lte"}, path)
        return {
            "kind": kind,
            "goods": checked_predicate(given.get("goods") or {}, (*path, "goods")),
            **_units(given, path),
        }
    if kind == "first_order":
        _only(given, {"kind"}, path)
        return {"kind": kind}
    if kind == "customer_group":
        _only(given, {"kind", "ids"}, path)
        return {"kind": kind, "ids": checked_ids(given.get("ids"), (*path, "ids"))}
    raise InvalidInput("There is no such condition.", path=(*path, "kind"))


def asks_for(condition: Condition, kind: str) -> bool:
    """Whether a condition of this kind is somewhere in it."""
    if condition.get("kind") == kind:
        return True
    parts = [*condition.get("all", ()), *condition.get("any", ())]
    if "not" in condition:
        parts.append(condition["not"])
    return any(asks_for(part, kind) for part in parts)


def _units(given: Mapping[str, Any], path: Path) -> dict[str, int]:
    bounds = {name: given[name] for name in ("gte", "lte") if given.get(name) is not None}
    if not bounds:
        raise Required("Give a lowest or a highest number of units.", path=(*path, "gte"))
    for name, value in bounds.items():
        if type(value) is not int or not 0 <= value <= MOST_UNITS:
            raise InvalidInput(f"A whole number from 0 to {MOST_UNITS}.", path=(*path, name))
    return bounds


def _only(given: Mapping[str, Any], names: set[str], path: Path) -> None:
    unknown = sorted(map(str, given.keys() - names))
    if unknown:
        raise InvalidInput("This does not belong to this condition.", path=(*path, unknown[0]))
