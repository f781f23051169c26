"""A code outside of a closed enum would reach the caller as INVALID: every error that a verb can raise has its code.

What a verb can raise is read off the modules that it runs through: every error class that one of them knows by name.
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any

import pytest

from commerce.core.errors import CommerceError, NotAuthenticated, PermissionDenied
from schema.accounts.errors import AccountErrorCode
from schema.checkout.errors import CheckoutErrorCode, DeliveryOptionsCalculateErrorCode
from schema.orders.errors import OrderErrorCode
from schema.payments.errors import (
    PaymentGatewayConfigErrorCode,
    PaymentGatewayInitializeErrorCode,
    TransactionInitializeErrorCode,
    TransactionProcessErrorCode,
)
from schema.webhooks.errors import WebhookErrorCode

MUTATION = ["schema.ids", "commerce.idempotency.once", "commerce.idempotency.services"]
CART = ["commerce.checkout.access", "commerce.checkout.editing", "commerce.payments.services.attempts"]
PAYING = [
    *CART,
    "commerce.checkout.pay",
    "commerce.checkout.problems",
    "commerce.checkout.quote",
    "commerce.checkout.offers",
    "commerce.payments.gateways",
    "commerce.payments.services.outcomes",
    "commerce.inventory.services.reservations",
    "commerce.promotions.redemptions",
    "commerce.giftcards.holds",
]
VERBS: dict[str, tuple[Any, list[str]]] = {
    "changing a cart": (
        CheckoutErrorCode,
        [
            *CART,
            "commerce.core.metadata",
            "commerce.checkout.services.*",
            "commerce.checkout.details",
            "commerce.checkout.promo_codes",
            "commerce.checkout.code_throttle",
            "commerce.checkout.lines",
            "commerce.checkout.offers",
            "commerce.checkout.deliveries",
            "commerce.accounts.addresses",
            "commerce.channels.queries",
        ],
    ),
    "checkoutComplete": (CheckoutErrorCode, [*PAYING, "commerce.checkout.complete", "commerce.orders.services.place"]),
    "deliveryOptionsCalculate": (
        DeliveryOptionsCalculateErrorCode,
        ["commerce.checkout.access", "commerce.checkout.services.delivery"],
    ),
    "paymentGatewayInitialize": (PaymentGatewayInitializeErrorCode, ["commerce.checkout.access"]),
    "one gateway": (PaymentGatewayConfigErrorCode, ["commerce.checkout.gateways", "commerce.payments.gateways"]),
    "transactionInitialize": (TransactionInitializeErrorCode, PAYING),
    "transactionProcess": (
        TransactionProcessErrorCode,
        [
            "commerce.checkout.pay",
            "commerce.payments.services.attempts",
            "commerce.inventory.services.reservations",
            "commerce.promotions.redemptions",
            "commerce.giftcards.holds",
        ],
    ),
    "accounts": (
        AccountErrorCode,
        [
            "commerce.core.metadata",
            "commerce.accounts.services",
            "commerce.accounts.sessions",
            "commerce.accounts.passwords",
            "commerce.accounts.throttle",
            "commerce.accounts.tokens",
            "commerce.accounts.redirects",
        ],
    ),
    "orders": (
        OrderErrorCode,
        [
            "commerce.orders.lifecycle",
            "commerce.orders.services.*",
            "commerce.payments.services.operations",
            "commerce.inventory.services.allocations",
        ],
    ),
    "webhooks": (WebhookErrorCode, ["webhooks.services", "webhooks.shape", "webhooks.queries"]),
}
ELSEWHERE = {
    ("changing a cart", "UNAUTHENTICATED"): "attaching and detaching ask for a customer before anything else",
    ("changing a cart", "TRANSACTION_ALREADY_PROCESSED"): "only going on with a payment raises it",
    ("checkoutComplete", "TRANSACTION_ALREADY_PROCESSED"): "only going on with a payment raises it",
    ("transactionInitialize", "TRANSACTION_ALREADY_PROCESSED"): "only going on with a payment raises it",
    ("transactionProcess", "TOTAL_CHANGED"): "only beginning a payment raises it",
}


def modules(names: list[str]) -> list[Any]:
    """The modules; `package.*` is all modules of a package."""
    found = []
    for name in names:
        package, star, _ = name.partition(".*")
        module = importlib.import_module(package)
        found.append(module)
        if star:
            found += [
                importlib.import_module(f"{package}.{each.name}") for each in pkgutil.iter_modules(module.__path__)
            ]
    return found


def codes_raised(names: list[str]) -> set[str]:
    """The codes of all error classes that these modules know, but those that concern the request as a whole."""
    classes = {value for module in modules(names) for value in vars(module).values() if isinstance(value, type)}
    return {kind.code for kind in classes - {NotAuthenticated, PermissionDenied} if issubclass(kind, CommerceError)}


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_every_code_that_a_verb_can_raise_is_a_member_of_its_enum(verb: str) -> None:
    enum, names = VERBS[verb]
    raised = codes_raised(names if verb == "one gateway" else [*MUTATION, *names])
    assert len(raised) > 2
    excused = {code for of, code in ELSEWHERE if of == verb}
    assert raised - excused <= set(enum.__members__)


def test_every_excuse_is_still_needed() -> None:
    for verb, code in ELSEWHERE:
        enum, names = VERBS[verb]
        assert code not in enum.__members__
        assert code in codes_raised(names), (verb, code)


def test_the_facts_of_errors_are_fields_of_their_types() -> None:
    from schema.accounts.errors import AccountError
    from schema.checkout.errors import CheckoutError
    from schema.orders.errors import OrderError
    from schema.payments.errors import TransactionInitializeError, TransactionProcessError

    for kind, facts in (
        (CheckoutError, {"available_quantity", "current_total", "transaction_id", "data"}),
        (TransactionInitializeError, {"available_quantity", "current_total"}),
        (TransactionProcessError, {"available_quantity"}),
        (AccountError, {"retry_after_seconds"}),
        (OrderError, {"available_quantity"}),
    ):
        assert facts <= set(kind.__dataclass_fields__), kind
