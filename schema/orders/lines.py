"""Lines and parcels of an order as the API shows them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import strawberry

from commerce.core import money
from commerce.orders import models, queries
from schema.catalog.images import Image, thumbnails_of_products
from schema.catalog.sources import AnyVariant
from schema.catalog.types import ProductVariant
from schema.catalog.variants import load_remembered_variants
from schema.context import RequestContext
from schema.engine.batch import Loader
from schema.enums import ThumbnailFormatEnum
from schema.fields import computed, leaf, nested
from schema.ids import global_id
from schema.metadata import MetadataItem, metadata_field
from schema.money import TaxedMoney
from schema.orders.enums import FulfillmentStatus


def _variants(lines: Sequence[models.OrderLine], context: RequestContext) -> list[AnyVariant | None]:
    channels = context.channels_of(lines)
    asked = [(channel, line.variant_id) for channel, line in zip(channels, lines, strict=True)]
    return load_remembered_variants(asked, context)


def _thumbnails(
    lines: Sequence[models.OrderLine],
    context: RequestContext,
    size: int | None = None,
    format: ThumbnailFormatEnum | None = None,
) -> list[object]:
    """The product's picture in about this size; null once the product is gone."""
    keys: list[UUID | None] = [line.product_id_snapshot for line in lines]
    found = thumbnails_of_products([key for key in keys if key is not None], context, size, format)
    return [found.get(key) if key is not None else None for key in keys]


def _line_price(net: str, gross: str) -> Loader:
    def load(lines: Sequence[models.OrderLine], context: RequestContext) -> list[money.TaxedMoney]:
        currencies = [line.order.currency for line in lines]
        return [
            money.TaxedMoney.of(getattr(line, net), getattr(line, gross), currency)
            for line, currency in zip(lines, currencies, strict=True)
        ]

    return load


def _undiscounted_totals(lines: Sequence[models.OrderLine], context: RequestContext) -> list[money.TaxedMoney]:
    units = _line_price("undiscounted_unit_net", "undiscounted_unit_gross")(lines, context)
    return [
        money.TaxedMoney(unit.net * line.quantity, unit.gross * line.quantity)
        for line, unit in zip(lines, units, strict=True)
    ]


@strawberry.type(description="What was bought, at the price of that moment.")
class OrderLine:
    """Source: commerce.orders.models.OrderLine."""

    id: strawberry.ID = global_id("OrderLine")
    product_name: str = leaf("The product's name when it was bought.")
    variant_name: str = leaf("The variant's name when it was bought.")
    product_sku: str | None = leaf("The SKU when it was bought.", source="sku")
    quantity: int = leaf("How many units were bought.")
    quantity_fulfilled: int = leaf("How many of them were sent.")
    is_shipping_required: bool = leaf("Whether the goods are shipped.")
    is_gift_card: bool = leaf("Whether each of its units becomes a gift card once the order is paid.")
    is_gift: bool = leaf("Whether a promotion gave it for nothing.")
    tax_rate: float = computed(lambda root: float(root.tax_percent / 100), "The tax that it bears, e.g. 0.19.")
    tax_class_name: str | None = computed(
        lambda root: root.tax_class_name or None, "The name of its tax class when it was bought."
    )
    unit_price: TaxedMoney = nested(_line_price("unit_net", "unit_gross"), "The price of one unit.")
    undiscounted_unit_price: TaxedMoney = nested(
        _line_price("undiscounted_unit_net", "undiscounted_unit_gross"), "The price of one unit before reductions."
    )
    undiscounted_total_price: TaxedMoney = nested(_undiscounted_totals, "The price of all units before reductions.")
    total_price: TaxedMoney = nested(_line_price("total_net", "total_gross"), "The price of all units.")
    variant: ProductVariant | None = nested(_variants, "The variant, if the shop still has it.")
    thumbnail: Image | None = nested(_thumbnails)
    metadata: list[MetadataItem] = metadata_field()


def _fulfillment_lines(
    parcels: Sequence[models.Fulfillment], context: RequestContext
) -> list[list[models.FulfillmentLine]]:
    found = queries.lines_of_fulfillments([parcel.id for parcel in parcels])
    return [found[parcel.id] for parcel in parcels]


@strawberry.type(description="So many units of an order line in a parcel.")
class FulfillmentLine:
    """Source: commerce.orders.models.FulfillmentLine."""

    id: strawberry.ID = global_id("FulfillmentLine")
    quantity: int = leaf("How many units.")
    order_line: OrderLine | None = nested("order_line", "The line of the order.")


@strawberry.type(description="A parcel.")
class Fulfillment:
    """Source: commerce.orders.models.Fulfillment."""

    id: strawberry.ID = global_id("Fulfillment")
    status: FulfillmentStatus = computed(lambda root: FulfillmentStatus(root.status), "Where the parcel stands.")
    created: datetime = leaf("When it was sent.", source="created_at")
    tracking_number: str = leaf("The carrier's number.")
    lines: list[FulfillmentLine] | None = nested(_fulfillment_lines, "What is in it.")
