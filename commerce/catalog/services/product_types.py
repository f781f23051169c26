"""Kinds of products, and the attributes that describe them and their variants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypedDict
from uuid import UUID

from django.db import transaction
from django.db.models import Max, ProtectedError

from commerce.attributes.models import Attribute
from commerce.catalog.attribute_kinds import SELECTING
from commerce.catalog.duplicates import refusing_duplicates
from commerce.catalog.errors import AttributeNotFound, ProductTypeInUse, ProductTypeNotFound
from commerce.catalog.events import ProductTypeCreated, ProductTypeDeleted, ProductTypeUpdated
from commerce.catalog.keeping import kept, locked_for_deletion
from commerce.catalog.models import ProductType, ProductTypeAttribute
from commerce.catalog.named_changes import checked_changes
from commerce.catalog.ordering import Move, reorder
from commerce.catalog.slugs import free_slug
from commerce.catalog.versions import changed_row
from commerce.core.actor import Actor
from commerce.core.errors import InvalidInput, NotUnique
from commerce.core.permission import Permission
from commerce.events.emit import emit

Scope = ProductTypeAttribute.Scope
MAX_ATTRIBUTES: Final = 100


@dataclass(frozen=True, slots=True)
class AttributeOfProducts:
    """An attribute of the products of a type, or of their variants.

    `required`: each must have a value of it; `variant_selection`: shoppers choose a variant by it.
    """

    attribute_id: UUID
    scope: str = Scope.PRODUCT
    required: bool = False
    variant_selection: bool = False


class ProductTypeChanges(TypedDict, total=False):
    """What can be changed of a product type besides its attributes; a key that is missing stays as it is."""

    name: str
    slug: str
    is_shipping_required: bool
    is_digital: bool
    kind: str
    metadata: dict[str, str]
    private_metadata: dict[str, str]


def create_product_type(
    *, changes: ProductTypeChanges, attributes: Sequence[AttributeOfProducts] = (), actor: Actor
) -> ProductType:
    """Make a product type; without a slug it gets a free one from its name. Gift cards are not shipped.

    Raises NotUnique, Required, InvalidInput, AttributeNotFound (path `attributes`, index) or PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_PRODUCTS)
    values = checked_changes({"name": "", **with_kind(changes)}, noun="A product type")
    values.setdefault("slug", free_slug(values["name"], taken=lambda s: ProductType.objects.filter(slug=s).exists()))
    with refusing_duplicates(), transaction.atomic():
        kind = ProductType.objects.create(**values)
        _add(kind, attributes, at="attributes")
        event = ProductTypeCreated(product_type_id=kind.id, slug=kind.slug)
        emit(event, aggregate=("product_type", kind.id), sequence=kind.version)
    return kind


def update_product_type(
    *, product_type_id: UUID, changes: ProductTypeChanges, version: int | None = None, actor: Actor
) -> ProductType:
    """Change what a product type is called, and whether its goods are shipped.

    Raises ProductTypeNotFound, Conflict (no longer at `version`), NotUnique, Required, InvalidInput or
    PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_PRODUCTS)
    values = checked_changes(changes, noun="A product type")
    with refusing_duplicates(), transaction.atomic():
        require_kind_kept(product_type_id, changes)
        kind = _touched(product_type_id, version, **values)
        _announce(kind)
    return kind


def with_kind(changes: ProductTypeChanges) -> ProductTypeChanges:
    """What a new type is, gift cards without shipping. Raises InvalidInput for a kind that there is not, or the two."""
    kind = changes.get("kind", ProductType.Kind.NORMAL)
    if kind not in ProductType.Kind.values:
        raise InvalidInput("There is no such kind of products.", path=("kind",))
    if kind != ProductType.Kind.GIFT_CARD:
        return changes
    if changes.get("is_shipping_required"):
        raise InvalidInput("Gift cards are not shipped.", path=("isShippingRequired",))
    return {**changes, "is_shipping_required": False}


def require_kind_kept(product_type_id: UUID, changes: Mapping[str, object]) -> None:
    """Raise InvalidInput for changes that do not fit the kind of a type: it never changes.

    Prices, taxes and orders of its products have been made for that kind.
    """
    kind = ProductType.objects.filter(id=product_type_id).values_list("kind", flat=True).first()
    if changes.get("kind", kind) != kind:
        raise InvalidInput("What kind of products they are cannot be changed.", path=("kind",))
    if kind == ProductType.Kind.GIFT_CARD and changes.get("is_shipping_required"):
        raise InvalidInput("Gift cards are not shipped.", path=("isShippingRequired",))


def delete_product_type(*, product_type_id: UUID, version: int | None = None, actor: Actor) -> None:
    """Delete a product type that has no products; its attributes stay.

    Raises ProductTypeNotFound, Conflict (no longer at `version`), ProductTypeInUse or PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_PRODUCTS)
    try:
        with transaction.atomic():
            kind = _touched(product_type_id, version)
            event = ProductTypeDeleted(product_type_id=kind.id, slug=kind.slug)
            emit(event, aggregate=("product_type", kind.id), sequence=kind.version)
            locked_for_deletion(kind)
            kind.delete()
    except ProtectedError as error:
        raise ProductTypeInUse("There are products of this type.", path=("id",)) from error


def assign_attributes(
    *,
    product_type_id: UUID,
    attributes: Sequence[AttributeOfProducts],
    version: int | None = None,
    actor: Actor,
) -> ProductType:
    """Give a product type more attributes, after those that it has. What is required binds whatever is written later.

    Raises ProductTypeNotFound, Conflict, AttributeNotFound, NotUnique (it has the attribute already), InvalidInput
    (path `operations`, index) or PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_PRODUCTS)
    with transaction.atomic():
        kind = _touched(product_type_id, version, path=("productTypeId",))
        _add(kind, attributes, at="operations")
        _announce(kind)
    return kind


def change_assignments(
    *,
    product_type_id: UUID,
    attributes: Sequence[AttributeOfProducts],
    version: int | None = None,
    actor: Actor,
) -> ProductType:
    """Say anew whether attributes that the type has are required, and whether shoppers choose variants by them.

    Raises as `assign_attributes` does; AttributeNotFound for one that the type does not have in that scope.
    """
    actor.require_everywhere(Permission.MANAGE_PRODUCTS)
    with transaction.atomic():
        kind = _touched(product_type_id, version, path=("productTypeId",))
        links = {(link.attribute_id, link.scope): link for link in kind.attribute_links.select_related("attribute")}
        for index, each in enumerate(attributes):
            link = links.get((each.attribute_id, each.scope))
            if link is None:
                raise AttributeNotFound("The type has no such attribute.", path=("operations", str(index), "id"))
            _check(each, link.attribute, ("operations", str(index)))
            link.required, link.variant_selection = each.required, each.variant_selection
        ProductTypeAttribute.objects.bulk_update(links.values(), ["required", "variant_selection"])
        _announce(kind)
    return kind


def unassign_attributes(
    *, product_type_id: UUID, attribute_ids: Sequence[UUID], version: int | None = None, actor: Actor
) -> ProductType:
    """Take attributes away from a product type, of products and variants.

    The values that products have of them stay, and are shown again when the type gets the attribute back.
    Raises ProductTypeNotFound, Conflict, AttributeNotFound (path `attributeIds`, index) or PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_PRODUCTS)
    with transaction.atomic():
        kind = _touched(product_type_id, version, path=("productTypeId",))
        links = kind.attribute_links.filter(attribute__in=attribute_ids)
        known = set(links.values_list("attribute_id", flat=True))
        for index, attribute_id in enumerate(attribute_ids):
            if attribute_id not in known:
                raise AttributeNotFound("The type has no such attribute.", path=("attributeIds", str(index)))
        links.delete()
        _announce(kind)
    return kind


def reorder_type_attributes(
    *, product_type_id: UUID, scope: str, moves: Sequence[Move], version: int | None = None, actor: Actor
) -> ProductType:
    """Put the attributes of products, or of variants, into another order; a Move's id is an attribute's.

    Raises ProductTypeNotFound, Conflict, AttributeNotFound (path `moves`, index, `id`), InvalidInput or
    PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_PRODUCTS)
    with transaction.atomic():
        kind = _touched(product_type_id, version, path=("productTypeId",))
        reorder(kind.attribute_links.filter(scope=scope), moves, key="attribute_id", missing=AttributeNotFound)
        _announce(kind)
    return kind


def _touched(
    product_type_id: UUID, version: int | None, path: tuple[str, ...] = ("id",), **values: object
) -> ProductType:
    kind = changed_row(ProductType, product_type_id, expected_version=version, **values)
    if kind is None:
        raise ProductTypeNotFound("There is no such product type.", path=path)
    return kind


def _announce(kind: ProductType) -> None:
    event = ProductTypeUpdated(product_type_id=kind.id, slug=kind.slug)
    emit(event, aggregate=("product_type", kind.id), sequence=kind.version)


def _add(kind: ProductType, given: Sequence[AttributeOfProducts], *, at: str) -> None:
    links = list(kind.attribute_links.values_list("attribute_id", "scope"))
    if len(links) + len(given) > MAX_ATTRIBUTES:
        raise InvalidInput(f"A product type has {MAX_ATTRIBUTES} attributes at most.", path=(at,))
    known = Attribute.objects.in_bulk(list(kept(Attribute, [each.attribute_id for each in given])))
    taken = {(attribute_id, str(scope)) for attribute_id, scope in links}
    last = kind.attribute_links.aggregate(last=Max("sort_order"))["last"]
    start = 0 if last is None else last + 1
    made = []
    for index, each in enumerate(given):
        where = (at, str(index))
        if each.attribute_id not in known:
            raise AttributeNotFound("There is no such attribute.", path=(*where, "id"))
        if (each.attribute_id, str(each.scope)) in taken:
            raise NotUnique("The type has this attribute already.", path=(*where, "id"))
        _check(each, known[each.attribute_id], where)
        taken.add((each.attribute_id, str(each.scope)))
        made.append(
            ProductTypeAttribute(
                product_type=kind,
                attribute_id=each.attribute_id,
                scope=each.scope,
                required=each.required,
                variant_selection=each.variant_selection,
                sort_order=start + index,
            )
        )
    ProductTypeAttribute.objects.bulk_create(made)


def _check(given: AttributeOfProducts, attribute: Attribute, where: tuple[str, ...]) -> None:
    if not given.variant_selection:
        return
    if given.scope != Scope.VARIANT:
        raise InvalidInput("Only variants are chosen by an attribute.", path=(*where, "variantSelection"))
    if attribute.input_type not in SELECTING:
        raise InvalidInput("Shoppers cannot choose by this kind.", path=(*where, "variantSelection"))
