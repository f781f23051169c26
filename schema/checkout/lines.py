"""Lines and deliveries of a cart as the API shows them, and the quote behind both."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import strawberry

from commerce.channels.models import Channel
from commerce.checkout import models
from commerce.checkout.outside_taxes import taxed_quotes
from commerce.checkout.priced import Quote, QuoteLine
from commerce.core import money
from schema.catalog.types import ProductVariant
from schema.context import RequestContext
from schema.fields import computed, leaf, nested
from schema.ids import global_id, to_global_id
from schema.inventory.types import Warehouse
from schema.metadata import MetadataItem, ObjectWithMetadata, items
from schema.money import Money, TaxedMoney, shown
from schema.pricing.ladder import PriceStep, load_line_ladders
from schema.shipping.types import OfferedMethod, ShippingMethod


def load_quotes(checkouts: Sequence[models.Checkout], context: RequestContext) -> list[Quote]:
    """One quote for each checkout, worked out once for all the fields that are reckoned from it."""
    carts = {checkout.id: checkout for checkout in checkouts}
    found = context.known("quotes", carts, lambda missing: taxed_quotes([carts[key] for key in missing]))
    return [found[checkout.id] for checkout in checkouts]


def _currency(channel: Channel | None) -> str:
    if channel is None:
        raise RuntimeError("A delivery is always looked at in the channel of its checkout.")
    return channel.currency_code


def _methods(deliveries: Sequence[models.CheckoutDelivery], context: RequestContext) -> list[OfferedMethod | None]:
    channels = context.channels_of(deliveries)
    return [_method(*pair) for pair in zip(deliveries, channels, strict=True)]


def _method(delivery: models.CheckoutDelivery, channel: Channel | None) -> OfferedMethod | None:
    """What goods are sent by; None if they are fetched. A rate of somebody else goes by the id of its delivery."""
    if delivery.warehouse_id is not None:
        return None
    own = delivery.method
    return OfferedMethod(
        id=delivery.id if own is None else own.id,
        name=delivery.name,
        active=own is None or own.is_active,
        price=money.Money(delivery.price_amount, _currency(channel)),
        minimum_delivery_days=delivery.minimum_delivery_days if own is None else own.minimum_delivery_days,
        maximum_delivery_days=delivery.maximum_delivery_days if own is None else own.maximum_delivery_days,
        description="" if own is None else own.description,
    )


@strawberry.type(description="A way to deliver that was offered to a checkout.")
class Delivery:
    """Source: commerce.checkout.models.CheckoutDelivery, with method, warehouse and checkout.channel loaded."""

    id: strawberry.ID = global_id("Delivery")
    shipping_method: ShippingMethod | None = nested(
        _methods, "The method and its price for this checkout; null if the goods are fetched."
    )
    collection_point: Warehouse | None = nested("warehouse", "Where the goods are fetched; null if they are sent.")
    expires_at: datetime | None = leaf("Until when a carrier's rate holds; null for what is the shop's own.")


def _line_metadata(lines: Sequence[QuoteLine], context: RequestContext) -> list[list[MetadataItem]]:
    return [items(line.line.metadata) for line in lines]


@strawberry.type(description="So many units of a variant in a cart.")
class CheckoutLine(ObjectWithMetadata):
    """Source: commerce.checkout.priced.QuoteLine."""

    id: strawberry.ID = computed(
        lambda root: strawberry.ID(to_global_id("CheckoutLine", root.line.id)),
        "The global id of this CheckoutLine.",
    )
    quantity: int = leaf("How many units.")
    is_gift: bool = leaf("Whether a promotion gives it: it costs nothing, and there is one unit of it.")
    unit_price: TaxedMoney = nested("unit", "The price of one unit.")
    undiscounted_unit_price: Money = nested(
        lambda lines, context: [
            shown(line.undiscounted_unit, channel)
            for line, channel in zip(lines, context.channels_of(lines), strict=True)
        ],
        "The price of one unit before reductions, with or without tax as the channel shows it.",
    )
    undiscounted_total_price: Money = nested(
        lambda lines, context: [
            shown(line.undiscounted_unit, channel) * line.quantity
            for line, channel in zip(lines, context.channels_of(lines), strict=True)
        ],
        "The price of all units before reductions, with or without tax as the channel shows it.",
    )
    total_price: TaxedMoney = nested("total", "The price of all units.")
    price_ladder: list[PriceStep] = nested(load_line_ladders)
    variant: ProductVariant = nested("variant", "What is bought.")
    metadata: list[MetadataItem] = nested(_line_metadata, "Data of integrations.")

    @classmethod
    def is_type_of(cls, value: object, info: object) -> bool:
        """For the interface."""
        return isinstance(value, QuoteLine)
