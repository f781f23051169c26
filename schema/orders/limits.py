"""How many units one customer may buy in some time, for staff and apps with MANAGE_PRODUCTS."""

from __future__ import annotations

from functools import partial

import strawberry

from commerce.core.permission import Permission
from commerce.orders import models, services
from schema.context import Info
from schema.doorway import mutation
from schema.fields import computed, leaf, query
from schema.ids import global_id, id_of, to_global_id
from schema.orders.errors import OrderError, OrderErrorCode
from schema.pagination import CountableConnection, Page, page_of
from schema.payloads import row_payload

MANAGE = Permission.MANAGE_PRODUCTS

_change = partial(mutation, MANAGE, error=OrderError, codes=OrderErrorCode)


@strawberry.type(description="How many units of a variant, or of a product, one customer may buy in some time.")
class PurchaseLimit:
    """Source: commerce.orders.models.PurchaseLimit."""

    id: strawberry.ID = global_id("PurchaseLimit")
    product_id: strawberry.ID | None = computed(
        lambda root: None if root.product_id is None else strawberry.ID(to_global_id("Product", root.product_id)),
        "The product whose variants are counted together; null if it is about one variant.",
    )
    variant_id: strawberry.ID | None = computed(
        lambda root: (
            None if root.variant_id is None else strawberry.ID(to_global_id("ProductVariant", root.variant_id))
        ),
        "The variant; null if it is about a product.",
    )
    quantity: int = leaf("How many units.")
    days: int = leaf("Within how many days; orders that were cancelled or refunded in full do not count.")


@query(MANAGE, returns=CountableConnection[PurchaseLimit])
def purchase_limits(
    info: Info,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Page:
    """What is limited for one customer over time, newest first."""
    rows = models.PurchaseLimit.objects.all()
    return page_of(rows, ("-created_at", "-id"), first=first, after=after, last=last, before=before)


@_change(payload=row_payload("PurchaseLimitSet", "purchase_limit", PurchaseLimit | None, OrderError))
def purchase_limit_set(
    info: Info,
    quantity: int,
    days: int,
    product_id: strawberry.ID | None = None,
    variant_id: strawberry.ID | None = None,
) -> models.PurchaseLimit:
    """Let one customer, known by account or e-mail address, buy at most so many units within so many days.

    Of one variant, or of all variants of a product together; it takes the place of the limit that was there.
    """
    return services.set_purchase_limit(
        product_id=None if product_id is None else id_of("Product", product_id, path=("productId",)),
        variant_id=None if variant_id is None else id_of("ProductVariant", variant_id, path=("variantId",)),
        quantity=quantity,
        days=days,
        actor=info.context.actor,
    )


@_change(payload=row_payload("PurchaseLimitRemove", "purchase_limit", PurchaseLimit | None, OrderError))
def purchase_limit_remove(info: Info, id: strawberry.ID) -> None:
    """Take a limit away."""
    services.remove_purchase_limit(limit_id=id_of("PurchaseLimit", id), actor=info.context.actor)
