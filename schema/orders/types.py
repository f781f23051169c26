"""Orders as the API shows them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated

import strawberry

from commerce.accounts.models import Address as AddressRow
from commerce.accounts.models import User as UserRow
from commerce.core import money
from commerce.core.permission import Permission
from commerce.giftcards.bought import cards_bought_by
from commerce.giftcards.models import GiftCard as GiftCardRow
from commerce.inventory.models import Warehouse as WarehouseRow
from commerce.orders import models, queries
from commerce.orders.masking import masked_address, masked_email
from commerce.shipping.models import ShippingMethod as ShippingMethodRow
from schema.accounts.types import Address, User, both_addresses
from schema.channels.types import Channel
from schema.context import RequestContext
from schema.engine.batch import Loader
from schema.enums import LanguageCodeEnum, language_enum
from schema.fields import computed, leaf, nested
from schema.giftcards.types import GiftCard
from schema.ids import global_id
from schema.inventory.types import Warehouse
from schema.metadata import MetadataItem, metadata_field, private_metadata_field
from schema.money import Money, TaxedMoney
from schema.orders.discounts import OrderDiscount, Voucher, load_discounts, load_vouchers
from schema.orders.enums import (
    OrderAuthorizeStatusEnum,
    OrderChargeStatusEnum,
    OrderStatus,
    PaymentChargeStatusEnum,
    authorize_status,
    charge_status,
    payment_status,
    uncaptured,
)
from schema.orders.lines import Fulfillment, OrderLine
from schema.shipping.types import OfferedMethod, ShippingMethod


def _status_display(orders: Sequence[models.Order], context: RequestContext) -> list[str]:
    return [models.Order.Status(order.status).label for order in orders]


def _taxed(net: str, gross: str) -> Loader:
    def load(orders: Sequence[models.Order], context: RequestContext) -> list[money.TaxedMoney]:
        return [money.TaxedMoney.of(getattr(order, net), getattr(order, gross), order.currency) for order in orders]

    return load


def _amount(read: Callable[[models.Order], int]) -> Loader:
    def load(orders: Sequence[models.Order], context: RequestContext) -> list[money.Money]:
        return [money.Money(read(order), order.currency) for order in orders]

    return load


def _lines(orders: Sequence[models.Order], context: RequestContext) -> list[list[models.OrderLine]]:
    found = queries.lines_of_orders(orders)
    return [found[order.id] for order in orders]


def _fulfillments(orders: Sequence[models.Order], context: RequestContext) -> list[list[models.Fulfillment]]:
    found = queries.fulfillments_of_orders([order.id for order in orders])
    return [found[order.id] for order in orders]


def _delivery_methods(
    orders: Sequence[models.Order], context: RequestContext
) -> list[OfferedMethod | WarehouseRow | None]:
    points = WarehouseRow.objects.in_bulk([o.collection_point_id for o in orders if o.collection_point_id])
    methods = ShippingMethodRow.objects.in_bulk([o.shipping_method_id for o in orders if o.shipping_method_id])
    return [
        points.get(order.collection_point_id)
        if order.collection_point_id
        else _bought_method(order, methods.get(order.shipping_method_id))
        for order in orders
    ]


def _bought_method(order: models.Order, row: ShippingMethodRow | None) -> OfferedMethod | None:
    """The method as it was when it was bought, even if the shop has since dropped it."""
    if order.shipping_method_id is None:
        return None
    price = order.shipping_gross if order.channel.prices_include_tax else order.shipping_net
    return OfferedMethod(
        id=order.shipping_method_id,
        name=order.shipping_method_name,
        active=row is not None and row.is_active,
        price=money.Money(price, order.currency),
        minimum_delivery_days=row.minimum_delivery_days if row else None,
        maximum_delivery_days=row.maximum_delivery_days if row else None,
        description=row.description if row else "",
    )


def _address(kind: str) -> Loader:
    def load(orders: Sequence[models.Order], context: RequestContext) -> list[AddressRow | None]:
        found = both_addresses(orders, context)
        addresses = [found.get(getattr(order, f"{kind}_address_id")) for order in orders]
        return [masked_address(order, address) for order, address in zip(orders, addresses, strict=True)]

    return load


def _email(orders: Sequence[models.Order], context: RequestContext) -> list[str]:
    return [masked_email(order) for order in orders]


def _users(orders: Sequence[models.Order], context: RequestContext) -> list[UserRow | None]:
    found = UserRow.objects.in_bulk([order.user_id for order in orders if order.user_id])
    return [found.get(order.user_id) for order in orders]


def _bought_cards(orders: Sequence[models.Order], context: RequestContext) -> list[list[GiftCardRow]]:
    """The gift cards that were bought with it, one for each unit, once it is paid; empty where userEmail is masked."""
    found = cards_bought_by([order.id for order in orders if not order.is_masked])
    return [found.get(order.id, []) for order in orders]


DeliveryMethod = Annotated[Warehouse | ShippingMethod, strawberry.union("DeliveryMethod")]


@strawberry.type(description="What was bought, at which price, and what became of it.")
class Order:
    """Source: commerce.orders.models.Order."""

    id: strawberry.ID = global_id("Order")
    number: str = computed(lambda root: str(root.number), "The number people speak of.")
    created: datetime = leaf("When it was placed.", source="created_at")
    tax_exemption: str | None = computed(
        lambda root: root.tax_exemption or None, "Why no tax was put on it; null if it was."
    )
    status: OrderStatus = computed(lambda root: OrderStatus(root.status), "Where the order stands.")
    status_display: str = nested(_status_display, "The status in words.")
    authorize_status: OrderAuthorizeStatusEnum = computed(
        lambda root: authorize_status(root), "How much of the total is secured."
    )
    charge_status: OrderChargeStatusEnum = computed(
        lambda root: charge_status(root), "How much of the total is charged."
    )
    payment_status: PaymentChargeStatusEnum = computed(lambda root: payment_status(root), "What became of the money.")
    is_paid: bool = computed(lambda root: root.is_paid, "Whether all of it is paid.")
    channel: Channel = nested("channel", "Where it was bought.")
    user: User | None = nested(_users, "The customer's account, if it was bought with one.", admin_only=True)
    user_email: str | None = nested(_email, "The e-mail address of the buyer; masked where the caller may not know it.")
    shipping_address: Address | None = nested(_address("shipping"), "Where it goes; masked as userEmail is.")
    billing_address: Address | None = nested(_address("billing"), "Who pays; masked as userEmail is.")
    delivery_method: DeliveryMethod | None = nested(_delivery_methods, "How it is delivered.")
    lines: list[OrderLine] = nested(_lines, "What was bought.")
    discounts: list[OrderDiscount] = nested(load_discounts, "What was taken off; the prices contain it already.")
    fulfillments: list[Fulfillment] = nested(_fulfillments, "The parcels.")
    subtotal: TaxedMoney = nested(_taxed("subtotal_net", "subtotal_gross"), "The goods.")
    shipping_price: TaxedMoney = nested(_taxed("shipping_net", "shipping_gross"), "The delivery.")
    voucher: Voucher | None = nested(load_vouchers, "The code that was used; of several the first.")
    total: TaxedMoney = nested(_taxed("total_net", "total_gross"), "Goods and delivery.")
    total_authorized: Money = nested(_amount(uncaptured), "Secured, not yet charged.")
    gift_cards_amount: Money = nested(
        _amount(lambda o: o.gift_card_amount), "Paid by gift cards. Cancelling gives it back to them."
    )
    gift_cards: list[GiftCard] = nested(_bought_cards)
    total_captured: Money = nested(_amount(lambda o: o.charged_amount - o.refunded_amount), "Charged and kept.")
    total_refunded: Money = nested(_amount(lambda o: o.refunded_amount), "Given back.")
    total_balance: Money = nested(
        _amount(lambda o: o.charged_amount - o.refunded_amount + o.kept_of_cards - o.total_gross),
        "Charged and kept, and kept of gift cards - total.",
    )
    customer_note: str = leaf("What the buyer wrote.")
    is_gift: bool = leaf("Whether it is a present: no prices in the parcel.")
    gift_message: str = leaf("What to write on the card of the present.")
    language_code_enum: LanguageCodeEnum | None = computed(
        lambda root: language_enum(root.language_code), "The language of the buyer."
    )
    metadata: list[MetadataItem] = metadata_field()
    private_metadata: list[MetadataItem] = private_metadata_field(Permission.MANAGE_ORDERS)
