"""THE STORY: what happens when a checkout completes.

    goods set aside, attempt opened  | COMMIT |  the gateway is asked  | its answer, the order placed  | COMMIT |

Where the answer comes later (3-D Secure, a notification, a crash), or the cart has changed meanwhile, the order is
placed in a transaction of its own.

Every phase may be repeated safely, by the same shopper, by fifty at once, or by `reconcile` after a crash.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from commerce.accounts.address_book import keep_address
from commerce.checkout.access import lock_checkout
from commerce.checkout.gifts import Lost
from commerce.checkout.gifts_lost import lost_gifts, noticing_lost_gifts, with_gifts_left
from commerce.checkout.known import Known
from commerce.checkout.models import Checkout
from commerce.checkout.opened import open_to_pay
from commerce.checkout.outside_taxes import asking_for_taxes, require_taxes
from commerce.checkout.paid import PaidCart
from commerce.checkout.pay import PaymentData, open_payment, priced, stands, submit, total_changed, with_new_total
from commerce.checkout.payment_errors import NotFullyPaid
from commerce.checkout.problems import require_completable
from commerce.checkout.purchase import buyer_of, purchase_of, remembered
from commerce.checkout.quote import quote
from commerce.core.actor import Actor
from commerce.core.errors import CommerceError, InvalidInput, Rejected
from commerce.core.ids import uuid7
from commerce.core.money import Money, parse_amount
from commerce.core.writes import Writes
from commerce.giftcards.holds import release_holds
from commerce.idempotency.once import done
from commerce.inventory.models import Reservation
from commerce.inventory.services import release_reservations
from commerce.inventory.set_aside import Shelves
from commerce.orders.models import Order
from commerce.orders.purchase import Buyer, Purchase, without_lines
from commerce.orders.services import place_order
from commerce.payments.crash import crash_point
from commerce.payments.errors import ActionRequired, PaymentDeclined, PaymentInProgress
from commerce.payments.models import PaymentAttempt
from commerce.payments.services import Opened, abandon, lock_attempt, wait_for
from commerce.payments.states import IN_FLIGHT, PAID, AttemptState
from commerce.promotions.errors import PromotionUsedUp
from commerce.promotions.redemptions import release_redemptions
from commerce.promotions.taking import give_promotions_back

Refusal = CommerceError | Rejected


def complete_checkout(
    *,
    checkout_id: UUID,
    payment: PaymentData | None = None,
    expected_total: Money | Decimal | None = None,
    actor: Actor,
) -> Order:
    """Turn a checkout into an order: set the goods aside, ask the gateway, then place it. Twice gives the same order.

    Without `payment` it must be paid for already (`initialize_transaction`), cost nothing, or be in a channel that
    takes unpaid orders. `expected_total` is what the shopper was shown as left to pay, with tax; a Decimal is in major
    units of the channel's currency.

    Raises CheckoutNotFound, InvalidInput at ("expected_total",), Rejected (what is missing; OutOfStock), TotalChanged,
    TaxesUnavailable, NotFullyPaid, PaymentDeclined, ActionRequired, PaymentInProgress, GatewayNotFound or
    GatewayUnavailable. Whatever was paid by then is either still there for the next try, or queued to be given back in
    the very transaction that refused.
    """

    def begin(lost: Lost) -> tuple[Order | Opened, str]:
        with transaction.atomic(durable=True):
            checkout, known = open_to_pay(checkout_id, is_placed=payment is None, actor=actor)
            return _begin(checkout, known, payment, _in_currency(expected_total, checkout), lost), checkout.email

    begun, email = with_new_total(checkout_id, lambda: asking_for_taxes(lambda: with_gifts_left(begin)))
    if isinstance(begun, Order):
        return begun
    attempt = begun.attempt
    if payment is not None and begun.mine:
        submitted = submit(attempt, payment, email, _place_at_once)
        if submitted.order is not None:
            return submitted.order
        attempt = submitted.attempt
    elif attempt.state == AttemptState.SUBMITTED:
        attempt = wait_for(attempt.id)
    return settle(checkout_id=attempt.checkout_id, attempt_id=attempt.id, actor=actor)


def settle(*, checkout_id: UUID, attempt_id: UUID, actor: Actor) -> Order:
    """Place the order that a finished attempt has paid for, once. Raises what `complete_checkout` raises.

    If it must refuse although money has come, the void or refund is queued in the same transaction.
    """

    def finish() -> Order | Refusal:
        with transaction.atomic(durable=True):
            checkout = lock_checkout(checkout_id, actor=actor)
            settled = _settle(checkout, lock_attempt(attempt_id))
            return done(settled) if isinstance(settled, Order) else settled

    settled = asking_for_taxes(finish)
    if not isinstance(settled, Order):
        raise settled
    return settled


def _begin(
    checkout: Checkout, known: Known, payment: PaymentData | None, expected_total: Money | None, lost: Lost
) -> Order | Opened:
    """The first phase, with the cart locked."""
    if checkout.order is not None:
        return done(checkout.order)
    live = known.live
    if live is not None and (stands(live, checkout, expected_total) or (payment is None and live.state in PAID)):
        return Opened(live, mine=False)
    purchase = priced(checkout, expected_total, lost, known)
    if purchase.due.amount == 0 or (payment is None and checkout.channel.allow_unpaid_orders):
        if live is not None:
            abandon(live)
        with noticing_lost_gifts(purchase):
            buyer = buyer_of(checkout, known.addresses)
            return done(_place(checkout, purchase, buyer, None, number=known.number, seen=known.shelves))
    if payment is not None:
        return open_payment(checkout, purchase, payment, known)
    if live is not None:
        raise _action_required(live)
    raise NotFullyPaid("This cart is not paid for.", path=("id",), current_total=purchase.left)


def _in_currency(shown: Money | Decimal | None, checkout: Checkout) -> Money | None:
    if not isinstance(shown, Decimal):
        return shown
    currency = checkout.channel.currency_code
    try:
        return Money(parse_amount(format(shown, "f"), currency), currency)
    except InvalidInput as error:
        raise error.at("expected_total") from None


def _place_at_once(checkout: Checkout, paid_cart: PaidCart, writes: Writes) -> Order | None:
    """The order in the transaction that writes the gateway's answer down, if the cart is what was paid for.

    None if it is not: `settle` looks into it, with the answer safe. Raises Rejected or PromotionUsedUp.
    """
    attempt = paid_cart.attempt
    if checkout.order_id is not None or attempt.abandoned_at is not None:
        return None
    paid = Money(max(attempt.authorized_amount, attempt.charged_amount), attempt.currency)
    purchase = remembered(checkout, attempt.frozen)
    if purchase is None or purchase.due != paid:
        return None
    buyer = buyer_of(checkout, paid_cart.addresses)
    return done(_place(checkout, purchase, buyer, attempt, writes, number=paid_cart.number, held=paid_cart.held))


def _settle(checkout: Checkout, attempt: PaymentAttempt) -> Order | Refusal:
    if checkout.order is not None:
        if attempt.order_id != checkout.order_id:
            abandon(attempt)
        return checkout.order
    if attempt.abandoned_at is not None:
        return NotFullyPaid("This payment was given up because the cart was changed.", path=("id",))
    if attempt.state not in PAID:
        return _unpaid(attempt)
    paid = Money(max(attempt.authorized_amount, attempt.charged_amount), attempt.currency)
    purchase = remembered(checkout, attempt.frozen)
    if purchase is None:
        quoted = quote(checkout)
        purchase = purchase_of(quoted)
        require_taxes(quoted)
        if purchase.due == paid:
            require_completable(checkout, quoted)
    if purchase.due != paid:
        abandon(attempt)
        said = "The payment is not of the cart's total. It is being given back."
        return NotFullyPaid(said, path=("id",), current_total=purchase.left)
    return _place_or_give_back(checkout, purchase, attempt)


def _place_or_give_back(checkout: Checkout, purchase: Purchase, attempt: PaymentAttempt) -> Order | Refusal:
    try:
        with transaction.atomic():
            return _place(checkout, purchase, buyer_of(checkout), attempt)
    except (Rejected, PromotionUsedUp) as refusal:  # what was set aside was given back meanwhile, and others have it
        attempt.order_id = checkout.order_id = None
        lost = lost_gifts(purchase, refusal)
        if lost:
            give_promotions_back(checkout.id)
            return _place_or_give_back(checkout, without_lines(purchase, lost), attempt)
        abandon(attempt)
        release_holds(checkout.id)
        give_promotions_back(checkout.id)
        release_redemptions(checkout.id)
        release_reservations(checkout.id)
        return total_changed(quote(checkout).left) if isinstance(refusal, PromotionUsedUp) else refusal


def _place(
    checkout: Checkout,
    purchase: Purchase,
    buyer: Buyer,
    payment: PaymentAttempt | None,
    writes: Writes | None = None,
    *,
    number: int | None = None,
    held: Sequence[Reservation] | None = None,
    seen: Shelves | None = None,
) -> Order:
    _keep_addresses(checkout, buyer)
    order_id = uuid7()
    own = Writes() if writes is None else writes
    own.change(checkout, order_id=order_id)
    order = place_order(
        order_id=order_id,
        checkout_id=checkout.id,
        channel=checkout.channel,
        purchase=purchase,
        buyer=buyer,
        payment=payment,
        writes=own,
        number=number,
        held=held,
        seen=seen,
    )
    crash_point("inside_order")
    return order


def _keep_addresses(checkout: Checkout, buyer: Buyer) -> None:
    """Into the customer's address book, as they asked."""
    wanted = [
        (checkout.save_shipping_address, buyer.shipping_address),
        (checkout.save_billing_address, buyer.billing_address),
    ]
    for is_asked, address in wanted:
        if buyer.user_id is not None and is_asked and address is not None:
            keep_address(data=address, user_id=buyer.user_id)


def _unpaid(attempt: PaymentAttempt) -> CommerceError:
    if attempt.state == AttemptState.ACTION_REQUIRED:
        return _action_required(attempt)
    if attempt.state in IN_FLIGHT:
        return PaymentInProgress("The payment gateway has not said yet how the payment ends.")
    return PaymentDeclined(attempt.message or "The payment was declined.", path=("payment",))


def _action_required(attempt: PaymentAttempt) -> ActionRequired:
    return ActionRequired(
        "The shopper has to confirm the payment.",
        path=("payment",),
        transaction_id=attempt.id,
        data=attempt.client_data,
    )
