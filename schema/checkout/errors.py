"""What can be wrong with a cart, as the API names it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import strawberry

from schema.errors import MutationError, code_enum, code_field
from schema.fields import computed
from schema.ids import to_global_id
from schema.money import TaxedMoney
from schema.scalars import JSON

CheckoutErrorCode = code_enum(
    "CheckoutErrorCode",
    """
    BILLING_ADDRESS_NOT_SET CHECKOUT_NOT_FULLY_PAID GRAPHQL_ERROR PRODUCT_NOT_PUBLISHED
    PRODUCT_UNAVAILABLE_FOR_PURCHASE INSUFFICIENT_STOCK INVALID INVALID_SHIPPING_METHOD NOT_FOUND PAYMENT_ERROR
    PRICE_OVERRIDE_REASON_WITHOUT_OVERRIDE QUANTITY_GREATER_THAN_LIMIT REQUIRED SHIPPING_ADDRESS_NOT_SET
    SHIPPING_METHOD_NOT_APPLICABLE DELIVERY_METHOD_NOT_APPLICABLE SHIPPING_METHOD_NOT_SET SHIPPING_NOT_REQUIRED
    TAX_ERROR INVALID_VAT_ID UNIQUE VOUCHER_NOT_APPLICABLE GIFT_CARD_NOT_APPLICABLE ZERO_QUANTITY MISSING_CHANNEL_SLUG
    CHANNEL_INACTIVE UNAVAILABLE_VARIANT_IN_CHANNEL EMAIL_NOT_SET NO_LINES INACTIVE_PAYMENT NON_EDITABLE_GIFT_LINE
    NON_REMOVABLE_GIFT_LINE SHIPPING_CHANGE_FORBIDDEN MISSING_ADDRESS_DATA
    GATEWAY_BUSY PAYMENT_IN_PROGRESS PAYMENT_DECLINED PAYMENT_ACTION_REQUIRED TOTAL_CHANGED PROMOTION_USED_UP
    PURCHASE_LIMIT_REACHED
    CHECKOUT_COMPLETED TOO_MANY_LINES TOO_MANY_ATTEMPTS IDEMPOTENCY_KEY_REUSED IN_PROGRESS
    """,
)


def _transaction(error: CheckoutError) -> strawberry.ID | None:
    """PAYMENT_ACTION_REQUIRED: the payment to go on with by transactionProcess."""
    key = error.transaction_id
    return strawberry.ID(to_global_id("TransactionItem", key)) if key is not None else None


@strawberry.type(description="What stopped a change of the cart.")
class CheckoutError(MutationError):
    """A MutationError of the checkout."""

    code: Any = code_field(CheckoutErrorCode)
    available_quantity: int | None = strawberry.field(
        default=None, description="INSUFFICIENT_STOCK, PURCHASE_LIMIT_REACHED: how many could still be bought."
    )
    current_total: TaxedMoney | None = strawberry.field(
        default=None, description="TOTAL_CHANGED: what it costs now; nothing was charged."
    )
    retry_after_seconds: int | None = strawberry.field(
        default=None, description="TOO_MANY_ATTEMPTS: how long to wait before another code is tried."
    )
    transaction_id: strawberry.Private[UUID | None] = None
    data: JSON | None = strawberry.field(
        default=None, description="PAYMENT_ACTION_REQUIRED: what the browser needs for the next step."
    )

    transaction: strawberry.ID | None = computed(_transaction)


MetadataErrorCode = code_enum(
    "MetadataErrorCode",
    "GRAPHQL_ERROR INVALID NOT_FOUND REQUIRED NOT_UPDATED CHECKOUT_COMPLETED IDEMPOTENCY_KEY_REUSED IN_PROGRESS",
)


@strawberry.type(description="What stopped a change of metadata.")
class MetadataError(MutationError):
    """A MutationError of updateMetadata and deleteMetadata."""

    code: Any = code_field(MetadataErrorCode)


DeliveryOptionsCalculateErrorCode = code_enum(
    "DeliveryOptionsCalculateErrorCode", "GRAPHQL_ERROR NOT_FOUND INVALID IDEMPOTENCY_KEY_REUSED IN_PROGRESS"
)


@strawberry.type(description="Why no delivery options could be worked out.")
class DeliveryOptionsCalculateError(MutationError):
    """A MutationError of deliveryOptionsCalculate."""

    code: Any = code_field(DeliveryOptionsCalculateErrorCode)
