"""Making and deleting many attributes, types, categories or collections in one request, at most 100."""

from __future__ import annotations

from functools import partial
from typing import Any

import strawberry

from commerce.catalog import services
from commerce.catalog.bulk import ErrorPolicy, RowResult, run_bulk
from commerce.core.permission import Permission
from schema.catalog.attribute_mutations import AttributeCreateInput, AttributeUpdateInput
from schema.catalog.attributes import Attribute
from schema.catalog.bulk import bulk_payload, compacted, delete_each, without
from schema.catalog.categories import Category
from schema.catalog.collections import Collection
from schema.catalog.enums import ErrorPolicyEnum
from schema.catalog.errors import ProductError, ProductErrorCode
from schema.catalog.types import ProductType
from schema.context import Info
from schema.doorway import mutation
from schema.ids import id_of

change = partial(mutation, Permission.MANAGE_PRODUCTS, error=ProductError, codes=ProductErrorCode)
REJECT_EVERYTHING = ErrorPolicyEnum.REJECT_EVERYTHING


@change(payload=bulk_payload("AttributeBulkCreate", "AttributeBulkCreateResult", "attribute", Attribute | None))
def attribute_bulk_create(
    info: Info, attributes: list[AttributeCreateInput], error_policy: ErrorPolicyEnum = REJECT_EVERYTHING
) -> list[RowResult]:
    """Make attributes with their choices."""

    def write(given: AttributeCreateInput) -> Any:
        row = compacted(given)
        return services.create_attribute(
            changes=row.changes(),
            values=[value.changes() for value in row.values or ()],
            actor=info.context.actor,
        )

    return run_bulk(attributes, write, policy=ErrorPolicy(error_policy.value), name="attributes", without=without)


@strawberry.input(description="What an attribute is from now on.")
class AttributeBulkUpdateInput(AttributeUpdateInput):
    """What is left out stays as it is."""

    id: strawberry.ID = strawberry.field(description="The attribute.")
    version: int | None = strawberry.field(default=None, description="The version of it that you have read.")


@change(payload=bulk_payload("AttributeBulkUpdate", "AttributeBulkUpdateResult", "attribute", Attribute | None))
def attribute_bulk_update(
    info: Info,
    attributes: list[AttributeBulkUpdateInput],
    error_policy: ErrorPolicyEnum = REJECT_EVERYTHING,
) -> list[RowResult]:
    """Change attributes, each only if it is still at its `version`."""

    def write(row: AttributeBulkUpdateInput) -> Any:
        return services.update_attribute(
            attribute_id=id_of("Attribute", row.id),
            changes=row.changes(),
            version=row.version,
            actor=info.context.actor,
        )

    return run_bulk(attributes, write, policy=ErrorPolicy(error_policy.value), name="attributes", without=without)


@change(payload=bulk_payload("AttributeBulkDelete", "AttributeBulkDeleteResult", "attribute", Attribute | None))
def attribute_bulk_delete(
    info: Info, ids: list[strawberry.ID], error_policy: ErrorPolicyEnum = REJECT_EVERYTHING
) -> list[RowResult]:
    """Delete attributes with their values; those that types have are refused with IN_USE."""
    write = delete_each(services.delete_attribute, "attribute_id", "Attribute", info.context.actor)
    return run_bulk(ids, write, policy=ErrorPolicy(error_policy.value), name="ids")


@change(
    payload=bulk_payload("ProductTypeBulkDelete", "ProductTypeBulkDeleteResult", "product_type", ProductType | None)
)
def product_type_bulk_delete(
    info: Info, ids: list[strawberry.ID], error_policy: ErrorPolicyEnum = REJECT_EVERYTHING
) -> list[RowResult]:
    """Delete product types; those that have products are refused with IN_USE."""
    write = delete_each(services.delete_product_type, "product_type_id", "ProductType", info.context.actor)
    return run_bulk(ids, write, policy=ErrorPolicy(error_policy.value), name="ids")


@change(payload=bulk_payload("CategoryBulkDelete", "CategoryBulkDeleteResult", "category", Category | None))
def category_bulk_delete(
    info: Info, ids: list[strawberry.ID], error_policy: ErrorPolicyEnum = REJECT_EVERYTHING
) -> list[RowResult]:
    """Delete categories; what lay in one or below it moves to the one above, if there is one."""
    write = delete_each(services.delete_category, "category_id", "Category", info.context.actor)
    return run_bulk(ids, write, policy=ErrorPolicy(error_policy.value), name="ids")


@change(payload=bulk_payload("CollectionBulkDelete", "CollectionBulkDeleteResult", "collection", Collection | None))
def collection_bulk_delete(
    info: Info, ids: list[strawberry.ID], error_policy: ErrorPolicyEnum = REJECT_EVERYTHING
) -> list[RowResult]:
    """Delete collections; their products stay."""
    write = delete_each(services.delete_collection, "collection_id", "Collection", info.context.actor)
    return run_bulk(ids, write, policy=ErrorPolicy(error_policy.value), name="ids")
