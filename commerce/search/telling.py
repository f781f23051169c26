"""Telling another engine of products that changed. PostgreSQL needs none of this."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from django.db import connection

from commerce.catalog.models import Product, ProductChannelListing
from commerce.catalog.rich_text import plain_text
from commerce.core.statements import uuid_array
from commerce.search.engines import outside_engine
from commerce.search.models import UntoldProduct
from commerce.search.provider import ProductText

_CHUNK: Final = 200


def tell_engine() -> int:
    """Sweeper: send products that were changed or deleted, how many. Raises what the engine raises: they stay due.

    No transaction is open meanwhile. A product that changes again during the call has a row of its own, and is sent
    again.
    """
    outside = outside_engine()
    if outside is None:
        UntoldProduct.objects.all().delete()
        return 0
    done = 0
    while rows := list(UntoldProduct.objects.order_by("id").values_list("id", "product_id")[:_CHUNK]):
        ids = sorted({product_id for _, product_id in rows})
        texts = texts_of_products(ids)
        gone = sorted(set(ids) - {text.id for text in texts})
        if texts:
            outside.target.index(texts)
        if gone:
            outside.target.delete(gone)
        UntoldProduct.objects.filter(id__in=[row_id for row_id, _ in rows]).delete()
        done += len(ids)
    return done


def tell_engine_everything() -> None:
    """Note every product for `tell_engine`: for an engine that is new, or has lost what it knew."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO search_untoldproduct (product_id) SELECT id FROM catalog_product ORDER BY id")


def texts_of_products(product_ids: Sequence[UUID]) -> list[ProductText]:
    """What an engine keeps of those of the products that exist. What shoppers are not shown is not among it."""
    products = Product.objects.filter(id__in=product_ids).select_related("product_type").order_by("id")
    products = products.prefetch_related("translations", "variants__translations", "category__translations")
    facts = _facts(product_ids)
    channels: dict[UUID, list[UUID]] = {}
    for product_id, channel_id in ProductChannelListing.objects.filter(product__in=product_ids).values_list(
        "product_id", "channel_id"
    ):
        channels.setdefault(product_id, []).append(channel_id)
    return [_text(product, facts.get(str(product.id), []), channels.get(product.id, [])) for product in products]


def _text(product: Product, facts: list[str], channel_ids: list[UUID]) -> ProductText:
    translations, variants = list(product.translations.all()), list(product.variants.all())
    codes = [product.external_reference]
    names = [product.product_type.name]
    if product.category is not None:
        names += [product.category.name, *(text.name for text in product.category.translations.all() if text.name)]
    for variant in variants:
        codes += [variant.sku, variant.barcode, variant.external_reference]
        names += [variant.name, *(text.name for text in variant.translations.all())]
    return ProductText(
        id=product.id,
        names=[product.name, *(text.name for text in translations if text.name)],
        codes=[code for code in codes if code],
        facts=[fact for fact in (*facts, *names) if fact],
        descriptions=[
            text
            for text in (plain_text(product.description), *(plain_text(each.description) for each in translations))
            if text
        ],
        channel_ids=channel_ids,
    )


def _facts(product_ids: Sequence[UUID]) -> dict[str, list[str]]:
    with connection.cursor() as cursor:
        cursor.execute(_FACTS, {"products": uuid_array(product_ids)})
        return dict(cursor.fetchall())


_FACTS: Final = """
SELECT assigned.product_id::text, array_agg(DISTINCT said.name)
  FROM (
        SELECT product_id, value_id FROM catalog_productattributevalue
         WHERE product_id = ANY(%(products)s::uuid[])
         UNION
        SELECT variant.product_id, link.value_id
          FROM catalog_productvariant AS variant
          JOIN catalog_variantattributevalue AS link ON link.variant_id = variant.id
         WHERE variant.product_id = ANY(%(products)s::uuid[])
       ) AS assigned
  JOIN attributes_attributevalue AS value ON value.id = assigned.value_id
  JOIN attributes_attribute AS attribute ON attribute.id = value.attribute_id AND attribute.visible_in_storefront
 CROSS JOIN LATERAL (
        SELECT value.name
         UNION
        SELECT translation.name FROM attributes_attributevaluetranslation AS translation
         WHERE translation.value_id = value.id AND translation.name IS NOT NULL
       ) AS said
 GROUP BY assigned.product_id
"""
