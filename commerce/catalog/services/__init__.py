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
from commerce.catalog.services.backgrounds import set_background
from commerce.catalog.services.bundles import PartOfBundle, PricedByParts, remove_bundle, set_bundle
from commerce.catalog.services.categories import (
    create_category,
    delete_category,
    move_category,
    reorder_categories,
    update_category,
)
from commerce.catalog.services.collection_rules import preview_collection_rule, set_collection_rule
from commerce.catalog.services.collections import (
    add_to_collection,
    create_collection,
    delete_collection,
    publish_collection,
    remove_from_collection,
    reorder_collection,
    unpublish_collection,
    update_collection,
)
from commerce.catalog.services.deletion import delete_product, delete_variant
from commerce.catalog.services.listings import (
    publish_product,
    remove_variant_price,
    set_variant_price,
    unpublish_product,
)
from commerce.catalog.services.media import (
    add_media,
    add_media_from,
    assign_media,
    remove_media,
    reorder_media,
    update_media,
)
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
from commerce.catalog.services.related_rules import remove_related_rule, set_related_rule
from commerce.catalog.services.relations import add_relations, move_relation, remove_relations, set_relations
from commerce.catalog.services.translations import (
    translate_attribute,
    translate_attribute_value,
    translate_category,
    translate_collection,
    translate_media,
    translate_product,
    translate_variant,
)
from commerce.catalog.services.variants import create_variant, reorder_variants, update_variant

__all__ = [
    "PartOfBundle",
    "PricedByParts",
    "add_media",
    "add_media_from",
    "add_relations",
    "add_to_collection",
    "assign_attributes",
    "assign_media",
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
    "delete_category",
    "delete_collection",
    "delete_product",
    "delete_product_type",
    "delete_variant",
    "move_category",
    "move_relation",
    "preview_collection_rule",
    "publish_collection",
    "publish_product",
    "remove_bundle",
    "remove_from_collection",
    "remove_media",
    "remove_related_rule",
    "remove_relations",
    "remove_variant_price",
    "reorder_attribute_values",
    "reorder_categories",
    "reorder_collection",
    "reorder_media",
    "reorder_type_attributes",
    "reorder_variants",
    "set_background",
    "set_bundle",
    "set_collection_rule",
    "set_related_rule",
    "set_relations",
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
    "update_collection",
    "update_media",
    "update_product",
    "update_product_type",
    "update_variant",
]
