"""Where an order stands, as the API names it."""

from __future__ import annotations

from enum import Enum

import strawberry

from commerce.orders.models import Order


@strawberry.enum(description="Where an order stands.")
class OrderStatus(Enum):
    DRAFT = "draft"
    UNCONFIRMED = "unconfirmed"
    UNFULFILLED = "unfulfilled"
    PARTIALLY_FULFILLED = "partially_fulfilled"
    FULFILLED = "fulfilled"
    PARTIALLY_RETURNED = "partially_returned"
    RETURNED = "returned"
    CANCELED = "canceled"
    EXPIRED = "expired"


@strawberry.enum(description="How much of the total is authorized or charged.")
class OrderAuthorizeStatusEnum(Enum):
    NONE = "none"
    PARTIAL = "partial"
    FULL = "full"


@strawberry.enum(description="How much of the total is charged.")
class OrderChargeStatusEnum(Enum):
    NONE = "none"
    PARTIAL = "partial"
    FULL = "full"
    OVERCHARGED = "overcharged"


@strawberry.enum(description="What became of the money.")
class PaymentChargeStatusEnum(Enum):
    NOT_CHARGED = "not_charged"
    PENDING = "pending"
    PARTIALLY_CHARGED = "partially_charged"
    FULLY_CHARGED = "fully_charged"
    PARTIALLY_REFUNDED = "partially_refunded"
    FULLY_REFUNDED = "fully_refunded"
    REFUSED = "refused"
    CANCELLED = "cancelled"


@strawberry.enum(description="Where a parcel stands.")
class FulfillmentStatus(Enum):
    FULFILLED = "fulfilled"
    REFUNDED = "refunded"
    RETURNED = "returned"
    REPLACED = "replaced"
    REFUNDED_AND_RETURNED = "refunded_and_returned"
    CANCELED = "canceled"
    WAITING_FOR_APPROVAL = "waiting_for_approval"


@strawberry.enum(description="Who has taken something off an order.")
class OrderDiscountType(Enum):
    SALE = "sale"
    VOUCHER = "voucher"
    MANUAL = "manual"
    PROMOTION = "promotion"
    ORDER_PROMOTION = "order_promotion"


def uncaptured(order: Order) -> int:
    """What is authorized and was not charged yet. A capture leaves the authorized amount in the ledger as it is."""
    return max(0, order.authorized_amount - order.charged_amount)


def authorize_status(order: Order) -> OrderAuthorizeStatusEnum:
    """How much of the total is authorized or charged."""
    secured = uncaptured(order) + order.charged_amount - order.refunded_amount + order.kept_of_cards
    if secured >= order.total_gross:
        return OrderAuthorizeStatusEnum.FULL
    return OrderAuthorizeStatusEnum.PARTIAL if secured else OrderAuthorizeStatusEnum.NONE


def charge_status(order: Order) -> OrderChargeStatusEnum:
    """How much of the total is charged and kept."""
    kept = order.charged_amount - order.refunded_amount + order.kept_of_cards
    if kept > order.total_gross:
        return OrderChargeStatusEnum.OVERCHARGED
    if kept == order.total_gross:
        return OrderChargeStatusEnum.FULL
    return OrderChargeStatusEnum.PARTIAL if kept else OrderChargeStatusEnum.NONE


def payment_status(order: Order) -> PaymentChargeStatusEnum:
    """What became of the money, in one word."""
    refunded = order.refunded_amount + order.gift_card_refunded_amount
    paid = order.charged_amount + order.gift_card_amount
    if refunded:
        is_all = refunded == paid
        return PaymentChargeStatusEnum.FULLY_REFUNDED if is_all else PaymentChargeStatusEnum.PARTIALLY_REFUNDED
    if paid >= order.total_gross:
        return PaymentChargeStatusEnum.FULLY_CHARGED
    if paid:
        return PaymentChargeStatusEnum.PARTIALLY_CHARGED
    return PaymentChargeStatusEnum.NOT_CHARGED
