"""The product types that products of a file are of. Found, or else made."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple
from uuid import UUID

from django.db.models import Q

from commerce.catalog.models import Product, ProductType
from commerce.catalog.slugs import slug_from
from commerce.importing.records import ProductRecord

NAMELESS: Final = "Product"
"""The product type of what has none in the file."""
NAMELESS_CARD: Final = "Gift Card"
"""That of gift cards without one."""


class TypeName(NamedTuple):
    """What a file calls a product type, without regard to case; `is_gift_card` is None for one of either kind."""

    name: str
    is_gift_card: bool | None

    @property
    def key(self) -> tuple[str, bool | None]:
        """What it is found by."""
        return self.name.casefold(), self.is_gift_card


class FoundType(NamedTuple):
    """A product type of the shop."""

    id: UUID
    is_gift_card: bool


def type_names(records: Sequence[ProductRecord]) -> dict[str, TypeName]:
    """By the handle of the product. What is sold as a gift card stays one, and what is not becomes none."""
    rows = Product.objects.filter(slug__in=[record.handle for record in records])
    present = {
        slug: TypeName(name, kind == ProductType.Kind.GIFT_CARD)
        for slug, name, kind in rows.values_list("slug", "product_type__name", "product_type__kind")
    }
    return {record.handle: _named(record, present.get(record.handle)) for record in records}


def _named(record: ProductRecord, present: TypeName | None) -> TypeName:
    if present is not None:
        return TypeName(record.type_name or present.name, present.is_gift_card)
    name = record.type_name or (NAMELESS_CARD if record.is_gift_card else "")
    return TypeName(name, record.is_gift_card)


def types_named(wanted: Iterable[TypeName]) -> dict[tuple[str, bool | None], FoundType]:
    """By `key`. Two names may have one slug ("S/M" and "SM"), and two kinds one name: the second gets a marked one."""
    names = set(wanted)
    found = _known(names)
    missing = {
        (each.name.casefold(), bool(each.is_gift_card)): each
        for each in sorted(names, key=_order)
        if each.key not in found
    }
    if not missing:
        return found
    plain = {type_slug(each.name) for each in missing.values()}
    taken = set(ProductType.objects.filter(slug__in=plain).values_list("slug", flat=True))
    new = []
    for each in missing.values():
        slug = type_slug(each.name)
        slug = _marked_slug(each) if slug in taken else slug
        taken.add(slug)
        new.append(_made(slug, each))
    ProductType.objects.bulk_create(new, ignore_conflicts=True)
    return _known(names)


def type_slug(name: str) -> str:
    """The slug of the product type that a file calls `name`."""
    return slug_from(name, fallback="product", max_length=200)


def _marked_slug(each: TypeName) -> str:
    text = each.name.casefold() + ("\n" if each.is_gift_card else "")
    return f"{type_slug(each.name)}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def _made(slug: str, each: TypeName) -> ProductType:
    if each.is_gift_card:
        return ProductType(slug=slug, name=each.name, kind=ProductType.Kind.GIFT_CARD, is_shipping_required=False)
    return ProductType(slug=slug, name=each.name or NAMELESS)


def _known(names: set[TypeName]) -> dict[tuple[str, bool | None], FoundType]:
    slugs = {slug for each in names for slug in (type_slug(each.name), _marked_slug(each))}
    rows = ProductType.objects.filter(Q(slug__in=slugs) | Q(name__in={each.name for each in names})).order_by("-id")
    found: dict[tuple[str, bool | None], FoundType] = {}
    for slug, name, type_id, kind in rows.values_list("slug", "name", "id", "kind"):
        row = FoundType(type_id, kind == ProductType.Kind.GIFT_CARD)
        for is_gift_card in (row.is_gift_card, None):
            found[name.casefold(), is_gift_card] = row
            if slug == type_slug(""):
                found["", is_gift_card] = row
    return _only(found, names)


def _order(each: TypeName) -> tuple[str, bool]:
    return each.name, bool(each.is_gift_card)


def _only(
    found: Mapping[tuple[str, bool | None], FoundType], names: set[TypeName]
) -> dict[tuple[str, bool | None], FoundType]:
    return {each.key: found[each.key] for each in names if each.key in found}
