"""Which goods a rule is about, as it is stored in PromotionRule.goods.

`{}` is everything. `{"kind": "category", "ids": [...]}` holds for goods that have one of these: a category counts with
all below it, attribute values are those of the product and of the variant itself. `{"all": [...]}`, `{"any": [...]}`
and `{"not": {...}}` are made of others. No two kinds share an id, so what a good has is one set of ids, its terms;
PostgreSQL asks the same of variants (`promotions_holds`, migrations/0002_prices.py).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from commerce.attributes.models import AttributeValue
from commerce.catalog.models import Category, Product, ProductType, ProductVariant
from commerce.catalog.models import Collection as CollectionRow
from commerce.core.errors import InvalidInput, NotFound, Required
from commerce.promotions.basket import Good

Predicate = Mapping[str, Any]
Path = tuple[str, ...]

KINDS: Final[Mapping[str, Any]] = {
    "product": Product,
    "variant": ProductVariant,
    "category": Category,
    "collection": CollectionRow,
    "attribute_value": AttributeValue,
    "product_type": ProductType,
}
EVERYTHING: Final[Predicate] = {}
MOST_PARTS: Final = 50
MOST_IDS: Final = 500
DEEPEST: Final = 6


def checked_predicate(given: object, path: Path) -> dict[str, Any]:
    """`given` as it is stored. Raises Required, InvalidInput or NotFound (an id) with the path below `path`."""
    checked, parts = _checked(given, path, 1)
    if parts > MOST_PARTS:
        raise InvalidInput(f"At most {MOST_PARTS} conditions.", path=path)
    for kind, model in KINDS.items():
        asked = [(key, where) for name, key, where in _ids(checked, path) if name == kind]
        if not asked:
            continue
        known = set(map(str, model.objects.filter(id__in=[key for key, _ in asked]).values_list("id", flat=True)))
        for key, where in asked:
            if key not in known:
                raise NotFound("There is no such object.", path=where)
    return checked


def _checked(given: object, path: Path, depth: int) -> tuple[dict[str, Any], int]:
    if not isinstance(given, Mapping):
        raise InvalidInput("A condition is an object.", path=path)
    if depth > DEEPEST:
        raise InvalidInput(f"Conditions go {DEEPEST} levels deep at most.", path=path)
    if not given:
        return {}, 1
    for name in ("all", "any"):
        if given.keys() == {name}:
            inner = given[name]
            if not isinstance(inner, list) or not inner:
                raise Required("Name at least one condition.", path=(*path, name))
            if len(inner) > MOST_PARTS:
                raise InvalidInput(f"At most {MOST_PARTS} conditions.", path=(*path, name))
            pairs = [_checked(part, (*path, name, str(place)), depth + 1) for place, part in enumerate(inner)]
            return {name: [part for part, _ in pairs]}, sum(count for _, count in pairs)
    if given.keys() == {"not"}:
        part, count = _checked(given["not"], (*path, "not"), depth + 1)
        return {"not": part}, count
    if given.keys() != {"kind", "ids"} or given["kind"] not in KINDS:
        raise InvalidInput(f"A condition is one of all, any, not, or kind ({', '.join(KINDS)}) with ids.", path=path)
    return {"kind": given["kind"], "ids": checked_ids(given["ids"], (*path, "ids"))}, 1


def checked_ids(given: object, path: Path) -> list[str]:
    """Ids without repetition, in the order in which they came. Raises Required or InvalidInput."""
    if not isinstance(given, list) or not given:
        raise Required("Name at least one.", path=path)
    if len(given) > MOST_IDS:
        raise InvalidInput(f"Name {MOST_IDS} at most.", path=path)
    found: dict[str, None] = {}
    for place, value in enumerate(given):
        try:
            found[str(UUID(str(value)))] = None
        except ValueError:
            raise InvalidInput("This is not an id.", path=(*path, str(place))) from None
    return list(found)


def _ids(predicate: Predicate, path: Path) -> Iterator[tuple[str, str, Path]]:
    """Each id with its kind and where it stands."""
    if "ids" in predicate:
        for place, key in enumerate(predicate["ids"]):
            yield predicate["kind"], key, (*path, "ids", str(place))
    for name in ("all", "any"):
        for place, part in enumerate(predicate.get(name, ())):
            yield from _ids(part, (*path, name, str(place)))
    if "not" in predicate:
        yield from _ids(predicate["not"], (*path, "not"))


def terms_of(good: Good) -> frozenset[str]:
    """Every id that a condition may ask for."""
    own = {good.variant_id, good.product_id}
    if good.product_type_id is not None:
        own.add(good.product_type_id)
    return frozenset(own).union(good.categories, good.collections, good.values)


def holds(predicate: Predicate, terms: Collection[str]) -> bool:
    """Whether goods with these terms are meant."""
    if "ids" in predicate:
        return any(key in terms for key in predicate["ids"])
    if "all" in predicate:
        return all(holds(part, terms) for part in predicate["all"])
    if "any" in predicate:
        return any(holds(part, terms) for part in predicate["any"])
    if "not" in predicate:
        return not holds(predicate["not"], terms)
    return True


def must_have(predicate: Predicate) -> list[str] | None:
    """Ids of which all goods that are meant have at least one; None if nothing of the kind can be said."""
    if "ids" in predicate:
        return list(predicate["ids"])
    if "all" in predicate:
        known = [found for part in predicate["all"] if (found := must_have(part)) is not None]
        return min(known, key=len) if known else None
    if "any" in predicate:
        return _together([must_have(part) for part in predicate["any"]])
    return None


def _together(parts: Sequence[list[str] | None]) -> list[str] | None:
    if any(part is None for part in parts):
        return None
    return sorted({key for part in parts for key in part or ()})


def is_one_question(predicate: Predicate) -> bool:
    """Whether `must_have` says it all."""
    return not predicate or "ids" in predicate
