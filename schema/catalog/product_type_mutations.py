"""Changing product types and which attributes they have, for staff and apps with MANAGE_PRODUCTS."""

from __future__ import annotations

from functools import partial
from typing import Any, cast

import strawberry
from strawberry import UNSET

from commerce.catalog import models, services
from commerce.catalog.services.product_types import AttributeOfProducts, ProductTypeChanges
from commerce.core.permission import Permission
from schema.catalog.attribute_mutations import ReorderInput, read_moves
from schema.catalog.enums import ProductAttributeType, ProductTypeKindEnum
from schema.catalog.errors import ProductError, ProductErrorCode
from schema.catalog.types import ProductType
from schema.context import Info
from schema.doorway import mutation
from schema.errors import below_input
from schema.given import metadata, named, texts
from schema.ids import id_of, ids_of
from schema.metadata import MetadataInput
from schema.payloads import current_row, row_payload

change = partial(mutation, Permission.MANAGE_PRODUCTS, error=ProductError, codes=ProductErrorCode)
type_now = current_row(models.ProductType, "product_type")
named_type_now = current_row(models.ProductType, "product_type", argument="product_type_id")


@strawberry.input(description="An attribute of a product type, and what it is to its products or variants.")
class ProductAttributeAssignInput:
    """The attribute and whose it is are needed."""

    id: strawberry.ID = strawberry.field(description="The attribute.")
    type: ProductAttributeType = strawberry.field(description="Whether products or variants have it.")
    required: bool = strawberry.field(default=False, description="Whether each of them must have a value of it.")
    variant_selection: bool = strawberry.field(
        default=False,
        description="Whether shoppers choose a variant by it: a dropdown, swatch, number, or yes or no of variants.",
    )


def _attributes(given: list[ProductAttributeAssignInput], name: str) -> list[AttributeOfProducts]:
    return [
        AttributeOfProducts(
            attribute_id=id_of("Attribute", each.id, path=(name, str(index), "id")),
            scope=each.type.value,
            required=each.required,
            variant_selection=each.variant_selection,
        )
        for index, each in enumerate(given)
    ]


@strawberry.input(description="What a product type is.")
class ProductTypeInput:
    """What is left out stays as it is."""

    name: str | None = strawberry.field(default=UNSET, description="The name.")
    slug: str | None = strawberry.field(default=UNSET, description="The name in addresses.")
    is_shipping_required: bool | None = strawberry.field(default=UNSET, description="Whether such goods are shipped.")
    is_digital: bool | None = strawberry.field(default=UNSET, description="Whether such goods are files.")
    metadata: list[MetadataInput] | None = strawberry.field(default=UNSET, description="Replaces the public metadata.")
    private_metadata: list[MetadataInput] | None = strawberry.field(
        default=UNSET, description="Replaces the private metadata."
    )

    def changes(self) -> ProductTypeChanges:
        """The keys that were given."""
        found: dict[str, Any] = {
            **texts(self, "name", "slug"),
            **named(self, "is_shipping_required", "is_digital"),
            **metadata(self),
        }
        return cast(ProductTypeChanges, found)


@strawberry.input(description="What a new product type is.")
class ProductTypeCreateInput(ProductTypeInput):
    """A name is needed; without a slug it gets a free one from its name."""

    attributes: list[ProductAttributeAssignInput] | None = strawberry.field(
        default=None, description="The attributes of its products and variants, in this order."
    )
    kind: ProductTypeKindEnum = strawberry.field(
        default=ProductTypeKindEnum.NORMAL,
        description="GIFT_CARD: each unit that is paid for becomes a gift card of its price, is not shipped, bears no "
        "tax unless the type or product has a tax class of its own, and is never reduced. It cannot be changed later.",
    )

    def changes(self) -> ProductTypeChanges:
        """The keys that were given, and the kind."""
        return {**ProductTypeInput.changes(self), "kind": self.kind.value}


@change(payload=row_payload("ProductTypeCreate", "product_type", ProductType | None, ProductError))
def product_type_create(info: Info, input: ProductTypeCreateInput) -> Any:
    """Make a product type; without a slug it gets a free one from its name."""
    with below_input():
        return services.create_product_type(
            changes=input.changes(),
            attributes=_attributes(input.attributes or [], "attributes"),
            actor=info.context.actor,
        )


@change(payload=row_payload("ProductTypeUpdate", "product_type", ProductType | None, ProductError), current=type_now)
def product_type_update(info: Info, id: strawberry.ID, input: ProductTypeInput, version: int | None = None) -> Any:
    """Change what a product type is called, and whether its goods are shipped."""
    with below_input():
        return services.update_product_type(
            product_type_id=id_of("ProductType", id),
            changes=input.changes(),
            version=version,
            actor=info.context.actor,
        )


@change(payload=row_payload("ProductTypeDelete", "product_type", ProductType | None, ProductError), current=type_now)
def product_type_delete(info: Info, id: strawberry.ID, version: int | None = None) -> None:
    """Delete a product type; refused with IN_USE while it has products."""
    services.delete_product_type(product_type_id=id_of("ProductType", id), version=version, actor=info.context.actor)


@change(
    payload=row_payload("ProductAttributeAssign", "product_type", ProductType | None, ProductError),
    current=named_type_now,
)
def product_attribute_assign(
    info: Info,
    product_type_id: strawberry.ID,
    operations: list[ProductAttributeAssignInput],
    version: int | None = None,
) -> Any:
    """Give a product type more attributes; what is required binds whatever is written from now on."""
    return services.assign_attributes(
        product_type_id=id_of("ProductType", product_type_id, path=("productTypeId",)),
        attributes=_attributes(operations, "operations"),
        version=version,
        actor=info.context.actor,
    )


@change(
    payload=row_payload("ProductAttributeAssignmentUpdate", "product_type", ProductType | None, ProductError),
    current=named_type_now,
)
def product_attribute_assignment_update(
    info: Info,
    product_type_id: strawberry.ID,
    operations: list[ProductAttributeAssignInput],
    version: int | None = None,
) -> Any:
    """Say anew whether attributes that a type has are required, and whether shoppers choose variants by them."""
    return services.change_assignments(
        product_type_id=id_of("ProductType", product_type_id, path=("productTypeId",)),
        attributes=_attributes(operations, "operations"),
        version=version,
        actor=info.context.actor,
    )


@change(
    payload=row_payload("ProductAttributeUnassign", "product_type", ProductType | None, ProductError),
    current=named_type_now,
)
def product_attribute_unassign(
    info: Info, product_type_id: strawberry.ID, attribute_ids: list[strawberry.ID], version: int | None = None
) -> Any:
    """Take attributes away from a product type; the values that products have come back when it gets them back."""
    return services.unassign_attributes(
        product_type_id=id_of("ProductType", product_type_id, path=("productTypeId",)),
        attribute_ids=ids_of("Attribute", attribute_ids, path=("attributeIds",)),
        version=version,
        actor=info.context.actor,
    )


@change(
    payload=row_payload("ProductTypeReorderAttributes", "product_type", ProductType | None, ProductError),
    current=named_type_now,
)
def product_type_reorder_attributes(
    info: Info,
    product_type_id: strawberry.ID,
    type: ProductAttributeType,
    moves: list[ReorderInput],
    version: int | None = None,
) -> Any:
    """Put the attributes of a type's products, or of its variants, into another order."""
    return services.reorder_type_attributes(
        product_type_id=id_of("ProductType", product_type_id, path=("productTypeId",)),
        scope=type.value,
        moves=read_moves("Attribute", moves),
        version=version,
        actor=info.context.actor,
    )
