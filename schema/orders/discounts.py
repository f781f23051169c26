"""What was taken off an order, as the API shows it."""

from __future__ import annotations

from collections.abc import Sequence

import strawberry

from commerce.core import money
from commerce.orders import models
from commerce.orders.queries import discounts_of_orders
from schema.context import RequestContext
from schema.enums import LanguageCodeEnum, language_enum
from schema.fields import computed, leaf, nested
from schema.ids import global_id
from schema.money import Money
from schema.orders.enums import OrderDiscountType
from schema.promotions.names import Named, translated


def load_discounts(orders: Sequence[models.Order], context: RequestContext) -> list[list[models.OrderDiscount]]:
    """What was taken off each of these orders."""
    found = discounts_of_orders(orders)
    return [found[order.id] for order in orders]


def _amounts(discounts: Sequence[models.OrderDiscount], context: RequestContext) -> list[money.Money]:
    return [money.Money(discount.amount, discount.order.currency) for discount in discounts]


def _translated(
    discounts: Sequence[models.OrderDiscount], context: RequestContext, language_code: LanguageCodeEnum | None = None
) -> list[str | None]:
    """Its name in this language, or without one in the order's, as far as it is a promotion with a name there."""
    named = [
        Named(
            each.source_id if each.kind == models.OrderDiscount.Kind.ORDER_PROMOTION else None,
            each.name,
            language_code or language_enum(each.order.language_code),
        )
        for each in discounts
    ]
    return [name or None for name in translated(named, context)]


@strawberry.type(description="What a promotion, a voucher or a person has taken off an order.")
class OrderDiscount:
    """Source: commerce.orders.models.OrderDiscount with order loaded."""

    id: strawberry.ID = global_id("OrderDiscount")
    type: OrderDiscountType = computed(lambda root: OrderDiscountType(root.kind), "Who has taken it off.")
    name: str | None = computed(lambda root: root.name or None, "What it was called then.")
    translated_name: str | None = nested(_translated)
    code: str | None = computed(lambda root: root.code or None, "The code that was given, if it needed one.")
    amount: Money = nested(
        _amounts, "All that it took off lines and delivery, on the side (net or gross) on which prices are entered."
    )


@strawberry.type(description="The code that was used for an order.")
class Voucher:
    """Source: commerce.orders.models.OrderDiscount."""

    code: str | None = computed(lambda root: root.code or None, "The code.")
    name: str = leaf("What its voucher was called then.")


def load_vouchers(orders: Sequence[models.Order], context: RequestContext) -> list[models.OrderDiscount | None]:
    """The first code of each order."""
    vouchers = models.OrderDiscount.Kind.VOUCHER
    return [
        next((discount for discount in found if discount.kind == vouchers), None)
        for found in load_discounts(orders, context)
    ]
