"""Verbs that change the catalog. Each opens its own transaction and says what happened in it."""

from commerce.catalog.services.categories import create_category, move_category, update_category
from commerce.catalog.services.collection_rules import preview_collection_rule, set_collection_rule
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
from commerce.catalog.services.variants import create_variant, update_variant

__all__ = [
    "add_media",
    "add_relations",
    "add_to_collection",
    "create_category",
    "create_collection",
    "create_product",
    "create_variant",
    "delete_product",
    "move_category",
    "move_relation",
    "preview_collection_rule",
    "publish_collection",
    "publish_product",
    "remove_from_collection",
    "remove_media",
    "remove_related_rule",
    "remove_relations",
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
    "unpublish_collection",
    "unpublish_product",
    "update_category",
    "update_product",
    "update_variant",
]
