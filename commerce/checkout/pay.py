"""Paying for a cart. The goods are set aside first, the gateway is asked outside of any transaction."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final, TypeVar
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from commerce.checkout.access import lock_paid_for, may_use
from commerce.checkout.gifts import Lost
from commerce.checkout.gifts_lost import lost_gifts, noticing_lost_gifts, with_gifts_left
from commerce.checkout.known import Known
from commerce.checkout.models import Checkout
from commerce.checkout.opened import open_to_pay
from commerce.checkout.outside_taxes import asking_for_taxes, require_taxes
from commerce.checkout.paid import PaidCart, lock_paid_cart
from commerce.checkout.payment_errors import TotalChanged
from commerce.checkout.problems import require_completable
from commerce.checkout.purchase import purchase_of, remember, remembered
from commerce.checkout.quote import quote
from commerce.core.actor import Actor
from commerce.core.errors import InvalidInput, Rejected
from commerce.core.money import Money, TaxedMoney
from commerce.core.transactions import retry_on_deadlock
from commerce.core.writes import Writes
from commerce.giftcards.holds import release_holds, take_from_cards
from commerce.inventory.services import WantedLine, release_reservations, reserve
from commerce.inventory.set_aside import Shelves
from commerce.orders.limits import take_of_limits
from commerce.orders.models import Order
from commerce.orders.purchase import Purchase, without_lines
from commerce.payments.crash import crash_point
from commerce.payments.errors import AttemptNotFound, GatewayNotFound, GatewayUnavailable
from commerce.payments.gateways import gateway_by_id, takes
from commerce.payments.models import PaymentAttempt
from commerce.payments.provider import (
    DEADLINE_SECONDS,
    Charge,
    GatewayBusy,
    Outcome,
    OutcomeUnknown,
    PaymentGateway,
    Status,
)
from commerce.payments.services import (
    Opened,
    claim_for_processing,
    lock_attempt,
    open_attempt,
    record_outcome,
    record_unknown,
    wait_for,
)
from commerce.payments.states import IN_FLIGHT, PAID, AttemptState
from commerce.promotions.errors import PromotionUsedUp
from commerce.promotions.redemptions import redeem, release_redemptions
from commerce.promotions.taking import give_promotions_back, take_promotions

logger = logging.getLogger(__name__)

HELD_WHILE_PAYING: Final = timedelta(seconds=DEADLINE_SECONDS + 580)
"""How long goods stay set aside for a payment: a call and a 3-D Secure step. An abandoned one holds them no longer."""

Action = PaymentAttempt.Action
R = TypeVar("R")
Request = Callable[[PaymentGateway], Outcome]
Place = Callable[[Checkout, PaidCart, Writes], Order | None]
"""Makes an order of a locked cart whose money has come; None, or a refusal, leaves that to a transaction of its own."""


@dataclass(frozen=True, slots=True)
class PaymentData:
    """How the shopper wants to pay: a gateway's id, and what its page in the browser gave us."""

    gateway: str
    data: Mapping[str, Any] = field(default_factory=dict)
    action: Action = Action.CHARGE


@dataclass(frozen=True, slots=True)
class Submitted:
    """An attempt after its call, and the order if it was placed at once."""

    attempt: PaymentAttempt
    order: Order | None = None


def initialize_transaction(
    *, checkout_id: UUID, payment: PaymentData, amount: Money | None = None, actor: Actor
) -> PaymentAttempt:
    """Pay for a cart, or begin to. The attempt's state says how it went; the order is placed by `complete_checkout`.

    `amount`, if given, is what the shopper was shown. Repeating it while a payment is under way, or after it succeeded,
    returns that one: nobody pays twice. Raises CheckoutNotFound, GatewayNotFound, TotalChanged, Rejected (what keeps
    the cart from becoming an order, OutOfStock among it), TaxesUnavailable, PaymentInProgress or GatewayUnavailable;
    nothing was charged.
    """

    def begin(lost: Lost) -> tuple[Opened, str]:
        with transaction.atomic(durable=True):
            checkout, known = open_to_pay(checkout_id, is_placed=False, actor=actor)
            live = known.live
            if live is not None and stands(live, checkout, amount):
                return Opened(live, mine=False), checkout.email
            return open_payment(checkout, priced(checkout, amount, lost, known), payment, known), checkout.email

    opened, email = with_new_total(checkout_id, lambda: asking_for_taxes(lambda: with_gifts_left(begin)))
    return submit(opened.attempt, payment, email).attempt if opened.mine else wait_for(opened.attempt.id)


def process_transaction(*, attempt_id: UUID, data: Mapping[str, Any], actor: Actor) -> PaymentAttempt:
    """Go on with a payment whose shopper has done what was asked of them, e.g. 3-D Secure.

    Raises AttemptNotFound, AlreadyProcessed, PaymentInProgress, GatewayUnavailable, or Rejected with OutOfStock when
    the goods were given back meanwhile and are gone.
    """

    def begin() -> Opened:
        with transaction.atomic(durable=True):
            checkout = _checkout_of(attempt_id, actor)
            opened = claim_for_processing(lock_attempt(attempt_id))
            bought = remembered(checkout, opened.attempt.frozen)
            if opened.mine and bought is not None:
                _hold_cards(checkout, bought)
                _set_aside_again(checkout, bought)
            return opened

    opened = retry_on_deadlock(begin)
    if not opened.mine:
        return wait_for(attempt_id)
    attempt = opened.attempt
    key = f"{attempt.key}-process-{attempt.calls}"
    return _ask(attempt, lambda gateway: gateway.process(attempt.reference, data, key=key)).attempt


def stands(live: PaymentAttempt, checkout: Checkout, shown: Money | None) -> bool:
    """Whether a locked live attempt is, or may become, the payment of the cart as it is: nobody pays twice.

    What the shopper was shown when they paid counts, whatever the goods cost by now. Raises TotalChanged if they say
    that they were `shown` something else.
    """
    if live.state not in IN_FLIGHT | PAID:
        return False
    bought = remembered(checkout, live.frozen)
    if bought is not None and shown is not None and shown != bought.due:
        raise total_changed(bought.left)
    return bought is not None or live.state in IN_FLIGHT


def priced(checkout: Checkout, shown: Money | None, lost: Lost, known: Known) -> Purchase:
    """What this locked cart, of which something is `known`, buys now, without gifts that are `lost`.

    Raises TotalChanged unless it costs what was `shown`, Rejected, TaxesUnavailable, or TaxesDue.
    """
    quoted = quote(checkout, known, lost=lost)
    require_taxes(quoted)
    if shown is not None and shown != quoted.due:
        raise total_changed(quoted.left)
    require_completable(checkout, quoted)
    return purchase_of(quoted)


def open_payment(checkout: Checkout, purchase: Purchase, payment: PaymentData, known: Known) -> Opened:
    """Open the attempt and set the goods aside, in a transaction that holds the cart and ends right after.

    `known` is what was read of the cart when it was opened.
    """
    gateway = gateway_by_id(payment.gateway)
    if not takes(gateway, purchase.currency):
        raise GatewayNotFound(f"This gateway does not take {purchase.currency}.", path=("gateway",))
    if payment.action == Action.AUTHORIZE and not gateway.supports().authorization:
        raise InvalidInput("This gateway cannot set money aside, only take it.", path=("action",))
    if purchase.due.amount == 0:
        raise InvalidInput("This cart costs nothing: complete it.", path=("amount",))
    writes = Writes()
    opened = open_attempt(
        checkout_id=checkout.id,
        gateway=payment.gateway,
        action=payment.action,
        amount=purchase.due,
        frozen=remember(checkout, purchase),
        live=known.live,
        writes=writes,
    )
    if opened.mine:
        _hold_cards(checkout, purchase)
        with noticing_lost_gifts(purchase):
            take_promotions(
                checkout_id=checkout.id, currency=purchase.currency, reductions=purchase.discounts, uses=known.uses
            )
            _set_aside(checkout, purchase, writes, known.shelves)
        writes.send()
    return opened


def submit(attempt: PaymentAttempt, payment: PaymentData, email: str, place: Place | None = None) -> Submitted:
    """Ask the gateway for the money of an attempt that is ours to submit, for whom `email` names.

    What becomes of it is committed; so is, with it, what `place` makes of a cart whose money has come.
    """
    charge = Charge(attempt.id, Money(attempt.amount, attempt.currency), email, payment.data)

    def request(gateway: PaymentGateway) -> Outcome:
        verb = gateway.charge if attempt.action == Action.CHARGE else gateway.authorize
        return verb(charge, key=attempt.key)

    return _ask(attempt, request, place)


def with_new_total(checkout_id: UUID, work: Callable[[], R]) -> R:
    """Do `work`. TotalChanged, and nothing has happened, if a promotion of the cart was used up by others meanwhile."""
    try:
        return work()
    except PromotionUsedUp as used_up:
        checkout = Checkout.objects.select_related("channel").get(id=checkout_id)
        raise total_changed(quote(checkout).left) from used_up


def total_changed(total: TaxedMoney) -> TotalChanged:
    """The error, with what it costs now."""
    return TotalChanged("It costs something else than was shown.", path=("expected_total",), current_total=total)


def _ask(attempt: PaymentAttempt, request: Request, place: Place | None = None) -> Submitted:
    """One call, with no lock and no transaction; then one transaction for what became of it, and for the order.

    An error that the Protocol does not know leaves the attempt submitted: the gateway is asked later what it did.
    """
    crash_point("before_call")
    outcome: Outcome | None = None
    failure = ""
    busy: GatewayBusy | None = None
    try:
        outcome = request(gateway_by_id(attempt.gateway))
    except OutcomeUnknown as error:
        failure = str(error)
    except GatewayBusy as error:
        busy = error
    crash_point("after_call")

    def record(place: Place | None) -> Submitted:
        with transaction.atomic(durable=True):
            is_placed = place is not None and outcome is not None and AttemptState(outcome.status.value) in PAID
            paid = lock_paid_cart(attempt.id, is_placed=is_placed)
            current, checkout = paid.attempt, paid.checkout
            writes = Writes()
            if busy is not None:
                record_outcome(current, _nothing_happened(current, str(busy)), writes, paid.lines)
            elif outcome is None:
                record_unknown(current, failure, writes, paid.lines)
            else:
                record_outcome(current, outcome, writes, paid.lines)
            if current.state == AttemptState.DECLINED and current.frozen.get("purchase", {}).get("gift_cards"):
                release_holds(current.checkout_id)
            if current.state == AttemptState.DECLINED:
                give_promotions_back(current.checkout_id)
            holds_anyway = checkout is not None and checkout.channel.reservation_seconds
            if current.state == AttemptState.DECLINED and current.frozen.get("purchase", {}).get("voucher_code_ids"):
                release_redemptions(current.checkout_id)
            if current.state == AttemptState.DECLINED and not holds_anyway:
                release_reservations(current.checkout_id)
            order = None
            if place is not None and checkout is not None and current.state in PAID:
                order = place(checkout, paid, writes)
            writes.send()
            return Submitted(current, order)

    try:
        recorded = retry_on_deadlock(lambda: record(place))
    except (Rejected, PromotionUsedUp):
        recorded = retry_on_deadlock(lambda: record(None))
    except Exception:
        if place is None:
            raise
        # Whatever keeps the order from being placed, the money is written down; `settle` meets it again, and says so.
        logger.exception("payment %s: its order was not placed at once", attempt.id)
        recorded = retry_on_deadlock(lambda: record(None))
    crash_point("before_order")
    if busy is not None:
        raise GatewayUnavailable("The payment gateway is busy. Nothing was charged.", path=("gateway",)) from busy
    return recorded


def _nothing_happened(attempt: PaymentAttempt, message: str) -> Outcome:
    """A call that had no effect: a first one has failed, a later one may be made again."""
    status = Status.ACTION_REQUIRED if attempt.calls > 1 else Status.DECLINED
    return Outcome(status, attempt.reference, Money(0, attempt.currency), message, attempt.client_data)


def _hold_cards(checkout: Checkout, purchase: Purchase) -> None:
    until = timezone.now() + HELD_WHILE_PAYING
    take_from_cards(checkout_id=checkout.id, cards=purchase.gift_cards, expires_at=until)


def _set_aside_again(checkout: Checkout, purchase: Purchase) -> None:
    """Once more for a payment that goes on; a gift that is gone by now is left out, as the order will be without it."""
    if not any(line.is_gift for line in purchase.lines):
        return _set_aside(checkout, purchase)
    try:
        with transaction.atomic():
            return _set_aside(checkout, purchase)
    except Rejected as refusal:
        lost = lost_gifts(purchase, refusal)
        if not lost:
            raise
    return _set_aside_again(checkout, without_lines(purchase, lost))


def _set_aside(
    checkout: Checkout, purchase: Purchase, writes: Writes | None = None, seen: Shelves | None = None
) -> None:
    until = timezone.now() + HELD_WHILE_PAYING
    take_of_limits(
        checkout_id=checkout.id,
        user_id=checkout.user_id,
        email=checkout.email,
        lines=purchase.limited,
        expires_at=until,
    )
    redeem(checkout_id=checkout.id, code_ids=purchase.voucher_code_ids, email=checkout.email, expires_at=until)
    reserve(
        checkout_id=checkout.id,
        lines=[WantedLine(line.line_id, line.variant_id, line.quantity) for line in purchase.lines],
        channel=checkout.channel,
        country=purchase.country,
        warehouse_id=purchase.warehouse_id,
        expires_at=until,
        writes=writes,
        seen=seen,
    )


def _checkout_of(attempt_id: UUID, actor: Actor) -> Checkout:
    """The locked cart that an attempt pays for. Raises AttemptNotFound, also for somebody else's."""
    checkout = lock_paid_for(attempt_id)
    if checkout is None or not may_use(checkout, actor):
        raise AttemptNotFound("There is no such payment.", path=("id",))
    return checkout
