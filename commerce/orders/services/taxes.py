"""Letting an order off tax after it was placed, or putting tax on it after all."""

from __future__ import annotations

from decimal import Decimal
from typing import Final
from uuid import UUID

from django.db import transaction

from commerce.core.actor import Actor
from commerce.core.permission import Permission
from commerce.core.text import require_text
from commerce.events.emit import emit
from commerce.orders.errors import OrderCannotMove
from commerce.orders.events import OrderTaxesUpdated
from commerce.orders.models import Order, OrderLine
from commerce.orders.services.locks import lock_order, lock_payments, save_next_version
from commerce.payments.models import PaymentAttempt
from commerce.payments.queries import capturable
from commerce.pricing.taxing import Part, Taxing
from commerce.taxes.local import TAX_EXEMPT
from commerce.taxes.queries import Place, classes_of_products, taxes_at
from commerce.taxes.rates import Rates

LONGEST_REASON: Final = 250
_SHIPPING: Final = "shipping"


def set_order_tax_exemption(*, order_id: UUID, is_exempt: bool, reason: str = "", actor: Actor) -> Order:
    """Take the tax off an order of which nothing was paid, or put it on; net prices stay.

    Tax is put on by the rates that hold now at the order's address, for the classes of its products as they are now.
    Needs MANAGE_ORDERS and MANAGE_TAXES in the order's channel. Raises OrderNotFound, OrderCannotMove for
    what was cancelled, is paid or about to be, or would cost more than is authorized, InvalidInput at ("reason",) or
    PermissionDenied.
    """
    reason = reason.strip()
    require_text(reason, LONGEST_REASON, path=("reason",))
    with transaction.atomic():
        payments = lock_payments(order_id)
        order = lock_order(order_id, actor=actor)
        actor.require(Permission.MANAGE_TAXES, order.channel_id)
        _require_unpaid(order, payments)
        exemption = (reason or TAX_EXEMPT) if is_exempt else ""
        if order.tax_exemption == exemption:
            return order
        if bool(order.tax_exemption) != is_exempt:
            lines = list(OrderLine.objects.filter(order=order).order_by("id"))
            _tax(order, lines, None if is_exempt else _rates(order))
            if order.total_gross > order.authorized_amount > 0:
                raise OrderCannotMove("It would cost more than the buyer has authorized.", path=("id",))
            OrderLine.objects.bulk_update(lines, _LINE_COLUMNS)
        order.tax_exemption = exemption
        save_next_version(order)
        emit(
            OrderTaxesUpdated(
                order.id, str(order.number), order.currency, order.total_net, order.total_gross, order.tax_exemption
            ),
            aggregate=("order", order.id),
            sequence=order.version,
            channel=order.channel.slug,
        )
    return order


_LINE_COLUMNS: Final = ["tax_percent", "unit_gross", "undiscounted_unit_gross", "total_gross"]


def _require_unpaid(order: Order, payments: list[PaymentAttempt]) -> None:
    if order.status == Order.Status.CANCELED:
        raise OrderCannotMove("The order is cancelled.", path=("id",))
    is_being_paid = any(capturable(each) < each.authorized_amount for each in payments)
    if order.charged_amount or order.gift_card_amount or is_being_paid:
        raise OrderCannotMove("Something of it is paid, or about to be: give it back and sell anew.", path=("id",))


def _rates(order: Order) -> Rates:
    """What the order's place puts on its goods."""
    address = order.shipping_address or order.billing_address
    place = (
        Place(order.channel_id, order.channel.default_country)
        if address is None
        else Place(order.channel_id, address.country, address.country_area, postal_code=address.postal_code)
    )
    return taxes_at([place])[place].rates


def _tax(order: Order, lines: list[OrderLine], rates: Rates | None) -> None:
    """Work the gross side out anew from the net side, in memory; None for no tax."""
    rates = rates or Rates(Decimal(0), Decimal(0))
    taxing = Taxing(order.currency, prices_include_tax=False, rates=rates)
    classes = classes_of_products([str(line.product_id_snapshot) for line in lines if line.product_id_snapshot])
    percents = [rates.of(classes.get(str(line.product_id_snapshot))) for line in lines]
    parts = [Part(str(line.id), line.total_net, percent) for line, percent in zip(lines, percents, strict=True)]
    *totals, shipping = taxing.all([*parts, Part(_SHIPPING, order.shipping_net, rates.shipping)])
    for line, percent, total in zip(lines, percents, totals, strict=True):
        line.tax_percent = percent
        line.unit_gross = taxing.one(line.unit_net, percent).gross.amount
        line.undiscounted_unit_gross = taxing.one(line.undiscounted_unit_net, percent).gross.amount
        line.total_gross = total.gross.amount
    order.shipping_gross = shipping.gross.amount
    order.subtotal_gross = sum(line.total_gross for line in lines)
    order.total_gross = order.subtotal_gross + order.shipping_gross
