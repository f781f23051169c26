"""The ways to deliver a cart: offered at a price, chosen, and checked again whenever the cart changes."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q

from commerce.checkout.errors import DeliveryNotOffered, ShippingAddressMissing, ShippingNotRequired
from commerce.checkout.models import Checkout, CheckoutDelivery
from commerce.checkout.quote import Quote, quote
from commerce.core.errors import NotFound
from commerce.shipping.models import ShippingMethod
from commerce.shipping.queries import Offer, available_methods
from commerce.shipping.rules import method_price


class DeliveryNotFound(NotFound):
    """Neither a delivery that this cart was offered nor a shipping method."""


def offer_deliveries(checkout: Checkout) -> list[CheckoutDelivery]:
    """The ways to deliver this cart now, at the prices of now; none as long as there is no address or need to ship.

    What was offered before and is offered no longer is forgotten, except the one that was chosen.
    """
    quoted = quote(checkout)
    offers = _offers(checkout, quoted)
    known = {row.method_id: row for row in checkout.deliveries.all()}
    fresh, changed = [], []
    for method, listing in offers:
        row, price = known.get(method.id), method_price(listing, quoted.parcel.subtotal)
        if row is None:
            fresh.append(CheckoutDelivery(checkout=checkout, method=method, name=method.name, price_amount=price))
            known[method.id] = fresh[-1]
        elif (row.name, row.price_amount) != (method.name, price):
            row.name, row.price_amount = method.name, price
            changed.append(row)
    CheckoutDelivery.objects.bulk_create(fresh)
    CheckoutDelivery.objects.bulk_update(changed, ["name", "price_amount"])
    offered = [method.id for method, _ in offers]
    gone = [row.id for row in known.values() if row.method_id not in offered and row.id != checkout.delivery_id]
    if gone:
        CheckoutDelivery.objects.filter(id__in=gone).delete()
    for method, _ in offers:
        known[method.id].method = method
        known[method.id].checkout = checkout
    return [known[method_id] for method_id in offered]


def delivery_for(checkout: Checkout, wanted: UUID) -> CheckoutDelivery:
    """The delivery that `wanted` names, as a CheckoutDelivery of this cart or as a ShippingMethod, at its price now.

    Raises DeliveryNotFound, DeliveryNotOffered, ShippingNotRequired or ShippingAddressMissing at
    ("delivery_method_id",).
    """
    path = ("delivery_method_id",)
    quoted = quote(checkout)
    known = CheckoutDelivery.objects.filter(Q(id=wanted) | Q(method=wanted), checkout=checkout).first()
    method_id = known.method_id if known is not None else wanted
    if known is None and not ShippingMethod.objects.filter(id=wanted).exists():
        raise DeliveryNotFound("There is no such delivery method.", path=path)
    if not quoted.is_shipping_required:
        raise ShippingNotRequired("Nothing in this cart has to be shipped.", path=path)
    if quoted.destination is None:
        raise ShippingAddressMissing("A shipping address is needed first.", path=path)
    offer = next((offer for offer in _offers(checkout, quoted) if offer[0].id == method_id), None)
    if offer is None:
        raise DeliveryNotOffered("This method is not offered for this cart and address.", path=path)
    method, listing = offer
    chosen = known or CheckoutDelivery(checkout=checkout, method=method)
    chosen.name, chosen.price_amount = method.name, method_price(listing, quoted.parcel.subtotal)
    chosen.save()
    return chosen


def _offers(checkout: Checkout, quoted: Quote) -> list[Offer]:
    if quoted.destination is None or not quoted.is_shipping_required:
        return []
    return available_methods(checkout.channel, quoted.parcel)
