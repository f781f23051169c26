"""What can be wrong with a payment, as the API names it."""

from __future__ import annotations

from typing import Any

import strawberry

from schema.errors import MutationError, code_enum, code_field
from schema.money import TaxedMoney

_OURS = (
    "PAYMENT_IN_PROGRESS PAYMENT_DECLINED PROMOTION_USED_UP PURCHASE_LIMIT_REACHED IDEMPOTENCY_KEY_REUSED IN_PROGRESS"
)
_CART = """
    INSUFFICIENT_STOCK EMAIL_NOT_SET NO_LINES SHIPPING_ADDRESS_NOT_SET SHIPPING_METHOD_NOT_SET
    SHIPPING_METHOD_NOT_APPLICABLE DELIVERY_METHOD_NOT_APPLICABLE BILLING_ADDRESS_NOT_SET PRODUCT_NOT_PUBLISHED
    PRODUCT_UNAVAILABLE_FOR_PURCHASE UNAVAILABLE_VARIANT_IN_CHANNEL TOTAL_CHANGED GATEWAY_BUSY CHECKOUT_COMPLETED
    VOUCHER_NOT_APPLICABLE GIFT_CARD_NOT_APPLICABLE
"""

PaymentGatewayInitializeErrorCode = code_enum(
    "PaymentGatewayInitializeErrorCode", "GRAPHQL_ERROR INVALID NOT_FOUND IDEMPOTENCY_KEY_REUSED IN_PROGRESS"
)
PaymentGatewayConfigErrorCode = code_enum(
    "PaymentGatewayConfigErrorCode", "GRAPHQL_ERROR INVALID NOT_FOUND GATEWAY_BUSY"
)
TransactionInitializeErrorCode = code_enum(
    "TransactionInitializeErrorCode",
    f"GRAPHQL_ERROR INVALID NOT_FOUND UNIQUE CHECKOUT_COMPLETION_IN_PROGRESS {_CART} {_OURS}",
)
TransactionProcessErrorCode = code_enum(
    "TransactionProcessErrorCode",
    f"""GRAPHQL_ERROR INVALID NOT_FOUND TRANSACTION_ALREADY_PROCESSED MISSING_PAYMENT_APP_RELATION
    MISSING_PAYMENT_APP CHECKOUT_COMPLETION_IN_PROGRESS INSUFFICIENT_STOCK VOUCHER_NOT_APPLICABLE
    GIFT_CARD_NOT_APPLICABLE GATEWAY_BUSY {_OURS}""",
)


@strawberry.type(description="What stopped the gateways from being prepared.")
class PaymentGatewayInitializeError(MutationError):
    """A MutationError of paymentGatewayInitialize."""

    code: Any = code_field(PaymentGatewayInitializeErrorCode)


@strawberry.type(description="What stopped one gateway from being prepared.")
class PaymentGatewayConfigError(MutationError):
    """A MutationError of one gateway."""

    code: Any = code_field(PaymentGatewayConfigErrorCode)


@strawberry.type(description="What stopped a payment from being started.")
class TransactionInitializeError(MutationError):
    """A MutationError of transactionInitialize."""

    code: Any = code_field(TransactionInitializeErrorCode)
    available_quantity: int | None = strawberry.field(
        default=None, description="INSUFFICIENT_STOCK: how many could still be bought; nothing was charged."
    )
    current_total: TaxedMoney | None = strawberry.field(
        default=None, description="TOTAL_CHANGED: what it costs now; nothing was charged."
    )


@strawberry.type(description="What stopped a payment from being finished.")
class TransactionProcessError(MutationError):
    """A MutationError of transactionProcess."""

    code: Any = code_field(TransactionProcessErrorCode)
    available_quantity: int | None = strawberry.field(
        default=None, description="INSUFFICIENT_STOCK: how many could still be bought; nothing was charged."
    )
