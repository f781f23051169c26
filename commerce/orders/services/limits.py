"""How many units one customer may buy in some time."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.db import transaction

from commerce.catalog.errors import ProductNotFound, VariantNotFound
from commerce.catalog.models import Product, ProductVariant
from commerce.core.actor import Actor
from commerce.core.errors import InvalidInput, Required
from commerce.core.permission import Permission
from commerce.orders.errors import PurchaseLimitNotFound
from commerce.orders.models import PurchaseLimit

MOST_UNITS: Final = 1_000_000
MOST_DAYS: Final = 3_650


def set_purchase_limit(
    *, product_id: UUID | None = None, variant_id: UUID | None = None, quantity: int, days: int, actor: Actor
) -> PurchaseLimit:
    """Let one customer buy at most `quantity` units of a variant, or of a product's together, within `days` days.

    Takes the place of the limit that it had. Raises Required, InvalidInput, ProductNotFound, VariantNotFound or
    PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_PRODUCTS)
    if (product_id is None) == (variant_id is None):
        raise Required("Name a product or a variant.", path=("productId",))
    if not 1 <= quantity <= MOST_UNITS:
        raise InvalidInput(f"A limit is from 1 to {MOST_UNITS} units.", path=("quantity",))
    if not 1 <= days <= MOST_DAYS:
        raise InvalidInput(f"From 1 to {MOST_DAYS} days.", path=("days",))
    with transaction.atomic():
        # Locked, so that two at once set it one after the other, and it is not deleted meanwhile.
        limits = PurchaseLimit.objects.filter(product=product_id, variant=variant_id)
        if product_id is not None and not Product.objects.select_for_update(no_key=True).filter(id=product_id):
            raise ProductNotFound("There is no such product.", path=("productId",))
        if variant_id is not None and not ProductVariant.objects.select_for_update(no_key=True).filter(id=variant_id):
            raise VariantNotFound("There is no such variant.", path=("variantId",))
        limit = limits.first() or PurchaseLimit(product_id=product_id, variant_id=variant_id)
        limit.quantity, limit.days = quantity, days
        limit.save()
    return limit


def remove_purchase_limit(*, limit_id: UUID, actor: Actor) -> None:
    """Let everybody buy as much as there is. Raises PurchaseLimitNotFound or PermissionDenied."""
    actor.require_everywhere(Permission.MANAGE_PRODUCTS)
    if not PurchaseLimit.objects.filter(id=limit_id).delete()[0]:
        raise PurchaseLimitNotFound("There is no such limit.", path=("id",))
