"""Letting rules decide what is in collections, for staff and apps with MANAGE_PRODUCTS."""

from __future__ import annotations

from typing import Any

import strawberry

from commerce.catalog import services
from commerce.core.permission import Permission
from schema.catalog.collection_rules import CollectionRuleInput
from schema.catalog.collections import Collection
from schema.catalog.errors import ProductError
from schema.catalog.mutations import change
from schema.catalog.types import Product
from schema.context import Info
from schema.fields import leaf, query
from schema.ids import id_of
from schema.payloads import row_payload


@strawberry.type(description="What a rule would find.")
class CollectionRulePreview:
    """Source: commerce.catalog.services.collection_rules.Preview."""

    count: int = leaf("How many products.", source="total")
    products: list[Product] = leaf("The first of them by name, published or not.")


@query(allow=Permission.MANAGE_PRODUCTS, returns=CollectionRulePreview)
def collection_rule_preview(info: Info, rule: CollectionRuleInput, first: int = 20) -> Any:
    """What a rule would find now, with its `first` products (100 at most); nothing is changed."""
    with rule.named():
        return services.preview_collection_rule(rule=rule.stored(info.context), number=first, actor=info.context.actor)


@change(payload=row_payload("CollectionRuleSet", "collection", Collection | None, ProductError))
def collection_rule_set(info: Info, id: strawberry.ID, rule: CollectionRuleInput) -> Any:
    """Let a rule decide which products are in a collection besides those picked by hand: within seconds for those that
    are there, at once for each that changes.
    """
    with rule.named():
        return services.set_collection_rule(
            collection_id=id_of("Collection", id), rule=rule.stored(info.context), actor=info.context.actor
        )


@change(payload=row_payload("CollectionRuleRemove", "collection", Collection | None, ProductError))
def collection_rule_remove(info: Info, id: strawberry.ID) -> Any:
    """Take away the rule of a collection: what was picked by hand stays, what the rule has found goes in seconds."""
    return services.set_collection_rule(collection_id=id_of("Collection", id), rule=None, actor=info.context.actor)
