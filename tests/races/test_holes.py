"""The holes that other shops are known for. Each is a story that holds here, and that fails without the rule for it.

A rule is taken away in earnest: its words leave the SQL, its lock is not taken, its constraint is dropped. What the
table itself forbids is dropped along with the rule that keeps a shopper from ever running into it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field

import pytest
from django.db.models import F

from commerce.core.errors import CommerceError, Rejected
from commerce.inventory.invariants import broken_stock
from commerce.inventory.models import Stock
from commerce.payments.models import PaymentAttempt
from commerce.payments.states import LIVE_VALUES
from tests.races.holes import (
    AT_COMMIT,
    ENOUGH,
    ENOUGH_OF_ALL,
    RESERVING,
    a_customer_who_signs_in_everywhere_at_once_has_several_carts,
    a_total_with_fractions_is_never_quite_paid,
    an_address_is_saved_to_somebody_elses_order,
    an_order_for_the_shopper_and_another_for_the_notification,
    an_order_is_made_from_a_payment_that_was_given_up,
    carts_in_opposite_orders_wait_for_each_other,
    late_news_undo_better_ones,
    money_comes_and_no_order,
    money_is_kept_for_goods_that_were_sold_to_another,
    more_is_sold_of_several_things_than_there_is,
    more_is_sold_than_there_is,
    payments_are_taken_for_what_is_gone,
    somebody_pays_more_than_they_were_shown,
    the_confirmation_and_the_notification_are_two_charges,
    the_price_of_what_is_paid_changes,
    two_payments_of_one_cart,
    units_are_lost_when_carts_are_merged_and_edited_at_once,
    units_of_orders_are_counted_as_free,
)
from tests.races.laxities import (
    claimed_one_after_the_other,
    consumed_once_already,
    in_the_order_of_the_cart,
    of_a_payment_without_lock,
    one_row_for_the_same_address,
    paid_cart_without_lock,
    payment_without_lock,
    rounded_down,
    whatever_its_state,
    without_its_payment,
    without_lock,
)
from tests.races.rules import TakeAway, all_of, doing, instead_of, nothing, without_constraint
from tests.races.stock_holes import (
    goods_are_given_away_while_they_are_paid_for,
    locked_as_they_come,
    looked_at_only,
    more_is_sold_than_may_be_ordered_ahead,
    more_is_sold_than_may_be_ordered_back,
    units_are_lost_or_sold_twice_on_their_way,
)

pytestmark = pytest.mark.usefixtures("durable", "redis_client", "room_for_every_payment")


@dataclass(frozen=True)
class Hole:
    """A story, and the rules that it needs, each by a name."""

    story: Callable[[pytest.MonkeyPatch], None]
    rules: dict[str, TakeAway]
    constraints: list[tuple[str, str]] = field(default_factory=list)


NOTICED = (AssertionError, CommerceError, Rejected)
STOCK = [("inventory_stock", "stock_promised_within_limits")]
ROWS, HANDLING, PAYING = "commerce.inventory.rows", "commerce.checkout", "commerce.payments.services.attempts"
NOTING = (f"{HANDLING}.pay", "tests.races.holes")
TAKING_ALL = all_of(*(instead_of(f"{ROWS}.{rule}", ENOUGH) for rule in ("_TAKE_ONE", "_TAKE_OR_FAIL")))
MOVING = "commerce.inventory.services.moving"
HOLES = [
    Hole(
        more_is_sold_than_there_is,
        {"enough is asked again when it is taken": TAKING_ALL},
        STOCK,
    ),
    Hole(
        more_is_sold_of_several_things_than_there_is,
        {
            "enough is asked again when it is taken": all_of(
                instead_of(f"{ROWS}._LOCK", "oversellable, on_hand", "true, on_hand"),
                instead_of(f"{ROWS}._TAKE_LOCKED", ENOUGH_OF_ALL),
                TAKING_ALL,
            )
        },
        STOCK,
    ),
    Hole(
        units_of_orders_are_counted_as_free,
        {
            "the ids are a list": doing("commerce.inventory.queries.available_parts", consumed_once_already),
            "allocations stay reserved": doing(
                "commerce.orders.services.place.allocate",
                lambda real, **given: (real(**given), Stock.objects.update(reserved=0)),
            ),
        },
    ),
    Hole(payments_are_taken_for_what_is_gone, {"goods are set aside first": nothing(f"{HANDLING}.pay._set_aside")}),
    Hole(
        money_is_kept_for_goods_that_were_sold_to_another,
        {"who refuses gives back": nothing(f"{HANDLING}.complete.abandon")},
    ),
    Hole(money_comes_and_no_order, {"the sweeper settles": nothing(f"{HANDLING}.reconcile._finish")}),
    Hole(
        an_order_for_the_shopper_and_another_for_the_notification,
        {
            "the cart is locked": all_of(
                instead_of(f"{HANDLING}.opened.LOCK", "FOR NO KEY UPDATE"),
                doing(f"{HANDLING}.complete.lock_checkout", without_lock),
            )
        },
    ),
    Hole(
        the_confirmation_and_the_notification_are_two_charges,
        {
            "what is noted is locked": all_of(
                doing(f"{HANDLING}.pay._checkout_of", claimed_one_after_the_other),
                doing(f"{HANDLING}.pay.lock_paid_cart", paid_cart_without_lock),
                *(doing(f"{there}.lock_paid_for", of_a_payment_without_lock) for there in NOTING),
                *(doing(f"{there}.lock_attempt", payment_without_lock) for there in NOTING),
            ),
            "one of them calls": doing(f"{HANDLING}.pay.claim_for_processing", whatever_its_state),
        },
    ),
    Hole(
        two_payments_of_one_cart,
        {
            "a live payment is found": all_of(
                doing(f"{HANDLING}.complete.open_to_pay", without_its_payment),
                nothing("commerce.payments.services.attempts.live_attempt"),
            )
        },
        [("payments_paymentattempt", "attempt_one_live_per_checkout")],
    ),
    Hole(
        an_order_is_made_from_a_payment_that_was_given_up,
        {"an edit gives it up": nothing(f"{PAYING}.abandon")},
    ),
    Hole(
        late_news_undo_better_ones,
        {"moves are checked": doing("commerce.payments.services.outcomes.may_move", lambda *_: True)},
    ),
    Hole(
        units_are_lost_when_carts_are_merged_and_edited_at_once,
        {"an edit locks the cart": instead_of(f"{HANDLING}.opened.LOCK", "FOR NO KEY UPDATE")},
    ),
    Hole(
        a_customer_who_signs_in_everywhere_at_once_has_several_carts,
        {
            "one merge at a time": instead_of(
                f"{HANDLING}.merge._ONE_MERGE_PER_CUSTOMER", "pg_advisory_xact_lock", "abs"
            )
        },
    ),
    Hole(
        carts_in_opposite_orders_wait_for_each_other,
        {"rows are locked by id": all_of(nothing(AT_COMMIT), doing(RESERVING, in_the_order_of_the_cart))},
    ),
    Hole(
        somebody_pays_more_than_they_were_shown,
        {
            "the total is compared": doing(
                f"{HANDLING}.complete.priced", lambda real, checkout, _shown, *read: real(checkout, None, *read)
            )
        },
    ),
    Hole(
        the_price_of_what_is_paid_changes,
        {"what was shown is remembered": nothing(f"{HANDLING}.complete.remembered")},
    ),
    Hole(
        an_address_is_saved_to_somebody_elses_order,
        {"a cart has its own row": doing(f"{HANDLING}.services.details.put_address", one_row_for_the_same_address)},
    ),
    Hole(
        a_total_with_fractions_is_never_quite_paid,
        {"the amount is the total": doing(f"{HANDLING}.pay.open_attempt", rounded_down)},
    ),
    Hole(
        more_is_sold_than_may_be_ordered_back,
        {"the limit is asked again when it is taken": TAKING_ALL},
        STOCK,
    ),
    Hole(
        more_is_sold_than_may_be_ordered_ahead,
        {
            "the limit is asked again when it is taken": all_of(
                TAKING_ALL,
                instead_of(f"{ROWS}._LOCK", "oversellable, on_hand", "true, on_hand"),
                instead_of(f"{ROWS}._TAKE_LOCKED", ENOUGH_OF_ALL),
            )
        },
        STOCK,
    ),
    Hole(
        units_are_lost_or_sold_twice_on_their_way,
        {
            "stocks are locked": doing(f"{MOVING}.lock_stocks_of", looked_at_only),
            "stocks are locked by id": doing(f"{MOVING}.lock_stocks_of", locked_as_they_come),
        },
    ),
    Hole(
        goods_are_given_away_while_they_are_paid_for,
        {"a payment prolongs what is set aside": nothing("commerce.inventory.services.reservations._extend")},
    ),
]


def story_of(hole: Hole) -> str:
    """Its name."""
    return hole.story.__name__


@pytest.mark.parametrize("hole", HOLES, ids=story_of)
def test_it_cannot_be_that(hole: Hole, monkeypatch: pytest.MonkeyPatch) -> None:
    hole.story(monkeypatch)


CASES = [pytest.param(hole, rule, id=f"{hole.story.__name__}-{rule}") for hole in HOLES for rule in hole.rules]


@pytest.mark.parametrize(("hole", "rule"), CASES)
def test_without_the_rule_it_would_be_so(hole: Hole, rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    hole.rules[rule](monkeypatch)
    with ExitStack() as strict:
        for table, name in hole.constraints:
            strict.enter_context(without_constraint(table, name))
        with pytest.raises(NOTICED):
            hole.story(monkeypatch)


@pytest.mark.parametrize("hole", [hole for hole in HOLES if hole.constraints], ids=story_of)
def test_the_table_alone_would_keep_it_from_happening(hole: Hole, monkeypatch: pytest.MonkeyPatch) -> None:
    for take_away in hole.rules.values():
        take_away(monkeypatch)
    with suppress(*NOTICED):  # somebody sees a fault instead of a refusal
        hole.story(monkeypatch)
    assert broken_stock() == []
    assert not PaymentAttempt.objects.filter(charged_amount__gt=F("amount")).exists()
    live = PaymentAttempt.objects.filter(abandoned_at=None, state__in=LIVE_VALUES)
    assert set(Counter(live.values_list("checkout_id", flat=True)).values()) <= {1}
