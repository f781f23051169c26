"""Codes of a cart: giving one, taking one away."""

from __future__ import annotations

import strawberry

from commerce.checkout import models, services
from commerce.core.errors import Required
from schema.checkout.payloads import cart_of_code, checkout_key, checkout_payload
from schema.checkout.storefront import change_cart
from schema.context import Info
from schema.ids import id_of, is_id_of


@change_cart(payload=checkout_payload("CheckoutAddPromoCode"), current=cart_of_code)
def checkout_add_promo_code(info: Info, promo_code: str, checkout_id: strawberry.ID | None = None) -> models.Checkout:
    """Give a cart the code of a voucher or a gift card. A voucher that may stand beside no other takes their place.

    INVALID says the same of a code that is missing, expired, used up or not for this customer; VOUCHER_NOT_APPLICABLE
    and GIFT_CARD_NOT_APPLICABLE that it is not for the cart as it is. Who tries too many is told to wait
    (TOO_MANY_ATTEMPTS).
    """
    return services.add_promo_code(
        checkout_id=checkout_key(checkout_id, name="checkout_id"),
        code=promo_code,
        ip=info.context.request.client_address,
        actor=info.context.actor,
    )


@change_cart(payload=checkout_payload("CheckoutRemovePromoCode"), current=cart_of_code)
def checkout_remove_promo_code(
    info: Info,
    checkout_id: strawberry.ID | None = None,
    promo_code: str | None = None,
    promo_code_id: strawberry.ID | None = None,
) -> models.Checkout:
    """Take a code out of a cart, by the code or by its id in `voucherCodes` or `giftCards`."""
    key = checkout_key(checkout_id, name="checkout_id")
    actor = info.context.actor
    if promo_code_id is not None and is_id_of("GiftCard", promo_code_id):
        return services.remove_gift_card(checkout_id=key, card_id=id_of("GiftCard", promo_code_id), actor=actor)
    if promo_code_id is not None:
        code_id = id_of("VoucherCode", promo_code_id, path=("promo_code_id",))
        return services.remove_promo_code_by_id(checkout_id=key, code_id=code_id, actor=actor)
    if promo_code is None:
        raise Required("Name the code.", path=("promo_code",))
    return services.remove_promo_code(checkout_id=key, code=promo_code, actor=actor)
