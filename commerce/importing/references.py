"""What products of a file refer to: product types, attributes with their values, categories. Found, or else made."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Final
from uuid import UUID

from django.db.models import Q

from commerce.attributes.models import Attribute, AttributeValue
from commerce.catalog.models import Category, Collection, ProductType, ProductTypeAttribute
from commerce.catalog.services import create_category, create_collection
from commerce.catalog.services.categories import MAX_DEPTH
from commerce.catalog.slugs import slug_from
from commerce.core.actor import SYSTEM
from commerce.importing.records import ProductRecord

VENDOR: Final = "vendor"
TAGS: Final = "tags"
NAMELESS: Final = "Product"
"""The product type of what has none in the file."""
_INPUT: Final = Attribute.InputType
_CHOICES: Final = {_INPUT.DROPDOWN, _INPUT.SWATCH, _INPUT.MULTISELECT}


class References:
    """The rows that a batch of records refers to, fetched and made with a few statements for the whole batch."""

    def __init__(self, records: Sequence[ProductRecord], categories: dict[tuple[str, ...], UUID]) -> None:
        """`categories` are those that earlier batches found; it learns those of this one."""
        self._types = _types({record.type_name for record in records})
        options = {
            slug: name
            for record in records
            for name, slug in zip(record.option_names, record.option_slugs, strict=True)
        }
        chosen = {of.slug: of.name for record in records for of in record.attributes}
        self.vendor = _attribute(VENDOR, "Vendor", _INPUT.DROPDOWN)
        self.tags = _attribute(TAGS, "Tags", _INPUT.MULTISELECT)
        self._options = {slug: _attribute(slug, name, _INPUT.DROPDOWN) for slug, name in sorted(options.items())}
        self._attributes = {slug: _attribute(slug, name, _INPUT.MULTISELECT) for slug, name in sorted(chosen.items())}
        self._link(records)
        self._values = _values(self._wanted_values(records))
        self._categories = categories
        self._collections: dict[str, UUID] = {}

    def type_of(self, record: ProductRecord) -> UUID:
        """The id of the record's product type."""
        return self._types[record.type_name.casefold()]

    def option(self, slug: str) -> UUID:
        """The id of the attribute that an option became."""
        return self._options[slug]

    def values_of(self, record: ProductRecord) -> list[tuple[UUID, str]]:
        """Ids of attributes with names of values: everything that describes the record's product."""
        wanted = [(self.vendor, record.vendor)] if record.vendor else []
        wanted += [(self.tags, tag) for tag in record.tags]
        return wanted + [(self._attributes[of.slug], value) for of in record.attributes for value in of.values]

    def collection(self, name: str) -> UUID:
        """The id of the first collection of this name, without regard to case; a new one that nobody sees yet."""
        if name.casefold() not in self._collections:
            found = Collection.objects.filter(name__iexact=name).order_by("id").values_list("id", flat=True).first()
            self._collections[name.casefold()] = found or create_collection(name=name, actor=SYSTEM).id
        return self._collections[name.casefold()]

    def value(self, attribute_id: UUID, name: str) -> UUID:
        """The id of the attribute's value of this name, without regard to case."""
        return self._values[attribute_id, name.casefold()]

    def category(self, path: Sequence[str]) -> UUID | None:
        """The id of the category at the end of `path`; None for no path."""
        parent: UUID | None = None
        for depth in range(1, min(len(path), MAX_DEPTH) + 1):
            step = tuple(name.casefold() for name in path[:depth])
            if step not in self._categories:
                self._categories[step] = _category(path[depth - 1], parent)
            parent = self._categories[step]
        return parent

    def _wanted_values(self, records: Iterable[ProductRecord]) -> Iterable[tuple[UUID, str]]:
        for record in records:
            yield from self.values_of(record)
            for variant in record.variants:
                for option, value in zip(record.option_slugs, variant.option_values, strict=True):
                    yield self._options[option], value

    def _link(self, records: Iterable[ProductRecord]) -> None:
        scopes = ProductTypeAttribute.Scope
        wanted: dict[tuple[UUID, UUID, str], int] = {}
        for record in records:
            type_id = self.type_of(record)
            own = dict.fromkeys((self.vendor, self.tags, *(self._attributes[of.slug] for of in record.attributes)))
            for place, attribute_id in enumerate(own):
                wanted.setdefault((type_id, attribute_id, scopes.PRODUCT), place)
            for place, slug in enumerate(record.option_slugs):
                wanted.setdefault((type_id, self._options[slug], scopes.VARIANT), place)
        known = ProductTypeAttribute.objects.filter(product_type__in={key[0] for key in wanted})
        have = set(known.values_list("product_type_id", "attribute_id", "scope"))
        ProductTypeAttribute.objects.bulk_create(
            [
                ProductTypeAttribute(
                    product_type_id=type_id,
                    attribute_id=attribute_id,
                    scope=scope,
                    variant_selection=scope == scopes.VARIANT,
                    sort_order=place,
                )
                for (type_id, attribute_id, scope), place in wanted.items()
                if (type_id, attribute_id, str(scope)) not in have
            ],
            ignore_conflicts=True,
        )


def type_slug(name: str) -> str:
    """The slug of the product type that a file calls `name`."""
    return slug_from(name, fallback="product", max_length=200)


def option_slug(name: str) -> str:
    """The slug of the attribute that an option called `name` becomes."""
    slug = slug_from(name, fallback="option", max_length=200)
    return f"{slug}-option" if slug in (VENDOR, TAGS) else slug


def _types(names: set[str]) -> dict[str, UUID]:
    """Name in lower case -> id. Two names may have one slug ("S/M" and "SM"): the second gets a marked one."""
    found = _known_types(names)
    missing = {name.casefold(): name for name in sorted(names) if name.casefold() not in found}
    if not missing:
        return found
    plain = {type_slug(name) for name in missing.values()}
    taken = set(ProductType.objects.filter(slug__in=plain).values_list("slug", flat=True))
    new = []
    for name in missing.values():
        slug = type_slug(name)
        slug = f"{slug}-{_mark(name)}" if slug in taken else slug
        taken.add(slug)
        new.append(ProductType(slug=slug, name=name or NAMELESS))
    ProductType.objects.bulk_create(new, ignore_conflicts=True)
    return _known_types(names)


def _known_types(names: set[str]) -> dict[str, UUID]:
    slugs = {slug for name in names for slug in (type_slug(name), f"{type_slug(name)}-{_mark(name)}")}
    rows = ProductType.objects.filter(Q(slug__in=slugs) | Q(name__in=names)).order_by("-id")
    found = {}
    for slug, name, type_id in rows.values_list("slug", "name", "id"):
        found[name.casefold()] = type_id
        if slug == type_slug(""):
            found[""] = type_id
    return {name.casefold(): found[name.casefold()] for name in names if name.casefold() in found}


def _attribute(slug: str, name: str, input_type: str) -> UUID:
    """The attribute `slug`; if the shop uses that one for something without choices, `<slug>-choice` instead."""
    attribute, _ = Attribute.objects.get_or_create(slug=slug, defaults={"name": name, "input_type": input_type})
    if attribute.input_type in _CHOICES:
        return attribute.id
    return _attribute(f"{slug}-choice", name, input_type)


def _values(wanted: Iterable[tuple[UUID, str]]) -> dict[tuple[UUID, str], UUID]:
    names = {(attribute_id, name.casefold()): name for attribute_id, name in wanted}
    found = _known_values(names)
    missing = {key: name for key, name in names.items() if key not in found}
    if missing:
        AttributeValue.objects.bulk_create(_new_values(missing), ignore_conflicts=True)
        found = _known_values(names)
    return found


def _known_values(names: dict[tuple[UUID, str], str]) -> dict[tuple[UUID, str], UUID]:
    slugs = {slug for name in names.values() for slug in _value_slugs(name)}
    # A merchant may have given a value another slug: then its name, as it is, finds it.
    of_these = AttributeValue.objects.filter(attribute__in={key[0] for key in names})
    rows = of_these.filter(Q(slug__in=slugs) | Q(name__in=set(names.values())))
    found = {
        (attribute_id, name.casefold()): value_id
        for attribute_id, name, value_id in rows.order_by("-id").values_list("attribute_id", "name", "id")
    }
    return {key: found[key] for key in names if key in found}


def _new_values(missing: dict[tuple[UUID, str], str]) -> list[AttributeValue]:
    rows = AttributeValue.objects.filter(
        attribute__in={key[0] for key in missing}, slug__in={_value_slugs(name)[0] for name in missing.values()}
    )
    taken = set(rows.values_list("attribute_id", "slug"))
    new = []
    for (attribute_id, _), name in missing.items():
        plain, marked = _value_slugs(name)
        slug = marked if (attribute_id, plain) in taken else plain
        taken.add((attribute_id, slug))
        new.append(AttributeValue(attribute_id=attribute_id, slug=slug, name=name))
    return new


def _value_slugs(name: str) -> tuple[str, str]:
    """The slug for a value, and another for when a value with a different name ("S/M" and "SM") has that one."""
    slug = slug_from(name, fallback="value", max_length=200)
    return slug, f"{slug}-{_mark(name)}"


def _mark(name: str) -> str:
    return hashlib.sha256(name.casefold().encode()).hexdigest()[:8]


def _category(name: str, parent_id: UUID | None) -> UUID:
    here = Category.objects.filter(Q(parent=parent_id) if parent_id else Q(parent__isnull=True), name__iexact=name)
    found = here.order_by("id").values_list("id", flat=True).first()
    return found or create_category(name=name, parent_id=parent_id, actor=SYSTEM).id
