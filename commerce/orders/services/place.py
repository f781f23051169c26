"""Writing an order down: its own copy of every fact, in the transaction that the goods and the money are tied to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from commerce.accounts.addresses import AddressData, address_copy
from commerce.accounts.models import Address
from commerce.channels.models import Channel
from commerce.core.records import fresh
from commerce.core.statements import Statement
from commerce.core.writes import Writes
from commerce.events.emit import DomainEvent, emit_many
from commerce.giftcards.holds import take_from_cards
from commerce.inventory.models import Reservation
from commerce.inventory.services import AllocatedLine, WantedLine, allocate
from commerce.inventory.set_aside import Shelves
from commerce.orders.access import access_token, hash_of_token
from commerce.orders.events import BoughtLine, OrderPaid, OrderPlaced
from commerce.orders.limits import forget_holds, take_of_limits
from commerce.orders.models import Order, OrderDiscount, OrderLine
from commerce.orders.purchase import Buyer, Purchase, PurchasedLine
from commerce.orders.services.gift_cards import issue_gift_cards, send_gift_cards
from commerce.payments.models import PaymentAttempt
from commerce.promotions.basket import Reduction, StepKind
from commerce.promotions.redemptions import redeem
from commerce.promotions.taking import take_promotions

NEXT_NUMBER: Final[Statement[tuple[int]]] = Statement(
    "next_order_number", tuple, "SELECT nextval('orders_order_number') WHERE $1", "bool"
)
"""The number of an order that is to be placed, if one is ($1). It has gaps where it was not placed after all."""


def place_order(
    *,
    order_id: UUID,
    checkout_id: UUID,
    channel: Channel,
    purchase: Purchase,
    buyer: Buyer,
    payment: PaymentAttempt | None,
    writes: Writes,
    number: int | None = None,
    held: Sequence[Reservation] | None = None,
    seen: Shelves | None = None,
) -> Order:
    """Place the order of a checkout: address copies, lines, allocation of the goods, `order.placed`. Gift cards among
    the goods are issued at once if it is paid.

    Call it in a transaction that holds the rows of the checkout and of `payment`; a second order of one checkout is
    refused by the table. `writes` are sent with all of it, just before stock is touched, if it is. This transaction may
    have read the `number` of the order, and of the goods what `allocate` takes. Raises PromotionUsedUp, or Rejected
    with an OutOfStock for each line that cannot be had any more, a PurchaseLimitReached for each of which this customer
    has had enough, a VoucherNotApplicable for each code or a GiftCardNotApplicable for each card.
    """
    order = _order(order_id, number or _next_number(), checkout_id, channel, purchase, buyer, payment)
    lines = [_line(order, place, line) for place, line in enumerate(purchase.lines)]
    line_ids = {str(bought.line_id): str(line.id) for line, bought in zip(lines, purchase.lines, strict=True)}
    gift_cards = any(line.is_gift_card for line in lines)
    discounts = [_discount(order, place, taken, line_ids) for place, taken in enumerate(purchase.discounts)]
    addresses = [address for address in (order.shipping_address, order.billing_address) if address is not None]
    writes.insert(*addresses, order, *lines, *discounts)
    _tell(order, channel, lines, writes)
    if payment is not None:
        writes.change(payment, order_id=order.id)
    take_from_cards(checkout_id=checkout_id, cards=purchase.gift_cards, order_id=order.id)
    if gift_cards:
        writes.send()
        issue_gift_cards(order, channel, lines)
    if purchase.discounts:
        take_promotions(checkout_id=checkout_id, currency=purchase.currency, reductions=purchase.discounts)
    if purchase.limited:
        take_of_limits(checkout_id=checkout_id, user_id=buyer.user_id, email=buyer.email, lines=purchase.limited)
        forget_holds(checkout_id)
    redeem(checkout_id=checkout_id, code_ids=purchase.voucher_code_ids, email=buyer.email, order_id=order.id)
    allocate(
        order_id=order.id,
        checkout_id=checkout_id,
        lines=[
            AllocatedLine(line.id, WantedLine(bought.line_id, bought.variant_id, bought.quantity))
            for line, bought in zip(lines, purchase.lines, strict=True)
        ],
        channel=channel,
        country=purchase.country,
        warehouse_id=purchase.warehouse_id,
        writes=writes,
        held=held,
        seen=seen,
    )
    if gift_cards:
        send_gift_cards(order, {line.id: line for line in lines})
    return order


def _order(
    order_id: UUID,
    number: int,
    checkout_id: UUID,
    channel: Channel,
    purchase: Purchase,
    buyer: Buyer,
    payment: PaymentAttempt | None,
) -> Order:
    order = fresh(
        Order,
        id=order_id,
        number=number,
        checkout_id=checkout_id,
        channel=channel,
        user_id=buyer.user_id,
        email=buyer.email,
        language_code=buyer.language_code,
        customer_note=buyer.customer_note,
        vat_id=buyer.vat_id,
        tax_exemption=purchase.tax_exemption,
        is_gift=buyer.is_gift,
        gift_message=buyer.gift_message,
        metadata=dict(buyer.metadata),
        currency=purchase.currency,
        subtotal_net=purchase.subtotal.net.amount,
        subtotal_gross=purchase.subtotal.gross.amount,
        shipping_net=purchase.shipping.net.amount,
        shipping_gross=purchase.shipping.gross.amount,
        total_net=purchase.total.net.amount,
        total_gross=purchase.total.gross.amount,
        authorized_amount=payment.authorized_amount if payment else 0,
        charged_amount=payment.charged_amount if payment else 0,
        refunded_amount=payment.refunded_amount if payment else 0,
        gift_card_amount=purchase.covered,
        shipping_address=_copy(buyer.shipping_address),
        billing_address=_copy(buyer.billing_address),
        shipping_method_id=purchase.shipping_method_id,
        shipping_method_name=purchase.shipping_method_name,
        collection_point_id=purchase.collection_point_id,
    )
    order.access_token_hash = hash_of_token(access_token(order))
    return order


def _copy(address: AddressData | None) -> Address | None:
    return address_copy(address) if address is not None else None


def _line(order: Order, place: int, bought: PurchasedLine) -> OrderLine:
    return fresh(
        OrderLine,
        order=order,
        variant_id=bought.variant_id,
        product_id_snapshot=bought.product_id,
        product_name=bought.product_name,
        variant_name=bought.variant_name,
        sku=bought.sku,
        quantity=bought.quantity,
        is_shipping_required=bought.is_shipping_required,
        is_gift_card=bought.is_gift_card,
        is_gift=bought.is_gift,
        tax_percent=bought.tax_percent,
        tax_class_name=bought.tax_class_name,
        unit_net=bought.unit.net.amount,
        unit_gross=bought.unit.gross.amount,
        undiscounted_unit_net=bought.undiscounted_unit.net.amount,
        undiscounted_unit_gross=bought.undiscounted_unit.gross.amount,
        total_net=bought.total.net.amount,
        total_gross=bought.total.gross.amount,
        sort_order=place,
    )


_KINDS = {
    StepKind.CATALOGUE_PROMOTION: OrderDiscount.Kind.PROMOTION,
    StepKind.ORDER_PROMOTION: OrderDiscount.Kind.ORDER_PROMOTION,
    StepKind.VOUCHER: OrderDiscount.Kind.VOUCHER,
}


def _discount(order: Order, place: int, taken: Reduction, line_ids: Mapping[str, str]) -> OrderDiscount:
    return fresh(
        OrderDiscount,
        order=order,
        kind=_KINDS[taken.kind],
        source_id=taken.source_id,
        name=taken.name,
        code=taken.code or "",
        amount=taken.amount,
        shipping_amount=taken.shipping,
        lines={line_ids[line_id]: amount for line_id, amount in taken.lines.items()},
        sort_order=place,
    )


def _next_number() -> int:
    ((number,),) = NEXT_NUMBER.all(True)
    return number


def _tell(order: Order, channel: Channel, lines: Sequence[OrderLine], writes: Writes) -> None:
    """Say what happened."""
    placed = OrderPlaced(
        order_id=order.id,
        number=str(order.number),
        channel=channel.slug,
        email=order.email,
        language_code=order.language_code,
        currency=order.currency,
        total_net=order.total_net,
        total_gross=order.total_gross,
        shipping_net=order.shipping_net,
        shipping_gross=order.shipping_gross,
        charged_amount=order.charged_amount,
        authorized_amount=order.authorized_amount,
        gift_card_amount=order.gift_card_amount,
        lines=tuple(
            BoughtLine(
                line_id=line.id,
                variant_id=line.variant_id,
                sku=line.sku,
                product_name=line.product_name,
                quantity=line.quantity,
                total_net=line.total_net,
                total_gross=line.total_gross,
                is_gift=line.is_gift,
                is_gift_card=line.is_gift_card,
            )
            for line in lines
        ),
    )
    told: list[DomainEvent] = [placed]
    if order.is_paid and order.total_gross > 0:
        told.append(
            OrderPaid(order.id, str(order.number), order.currency, order.charged_amount, order.gift_card_amount)
        )
    emit_many([(event, ("order", order.id), order.version) for event in told], channel=channel.slug, writes=writes)
