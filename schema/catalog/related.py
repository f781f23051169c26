"""`Product.relatedProducts`."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import Final

import strawberry

from commerce.catalog.related import related_products
from commerce.catalog.relation_models import ProductRelation
from commerce.catalog.rows import ProductRow
from commerce.channels.models import Channel
from commerce.core.errors import InvalidInput
from schema.catalog.sources import AnyProduct, Key
from schema.channels.scope import per_channel
from schema.context import RequestContext

DEFAULT_NUMBER: Final = 20
MOST: Final = 50


@strawberry.enum(description="As what a product is shown beside another.")
class ProductRelationKind(Enum):
    """The values are those that are stored."""

    RELATED = "related"
    UPSELL = "upsell"
    CROSS_SELL = "cross_sell"
    ACCESSORY = "accessory"

    @property
    def stored(self) -> ProductRelation.Kind:
        """The kind as the catalog knows it."""
        return ProductRelation.Kind(self.value)


def load_related(
    products: Sequence[AnyProduct],
    context: RequestContext,
    kind: ProductRelationKind = ProductRelationKind.RELATED,
    first: int | None = None,
) -> list[list[ProductRow]]:
    """What is shown beside the product: what was picked, in its order. Of the kind RELATED, then what shares most with
    it: category, collections, attribute values. Up to `first` (20 if it is left out, 50 at most) that the caller sees.
    """
    count = DEFAULT_NUMBER if first is None else first
    if not 0 <= count <= MOST:
        raise InvalidInput(f"Between 0 and {MOST} products.", path=("first",))

    def load(channel: Channel | None, members: list[AnyProduct]) -> list[list[ProductRow]]:
        if channel is None:
            return [[] for _ in members]
        asked: list[Key] = [product.id for product in members]
        found = related_products(asked, kind=kind.stored, count=count, channel=channel, actor=context.actor)
        return [found[key] for key in asked]

    return per_channel(products, context, load)
