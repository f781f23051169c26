"""The ways to deliver a cart: offered at a price, chosen, and checked again whenever the cart changes.

The shop's own methods, warehouses where the goods can be fetched, and rates of others.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from commerce.checkout.collection import collection_points
from commerce.checkout.editing import CartEdit
from commerce.checkout.errors import DeliveryNotOffered, ShippingAddressMissing, ShippingNotRequired
from commerce.checkout.known import Named
from commerce.checkout.models import Checkout, CheckoutDelivery
from commerce.checkout.parcels import digest_of
from commerce.checkout.priced import Quote
from commerce.checkout.quote import quote
from commerce.checkout.rates import known_rates
from commerce.core.errors import NotFound
from commerce.core.records import fresh
from commerce.core.values import quickly_made
from commerce.inventory.models import Warehouse
from commerce.shipping.models import ShippingMethod, ShippingMethodChannelListing
from commerce.shipping.queries import available_methods
from commerce.shipping.rules import method_price


class DeliveryNotFound(NotFound):
    """Neither a delivery that this cart was offered, nor a shipping method, nor a warehouse."""


@quickly_made
@dataclass(frozen=True, slots=True)
class _Option:
    """One way to deliver: a method, a warehouse or somebody else's rate, at its price now (minor units)."""

    name: str
    price_amount: int
    method: ShippingMethod | None = None
    warehouse: Warehouse | None = None
    provider: str = ""
    rate_code: str = ""
    minimum_delivery_days: int | None = None
    maximum_delivery_days: int | None = None
    parcel_digest: str = ""
    expires_at: datetime | None = None
    listing: ShippingMethodChannelListing | None = None

    @property
    def key(self) -> tuple[UUID | None, UUID | None, str, str]:
        """What stays the same when it is offered again."""
        return (
            self.method.id if self.method else None,
            self.warehouse.id if self.warehouse else None,
            self.provider,
            self.rate_code,
        )


_WRITTEN = (
    "name",
    "price_amount",
    "minimum_delivery_days",
    "maximum_delivery_days",
    "parcel_digest",
    "expires_at",
)


def offer_deliveries(checkout: Checkout) -> list[CheckoutDelivery]:
    """The ways to deliver this cart now, at the prices of now; none if nothing has to be shipped.

    Without an address only places to fetch it. What was offered before and is offered no longer is forgotten, except
    the one that was chosen.
    """
    options = _options(checkout, quote(checkout))
    known = {_key(row): row for row in checkout.deliveries.all()}
    new, changed, offered = [], [], []
    for option in options:
        row = known.get(option.key)
        if row is None:
            row = _new(checkout, option)
            new.append(row)
        elif _apply(row, option):
            changed.append(row)
        row.checkout, row.method, row.warehouse = checkout, option.method, option.warehouse
        offered.append(row)
    CheckoutDelivery.objects.bulk_create(new)
    CheckoutDelivery.objects.bulk_update(changed, _WRITTEN)
    kept = {row.id for row in offered} | {checkout.delivery_id}
    gone = [row.id for row in known.values() if row.id not in kept]
    if gone:
        CheckoutDelivery.objects.filter(id__in=gone).delete()
    return offered


def delivery_for(edit: CartEdit, wanted: UUID) -> CheckoutDelivery:
    """The delivery that `wanted` names: one of this cart, a ShippingMethod or a Warehouse, at its price now.

    A rate of somebody else has the price that was shown. Raises DeliveryNotFound, DeliveryNotOffered,
    ShippingNotRequired or ShippingAddressMissing at ("delivery_method_id",).
    """
    path, checkout = ("delivery_method_id",), edit.checkout
    named = edit.known.named
    if named is None or named.id != wanted:
        named = edit.known.named = Named(wanted)
    quoted = quote(checkout, edit.known)
    known = named.offered
    keys = {wanted} if known is None else {known.method_id, known.warehouse_id}
    is_warehouse = known.warehouse_id is not None if known else named.is_warehouse
    is_method = known is not None or named.is_method
    if not is_warehouse and not is_method:
        raise DeliveryNotFound("There is no such delivery method.", path=path)
    if not quoted.is_shipping_required:
        raise ShippingNotRequired("Nothing in this cart has to be shipped.", path=path)
    if quoted.destination is None and not is_warehouse:
        raise ShippingAddressMissing("A shipping address is needed first.", path=path)
    if known is not None and known.provider:
        if not _holds(known, quoted):
            raise DeliveryNotOffered("This rate no longer holds: ask for the options anew.", path=path)
        return known
    options: Iterable[_Option] = _collected(checkout, quoted) if is_warehouse else _own(checkout, quoted, named)
    option = next((each for each in options if keys & {each.key[0], each.key[1]} - {None}), None)
    if option is None:
        raise DeliveryNotOffered("This method is not offered for this cart and address.", path=path)
    if option.method is not None and option.listing is not None:
        sent = quoted.parcel.product_ids
        edit.known.listings[option.method.id, checkout.channel_id, sent] = option.listing
    if known is None:
        chosen = _new(checkout, option)
        edit.fresh.append(chosen)
        if option.warehouse is None:
            edit.known.deliveries[chosen.id] = chosen
        return chosen
    if _apply(known, option):
        known.save()
        edit.known.deliveries.pop(known.id, None)
    return known


def _holds(rate: CheckoutDelivery, quoted: Quote) -> bool:
    """Whether somebody else's rate is for what would be sent now, and still holds."""
    request = quoted.rate_request
    return (
        request is not None
        and rate.parcel_digest == digest_of(request)
        and rate.expires_at is not None
        and timezone.now() < rate.expires_at
    )


def _options(checkout: Checkout, quoted: Quote) -> list[_Option]:
    if not quoted.is_shipping_required:
        return []
    return [*_own(checkout, quoted), *_outside(checkout, quoted), *_collected(checkout, quoted)]


def _own(checkout: Checkout, quoted: Quote, named: Named | None = None) -> list[_Option]:
    if quoted.destination is None:
        return []
    listings = named.listings if named is not None and named.sent == quoted.parcel.product_ids else None
    return [
        _Option(
            name=method.name,
            price_amount=method_price(listing, quoted.parcel.subtotal),
            method=method,
            minimum_delivery_days=method.minimum_delivery_days,
            maximum_delivery_days=method.maximum_delivery_days,
            listing=listing,
        )
        for method, listing in available_methods(checkout.channel, quoted.parcel, listings)
    ]


def _outside(checkout: Checkout, quoted: Quote) -> list[_Option]:
    request = quoted.rate_request
    if request is None:
        return []
    return [
        _Option(
            name=rate.name,
            price_amount=rate.price.amount,
            provider=known.provider,
            rate_code=rate.code,
            minimum_delivery_days=rate.minimum_delivery_days,
            maximum_delivery_days=rate.maximum_delivery_days,
            parcel_digest=digest_of(request),
            expires_at=known.expires_at,
        )
        for known in known_rates(checkout, request)
        for rate in known.rates
    ]


def _collected(checkout: Checkout, quoted: Quote) -> list[_Option]:
    return [
        _Option(name=warehouse.name, price_amount=0, warehouse=warehouse)
        for warehouse in collection_points(checkout, quoted)
    ]


def _new(checkout: Checkout, option: _Option) -> CheckoutDelivery:
    return fresh(
        CheckoutDelivery,
        checkout=checkout,
        method=option.method,
        warehouse=option.warehouse,
        provider=option.provider,
        rate_code=option.rate_code,
        **{name: getattr(option, name) for name in _WRITTEN},
    )


def _apply(row: CheckoutDelivery, option: _Option) -> bool:
    """Bring a delivery to what the option says now; whether anything was changed."""
    before = [getattr(row, name) for name in _WRITTEN]
    for name in _WRITTEN:
        setattr(row, name, getattr(option, name))
    return before != [getattr(row, name) for name in _WRITTEN]


def _key(row: CheckoutDelivery) -> tuple[UUID | None, UUID | None, str, str]:
    return (row.method_id, row.warehouse_id, row.provider, row.rate_code)
