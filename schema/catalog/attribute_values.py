"""What a filter says of the value of an attribute, as a condition on AttributeValue."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, time
from typing import Any, Final
from uuid import UUID

from django.db.models import Q, QuerySet

from commerce.attributes.models import Attribute
from commerce.catalog.queries import visible_categories, visible_collections, visible_products, visible_variants
from commerce.channels.models import Channel
from commerce.content.queries import visible_pages
from commerce.core.actor import Actor
from commerce.core.errors import InvalidInput, Required
from schema.catalog.filters import (
    AssignedAttributeReferenceInput,
    AssignedAttributeValueInput,
    ContainsFilterInput,
    DateRangeInput,
    DateTimeRangeInput,
    DecimalFilterInput,
)
from schema.catalog.one_way import Path, texts_of
from schema.ids import InvalidId, id_of

Rows = Callable[[Channel | None, Actor], QuerySet[Any]]

MAX_TEXTS: Final = 100

# Name in the input -> the rows that exist for the caller, and the column that names them.
_ROWS: Final[dict[str, tuple[str, Rows, str]]] = {
    "page_slugs": ("Page", lambda channel, actor: visible_pages(actor=actor), "slug"),
    "product_slugs": ("Product", lambda channel, actor: visible_products(channel=channel, actor=actor), "slug"),
    "product_variant_skus": (
        "ProductVariant",
        lambda channel, actor: visible_variants(channel=channel, actor=actor),
        "sku",
    ),
    "category_slugs": ("Category", lambda channel, actor: visible_categories(), "slug"),
    "collection_slugs": (
        "Collection",
        lambda channel, actor: visible_collections(channel=channel, actor=actor),
        "slug",
    ),
}
_WORDS: Final = {
    "page_slugs": "pageSlugs",
    "product_slugs": "productSlugs",
    "product_variant_skus": "productVariantSkus",
    "category_slugs": "categorySlugs",
    "collection_slugs": "collectionSlugs",
}


def value_condition(given: AssignedAttributeValueInput, path: Path, channel: Channel | None, actor: Actor) -> Q:
    """What `given` asks of a value. References count as far as they exist for the actor in the channel.

    Raises Required when nothing is asked, InvalidInput for more than one question, an empty range or too many texts.
    """
    asked = {
        "slug": given.slug, "name": given.name, "numeric": given.numeric, "date": given.date,
        "dateTime": given.date_time, "boolean": given.boolean, "reference": given.reference,
    }  # fmt: skip
    names = [name for name, value in asked.items() if value is not None]
    if not names:
        raise Required("Say which value.", path=(*path, "slug"))
    if len(names) > 1:
        raise InvalidInput(f"Ask for one of {', '.join(names)}.", path=path)
    here = (*path, names[0])
    if given.slug is not None:
        return Q(slug__in=texts_of(given.slug, here))
    if given.name is not None:
        return Q(name__in=texts_of(given.name, here))
    if given.numeric is not None:
        return _number(given.numeric, here)
    if given.date is not None:
        return _days(given.date, here)
    if given.date_time is not None:
        return _moments(given.date_time, here)
    if given.boolean is not None:
        return Q(boolean=given.boolean)
    return _reference(given.reference or AssignedAttributeReferenceInput(), here, channel, actor)


def _number(given: DecimalFilterInput, path: Path) -> Q:
    if sum(way is not None for way in (given.eq, given.one_of, given.range)) != 1:
        raise InvalidInput("Give one of eq, oneOf and range.", path=path)
    if given.range is not None:
        return _between("numeric", given.range.gte, given.range.lte, (*path, "range"))
    return Q(numeric__in=[given.eq] if given.eq is not None else given.one_of or [])


def _days(given: DateRangeInput, path: Path) -> Q:
    low = None if given.gte is None else datetime.combine(given.gte, time.min, UTC)
    last = None if given.lte is None else datetime.combine(given.lte, time.max, UTC)
    return _between("date_time", low, last, path) & Q(attribute__input_type=Attribute.InputType.DATE)


def _moments(given: DateTimeRangeInput, path: Path) -> Q:
    condition = _between("date_time", given.gte, given.lte, path)
    return condition & Q(attribute__input_type=Attribute.InputType.DATE_TIME)


def _between(column: str, low: Any, high: Any, path: Path) -> Q:
    if low is None and high is None:
        raise Required("Give at least one bound.", path=path)
    if low is not None and high is not None and low > high:
        raise InvalidInput("The range ends before it begins.", path=path)
    condition = Q(**{f"{column}__isnull": False})
    if low is not None:
        condition &= Q(**{f"{column}__gte": low})
    if high is not None:
        condition &= Q(**{f"{column}__lte": high})
    return condition


def _reference(given: AssignedAttributeReferenceInput, path: Path, channel: Channel | None, actor: Actor) -> Q:
    asked = {name: wanted for name in ("referenced_ids", *_ROWS) if (wanted := getattr(given, name)) is not None}
    if len(asked) != 1:
        raise InvalidInput("Give one way to say what is referred to.", path=path)
    ((name, wanted),) = asked.items()
    here = (*path, _WORDS.get(name, "referencedIds"))
    texts = _texts(wanted, here)
    if name == "referenced_ids":
        return _contains(wanted, _visible_keys(texts, here, channel, actor), len(texts))
    _, rows, column = _ROWS[name]
    found = rows(channel, actor).filter(**{f"{column}__in": texts}).values_list("id", flat=True)
    return _contains(wanted, list(found), len(texts))


def _texts(given: ContainsFilterInput, path: Path) -> list[str]:
    if (given.contains_any is None) == (given.contains_all is None):
        raise InvalidInput("Give either containsAny or containsAll.", path=path)
    texts = given.contains_any if given.contains_any is not None else given.contains_all or []
    if len(texts) > MAX_TEXTS:
        raise InvalidInput(f"At most {MAX_TEXTS} at once.", path=path)
    # What PostgreSQL cannot store refers to nothing, like any other text that nothing is called by.
    return list(dict.fromkeys(text.replace("\x00", "\ufffd") for text in texts))


def _contains(given: ContainsFilterInput, keys: list[UUID], asked: int) -> Q:
    if given.contains_any is not None:
        return Q(references__overlap=keys) if keys else Q(pk__in=[])
    return Q(references__contains=keys) if len(keys) == asked and keys else Q(pk__in=[])


def _visible_keys(texts: Sequence[str], path: Path, channel: Channel | None, actor: Actor) -> list[UUID]:
    by_type: dict[str, list[UUID]] = {}
    for index, text in enumerate(texts):
        type_name, key = _key(text, (*path, str(index)))
        by_type.setdefault(type_name, []).append(key)
    found: list[UUID] = []
    for type_name, rows, _ in _ROWS.values():
        if type_name in by_type:
            found += rows(channel, actor).filter(id__in=by_type[type_name]).values_list("id", flat=True)
    return found


def _key(text: str, path: Path) -> tuple[str, UUID]:
    for type_name, _, _ in _ROWS.values():
        try:
            return type_name, id_of(type_name, text)
        except InvalidId:
            continue
    raise InvalidId("This is not the id of anything that a value can refer to.", path=path)
