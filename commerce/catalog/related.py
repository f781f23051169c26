"""What is shown beside products: one statement, however many products.

First what was picked by hand, in its order. Where that is not enough, and the kind is RELATED, a rule goes on: what
shares most with the product, by points (`RelatedProductsRule`), of equals the newest. Its candidates are the newest of
the product's category and of each of its attribute values, and the first of each of its collections: CANDIDATES of
each, so that a category of a hundred thousand costs what a small one does. The LIMITs of 1 let PostgreSQL look rows up
one by one, instead of reading all that the shop has, and OFFSET 0 lets it count points once.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final, TypeVar
from uuid import UUID

from commerce.catalog.product_statements import CARD_NOW, PUBLISHED_NOW
from commerce.catalog.queries import sees_unpublished
from commerce.catalog.relation_models import CATEGORY_POINTS, COLLECTION_POINTS, VALUE_POINTS, ProductRelation
from commerce.catalog.rows import CARD_COLUMNS, PRODUCT_COLUMNS, ProductRow
from commerce.channels.models import Channel
from commerce.core.actor import Actor
from commerce.core.statements import Statement, uuid_array

K = TypeVar("K", UUID, str)

CANDIDATES: Final = 40
MOST_SOURCES: Final = 8
"""So many collections, and so many attribute values, of a product are looked into."""

_SHOWN: Final = """
          JOIN catalog_productchannellisting AS listing
            ON listing.product_id = {product} AND listing.channel_id = $2
           AND ($3 OR ({published} AND (listing.visible_in_listings OR NOT {listed})))
"""
_SQL: Final = """
SELECT owner.id::text, {columns}
  FROM unnest($1) AS owner(id)
  JOIN catalog_product AS base ON base.id = owner.id
  LEFT JOIN LATERAL (
        SELECT category_points, collection_points, value_points
          FROM catalog_relatedproductsrule AS rule
         WHERE rule.product_type_id = base.product_type_id OR rule.product_type_id IS NULL
         ORDER BY rule.product_type_id NULLS LAST
         LIMIT 1
       ) AS rule ON true
 CROSS JOIN LATERAL (
        SELECT coalesce(rule.category_points, {category_points}) AS category,
               coalesce(rule.collection_points, {collection_points}) AS collection,
               coalesce(rule.value_points, {value_points}) AS value
       ) AS points
 CROSS JOIN LATERAL (
        SELECT * FROM (
        (SELECT relation.related_id AS id, 0 AS by_rule, relation.sort_order AS place, relation.id AS tie
           FROM catalog_productrelation AS relation
           {picked_shown}
          WHERE relation.product_id = owner.id AND relation.kind = $4
          ORDER BY relation.sort_order, relation.id
          LIMIT $5)
         UNION ALL
        (SELECT scored.id, 1, -scored.score, scored.id
           FROM (
                 SELECT candidate.id,
                        points.category * (other.category_id IS NOT DISTINCT FROM base.category_id
                                           AND base.category_id IS NOT NULL)::int
                      + points.collection * (
                            SELECT count(*) FROM catalog_collectionproduct AS mine
                              JOIN catalog_collectionproduct AS theirs
                                ON theirs.collection_id = mine.collection_id AND theirs.product_id = candidate.id
                             WHERE mine.product_id = owner.id)
                      + points.value * (
                            SELECT count(*) FROM catalog_productattributevalue AS mine
                              JOIN catalog_productattributevalue AS theirs
                                ON theirs.value_id = mine.value_id AND theirs.product_id = candidate.id
                             WHERE mine.product_id = owner.id) AS score
                   FROM (
                         (SELECT product.id
                            FROM catalog_product AS product
                            {of_category_shown}
                           WHERE points.category > 0 AND product.category_id = base.category_id
                           ORDER BY product.created_at DESC, product.id DESC
                           LIMIT {candidates})
                          UNION
                         (SELECT found.product_id
                            FROM (SELECT collection_id FROM catalog_collectionproduct
                                   WHERE product_id = owner.id ORDER BY collection_id LIMIT {sources}) AS mine
                           CROSS JOIN LATERAL (
                                 SELECT place.product_id
                                   FROM catalog_collectionproduct AS place
                                   {of_collection_shown}
                                  WHERE place.collection_id = mine.collection_id
                                  ORDER BY place.sort_order, place.product_id
                                  LIMIT {candidates}
                                ) AS found
                           WHERE points.collection > 0)
                          UNION
                         (SELECT found.product_id
                            FROM (SELECT value_id FROM catalog_productattributevalue
                                   WHERE product_id = owner.id ORDER BY sort_order, id LIMIT {sources}) AS mine
                           CROSS JOIN LATERAL (
                                 SELECT has.product_id
                                   FROM catalog_productattributevalue AS has
                                   {of_value_shown}
                                  WHERE has.value_id = mine.value_id
                                  ORDER BY has.product_id DESC
                                  LIMIT {candidates}
                                ) AS found
                           WHERE points.value > 0)
                        ) AS candidate
                  CROSS JOIN LATERAL (
                        SELECT one.category_id FROM catalog_product AS one WHERE one.id = candidate.id LIMIT 1
                       ) AS other
                  WHERE candidate.id <> owner.id
                    AND NOT EXISTS (
                         SELECT FROM catalog_productrelation AS picked
                          WHERE picked.product_id = owner.id AND picked.kind = $4 AND picked.related_id = candidate.id)
                 OFFSET 0
                ) AS scored
          WHERE $6 AND scored.score > 0
          ORDER BY scored.score DESC, scored.id DESC
          LIMIT $5)
        ) AS either
         ORDER BY by_rule, place, CASE WHEN by_rule = 0 THEN tie END, tie DESC
         LIMIT $5
       ) AS hit
 CROSS JOIN LATERAL (SELECT * FROM catalog_product AS one WHERE one.id = hit.id LIMIT 1) AS product
  JOIN catalog_productcard AS card ON card.product_id = hit.id AND card.channel_id = $2 AND {now}
 ORDER BY owner.id, hit.by_rule, hit.place, CASE WHEN hit.by_rule = 0 THEN hit.tie END, hit.tie DESC
"""


def _shown(product: str, *, listed: bool) -> str:
    return _SHOWN.format(product=product, published=PUBLISHED_NOW.format("listing"), listed=str(listed).lower())


# The owner's id, then the columns of a ProductRow.
_RELATED: Final[Statement[tuple[Any, ...]]] = Statement(
    "related_products",
    tuple,
    _SQL.format(
        columns=f"{PRODUCT_COLUMNS.format('product')}, {CARD_COLUMNS.format('card')}",
        now=CARD_NOW.format("card"),
        category_points=CATEGORY_POINTS,
        collection_points=COLLECTION_POINTS,
        value_points=VALUE_POINTS,
        candidates=CANDIDATES,
        sources=MOST_SOURCES,
        picked_shown=_shown("relation.related_id", listed=False),
        of_category_shown=_shown("product.id", listed=True),
        of_collection_shown=_shown("place.product_id", listed=True),
        of_value_shown=_shown("has.product_id", listed=True),
    ),
    "uuid[]",
    "uuid",
    "bool",
    "text",
    "int",
    "bool",
)


def related_products(
    product_ids: Collection[K], *, kind: ProductRelation.Kind, count: int, channel: Channel, actor: Actor
) -> dict[K, list[ProductRow]]:
    """Up to `count` products beside each of these that exist for this actor in this channel."""
    hidden_too = sees_unpublished(channel=channel, actor=actor)
    by_rule = kind == ProductRelation.Kind.RELATED
    found: dict[str, list[ProductRow]] = {}
    if count > 0:
        keys = uuid_array(dict.fromkeys(map(str, product_ids)))
        for owner, *columns in _RELATED.all(keys, str(channel.id), hidden_too, kind.value, count, by_rule):
            found.setdefault(owner, []).append(ProductRow._make(columns))
    return {key: found.get(str(key), []) for key in product_ids}
