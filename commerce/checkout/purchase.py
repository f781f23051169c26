"""From a cart and its quote to what an order needs to know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from commerce.accounts.addresses import AddressData, address_data
from commerce.accounts.models import Address
from commerce.checkout.models import Checkout, CheckoutDelivery
from commerce.checkout.places import ADDRESSES
from commerce.checkout.priced import Quote, QuoteLine
from commerce.core.statements import uuid_array
from commerce.giftcards.holds import CardAmount
from commerce.inventory.models import Warehouse
from commerce.orders.purchase import Buyer, Purchase, PurchasedLine, freeze, thaw


def purchase_of(quote: Quote) -> Purchase:
    """The goods at the prices of this quote."""
    delivery = quote.delivery.delivery if quote.delivery is not None else None
    return Purchase(
        currency=quote.currency,
        country=quote.supplied_to,
        lines=tuple(_line(line) for line in quote.lines),
        subtotal=quote.subtotal,
        shipping=quote.shipping,
        total=quote.total,
        shipping_method_id=_bought_method(delivery) if delivery else None,
        shipping_method_name=delivery.name if delivery else "",
        tax_exemption=quote.exempt,
        collection_point_id=delivery.warehouse_id if delivery else None,
        warehouse_id=_only_warehouse(delivery) if delivery else None,
        discounts=quote.reductions,
        voucher_code_ids=tuple(UUID(code.code_id) for code in quote.codes if code.amount),
        gift_cards=tuple(CardAmount(card.card_id, card.amount) for card in quote.gift_cards if card.amount),
    )


def buyer_of(checkout: Checkout, known: Mapping[UUID, Address] | None = None) -> Buyer:
    """Who buys, as the cart says now. Its addresses are read unless they are `known`, by their ids."""
    kept = {key for key in (checkout.shipping_address_id, checkout.billing_address_id) if key is not None}
    addresses: dict[UUID | None, Address] = {}
    if known is not None and kept <= known.keys():
        addresses.update(known.items())
    elif kept:
        addresses |= {address.id: address for address in ADDRESSES.all(uuid_array(kept))}
    return Buyer(
        user_id=checkout.user_id,
        email=checkout.email,
        language_code=checkout.language_code,
        shipping_address=_address(addresses.get(checkout.shipping_address_id)),
        billing_address=_address(addresses.get(checkout.billing_address_id)),
        customer_note=checkout.customer_note,
        is_gift=checkout.is_gift,
        gift_message=checkout.gift_message,
        metadata=checkout.metadata,
        vat_id=checkout.vat_id,
    )


def remember(checkout: Checkout, purchase: Purchase) -> dict[str, Any]:
    """What a payment keeps of the cart that it pays for, as JSON."""
    return {"checkout": str(checkout.id), "version": checkout.version, "purchase": freeze(purchase)}


def remembered(checkout: Checkout, kept: dict[str, Any]) -> Purchase | None:
    """What the shopper was shown when they paid; None if the cart was changed or merged into another since."""
    if (kept.get("checkout"), kept.get("version")) != (str(checkout.id), checkout.version):
        return None
    return thaw(kept["purchase"])


def _only_warehouse(delivery: CheckoutDelivery) -> UUID | None:
    """The place where the goods are fetched, if only what lies there can be fetched there."""
    point = delivery.warehouse
    return point.id if point is not None and point.click_and_collect == Warehouse.ClickAndCollect.LOCAL else None


def _bought_method(delivery: CheckoutDelivery) -> UUID | None:
    """What names the way of sending: the method, or the delivery itself if the rate is somebody else's."""
    return delivery.id if delivery.provider else delivery.method_id


def _line(line: QuoteLine) -> PurchasedLine:
    return PurchasedLine(
        line_id=line.line.id,
        variant_id=line.variant.id,
        product_id=line.variant.product_id,
        product_name=line.variant.product.name,
        variant_name=line.variant.name,
        sku=line.variant.sku or "",
        is_shipping_required=line.variant.is_shipping_required,
        quantity=line.quantity,
        unit=line.unit,
        undiscounted_unit=line.undiscounted_unit,
        total=line.total,
        tax_percent=line.tax_percent,
        tax_class_name=line.tax_class_name,
        is_gift_card=line.is_gift_card,
        is_gift=line.is_gift,
        is_limited=line.is_limited,
    )


def _address(address: Address | None) -> AddressData | None:
    return address_data(address) if address is not None else None
