"""The lines of carts, with what they hold."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final
from uuid import UUID

from commerce.catalog.models import Product, ProductVariant
from commerce.checkout.models import CheckoutLine
from commerce.core.records import Records
from commerce.core.statements import uuid_array

LINES: Final = Records(
    "checkout_lines_of_carts",
    CheckoutLine,
    """
  JOIN catalog_productvariant AS variant ON variant.id = it.variant_id
  JOIN catalog_product AS variant__product ON variant__product.id = variant.product_id
 WHERE it.checkout_id = ANY($1)
""",
    "uuid[]",
    joined={"variant": ProductVariant, "variant__product": Product},
    order=("created_at", "id"),
)


def lines_of(checkout_ids: Collection[UUID]) -> list[CheckoutLine]:
    """The lines of these carts in the order of the carts' pages, variants and products loaded. One statement."""
    return LINES.all(uuid_array(checkout_ids)) if checkout_ids else []
