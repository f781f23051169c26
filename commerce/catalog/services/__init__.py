"""Verbs that change the catalog. Each opens its own transaction and says what happened in it."""

from commerce.catalog.services.attributes import (
    create_attribute,
    create_attribute_value,
    delete_attribute,
    delete_attribute_value,
    reorder_attribute_values,
    update_attribute,
    update_attribute_value,
)
from commerce.catalog.services.categories import create_category, move_category, update_category
from commerce.catalog.services.collections import (
    add_to_collection,
    create_collection,
    publish_collection,
    remove_from_collection,
    unpublish_collection,
)
from commerce.catalog.services.deletion import delete_product
from commerce.catalog.services.listings import publish_product, set_variant_price, unpublish_product
from commerce.catalog.services.media import add_media, remove_media
from commerce.catalog.services.product_types import (
    assign_attributes,
    change_assignments,
    create_product_type,
    delete_product_type,
    reorder_type_attributes,
    unassign_attributes,
    update_product_type,
)
from commerce.catalog.services.products import create_product, update_product
from commerce.catalog.services.translations import (
    translate_attribute,
    translate_attribute_value,
    translate_category,
    translate_collection,
    translate_media,
    translate_product,
    translate_variant,
)
from commerce.catalog.services.variants import create_variant, update_variant

__all__ = [
    "add_media",
    "add_to_collection",
    "assign_attributes",
    "change_assignments",
    "create_attribute",
    "create_attribute_value",
    "create_category",
    "create_collection",
    "create_product",
    "create_product_type",
    "create_variant",
    "delete_attribute",
    "delete_attribute_value",
    "delete_product",
    "delete_product_type",
    "move_category",
    "publish_collection",
    "publish_product",
    "remove_from_collection",
    "remove_media",
    "reorder_attribute_values",
    "reorder_type_attributes",
    "set_variant_price",
    "translate_attribute",
    "translate_attribute_value",
    "translate_category",
    "translate_collection",
    "translate_media",
    "translate_product",
    "translate_variant",
    "unassign_attributes",
    "unpublish_collection",
    "unpublish_product",
    "update_attribute",
    "update_attribute_value",
    "update_category",
    "update_product",
    "update_product_type",
    "update_variant",
]
