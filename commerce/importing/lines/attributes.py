"""Attributes, their values, and product types."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from commerce.attributes.models import Attribute, AttributeValue
from commerce.catalog.models import Category, Collection, Product, ProductType, ProductTypeAttribute, ProductVariant
from commerce.catalog.services import translate_attribute, translate_attribute_value
from commerce.catalog.services.product_types import require_kind_kept, with_kind
from commerce.content.models import Page
from commerce.core.actor import Actor
from commerce.core.errors import Conflict, NotFound, Required
from commerce.core.metadata import require_metadata
from commerce.core.permission import Permission
from commerce.core.text import require_text
from commerce.importing.lines.line import Line
from commerce.importing.lines.upsert import (
    METADATA,
    NAME_TEXT,
    Read,
    bring_translations,
    document,
    found_by_slug,
    given,
    outcome_of,
    set_columns,
    trimmed,
)
from commerce.importing.report import Outcome

_ATTRIBUTE: Final[dict[str, tuple[str, Read]]] = {
    "name": ("name", trimmed),
    "inputType": ("input_type", lambda line, name: line.choice(name, list(Attribute.InputType.values))),
    "entityType": ("entity_type", lambda line, name: line.choice(name, ["", *Attribute.EntityType.values])),
    "unit": ("unit", Line.text),
    "visibleInStorefront": ("visible_in_storefront", Line.flag),
    "filterable": ("filterable", Line.flag),
    **METADATA,
}
_VALUE: Final[dict[str, tuple[str, Read]]] = {
    "name": ("name", trimmed),
    "sortOrder": ("sort_order", Line.integer),
    "swatch": ("swatch", Line.text),
    "plainText": ("plain_text", Line.text),
    "richText": ("rich_text", document),
    "boolean": ("boolean", Line.flag_or_none),
    "numeric": ("numeric", Line.decimal_or_none),
    "dateTime": ("date_time", Line.moment_or_none),
    "fileUrl": ("file_url", Line.text),
}
_VALUE_TEXTS: Final = NAME_TEXT | {
    "plainText": ("plain_text", Line.text_or_none),
    "richText": ("rich_text", document),
}
_PRODUCT_TYPE: Final[dict[str, tuple[str, Read]]] = {
    "name": ("name", trimmed),
    "kind": ("kind", Line.text),
    "isShippingRequired": ("is_shipping_required", Line.flag),
    "isDigital": ("is_digital", Line.flag),
    **METADATA,
}
_BY_SLUG: Final[dict[str, Any]] = {
    "product": Product,
    "category": Category,
    "collection": Collection,
    "page": Page,
}
_LIMITS: Final = {"name": 250, "unit": 20, "swatch": 20, "file_url": 500, "plain_text": 100_000}


def bring_attribute(line: Line, actor: Actor) -> Outcome:
    """An attribute by its slug. What kind it is of cannot change while it has values."""
    actor.require_everywhere(Permission.MANAGE_PRODUCTS)
    row = Attribute.objects.filter(slug=line.slug()).first()
    values = _checked(given(line, _ATTRIBUTE), is_new=row is None)
    is_new = row is None
    if row is None:
        row = Attribute.objects.create(slug=line.slug(), **values)
        changed = True
    else:
        kind = (values.get("input_type", row.input_type), values.get("entity_type", row.entity_type))
        if kind != (row.input_type, row.entity_type) and row.values.exists():
            raise Conflict("The attribute has values of another kind.", path=("inputType",))
        changed = set_columns(row, values)
    key = row.id
    changed |= bring_translations(
        line,
        row,
        NAME_TEXT,
        lambda tag, texts: translate_attribute(attribute_id=key, language=tag, texts=texts, actor=actor),  # type: ignore[arg-type]
    )
    return outcome_of(is_new, changed)


def bring_attribute_value(line: Line, actor: Actor) -> Outcome:
    """A value by its attribute and its slug."""
    actor.require_everywhere(Permission.MANAGE_PRODUCTS)
    attribute = found_by_slug(Attribute, line.text("attribute"), ("attribute",))
    row = attribute.values.filter(slug=line.slug()).first()
    values = _checked(given(line, _VALUE), is_new=row is None)
    if "references" in line:
        values["references"] = [_referred(entry) for entry in line.lines("references")]
    is_new = row is None
    if row is None:
        row = AttributeValue.objects.create(attribute=attribute, slug=line.slug(), **values)
        changed = True
    else:
        changed = set_columns(row, values)
    key = row.id
    changed |= bring_translations(
        line,
        row,
        _VALUE_TEXTS,
        lambda tag, texts: translate_attribute_value(value_id=key, language=tag, texts=texts, actor=actor),  # type: ignore[arg-type]
    )
    return outcome_of(is_new, changed)


def bring_product_type(line: Line, actor: Actor) -> Outcome:
    """A product type by its slug; `attributes` replace those that it has."""
    actor.require_everywhere(Permission.MANAGE_PRODUCTS)
    row = ProductType.objects.filter(slug=line.slug()).first()
    values = _checked(given(line, _PRODUCT_TYPE), is_new=row is None)
    is_new = row is None
    changed = False
    if row is None:
        row = ProductType.objects.create(slug=line.slug(), **with_kind(values))  # type: ignore[arg-type]
    else:
        require_kind_kept(row.id, values)
        changed = set_columns(row, values)
    if "attributes" in line:
        changed |= _set_attributes(row, line.lines("attributes"))
    return outcome_of(is_new, changed)


def _set_attributes(row: ProductType, entries: list[Line]) -> bool:
    columns = ("attribute_id", "scope", "variant_selection", "required", "sort_order")
    wanted = []
    for place, entry in enumerate(entries):
        attribute = found_by_slug(Attribute, entry.text("attribute"), (*entry.path, "attribute"))
        scope = entry.choice("scope", list(ProductTypeAttribute.Scope.values))
        flags = [entry.flag(name) if name in entry else False for name in ("variantSelection", "required")]
        wanted.append((attribute.id, scope, *flags, place))
    there = list(row.attribute_links.order_by("sort_order", "id").values_list(*columns))
    if [link[:4] for link in there] == [link[:4] for link in wanted]:
        return False
    row.attribute_links.all().delete()
    ProductTypeAttribute.objects.bulk_create(
        ProductTypeAttribute(product_type=row, **dict(zip(columns, link, strict=True))) for link in wanted
    )
    return True


def _checked(values: dict[str, Any], *, is_new: bool) -> dict[str, Any]:
    require_metadata(values)
    if (is_new or "name" in values) and not values.get("name"):
        raise Required("name is missing.", path=("name",))
    for column, longest in _LIMITS.items():
        require_text(values.get(column), longest, path=(column,))
    return values


def _referred(entry: Line) -> UUID:
    kind = entry.choice("type", [*_BY_SLUG, "variant"])
    if kind == "variant":
        found = ProductVariant.objects.filter(sku=entry.text("sku")).first()
    else:
        found = _BY_SLUG[kind].objects.filter(slug=entry.text("slug")).first()
    if found is None:
        raise NotFound(f"There is no such {kind}.", path=entry.path)
    key: UUID = found.id
    return key
