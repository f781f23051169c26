"""Which of the gifts of a cart the shopper wants."""

from __future__ import annotations

import strawberry

from commerce.checkout import models, services
from schema.checkout.payloads import checkout_key, checkout_named, checkout_payload
from schema.checkout.storefront import change_cart
from schema.context import Info
from schema.ids import id_of


@change_cart(payload=checkout_payload("CheckoutGiftUpdate"), current=checkout_named)
def checkout_gift_update(
    info: Info, id: strawberry.ID, promotion_id: strawberry.ID, variant_id: strawberry.ID | None = None
) -> models.Checkout:
    """Take another variant of what a promotion gives this cart, or none of it where no variant is named.

    NOT_FOUND for what is no gift of this cart, INSUFFICIENT_STOCK for a variant that is gone.
    """
    return services.choose_gift(
        checkout_id=checkout_key(id),
        promotion_id=id_of("Promotion", promotion_id, path=("promotion_id",)),
        variant_id=None if variant_id is None else id_of("ProductVariant", variant_id, path=("variant_id",)),
        actor=info.context.actor,
    )
