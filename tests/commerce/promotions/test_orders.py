"""Order promotions in carts, from the merchant's rule to the quote."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from commerce.accounts.models import CustomerGroup, CustomerGroupMember
from commerce.checkout.quote import quote, quotes
from commerce.core.errors import Conflict, InvalidInput, NotFound, PermissionDenied
from commerce.core.permission import Permission
from commerce.orders.models import Order
from commerce.promotions import loading
from commerce.promotions.errors import PromotionNotFound
from commerce.promotions.services import (
    create_promotion,
    create_rule,
    delete_promotion,
    update_promotion,
    update_rule,
)
from tests.commerce.promotions.promoting import MERCHANT, fixed, of, percent, promote
from tests.conftest import QueryBudget
from tests.factories import make_channel, make_checkout, make_customer, make_variant, staff_actor
from tests.shoppers import add_line
from tests.statements import recorded_statements

pytestmark = pytest.mark.django_db


def test_a_cart_shows_what_is_taken_off_each_line_and_why() -> None:
    mug, plate = make_variant(price=1000), make_variant(price=500)
    cart = make_checkout(mug, 2)
    add_line(cart, plate)
    promote(percent(10), kind="order", name="Spring")
    found = quote(cart)
    assert (found.total.net.amount, found.reduced) == (2250, 250)
    assert sorted((line.total.net.amount, line.reduced) for line in found.lines) == [(450, 50), (1800, 200)]
    (taken,) = found.reductions
    assert (taken.name, taken.amount) == ("Spring", 250)


def test_it_holds_between_its_moments_in_its_channels_while_it_is_active() -> None:
    cart = make_checkout(make_variant(price=1000))
    now = timezone.now()
    hour = timedelta(hours=1)
    promote(percent(10), kind="order", starts_at=now + hour)
    promote(percent(10), kind="order", starts_at=now - 2 * hour, ends_at=now - hour)
    promote(percent(10), kind="order", is_active=False)
    promote(percent(10), kind="order", channels=[make_channel("elsewhere")])
    assert quote(cart).reductions == ()
    promotion = promote(percent(10), kind="order", starts_at=now - hour, ends_at=now + hour)
    assert quote(cart).reduced == 100
    update_rule(rule_id=promotion.rules.get().id, changes={"reward": {"basis_points": 2000}}, actor=MERCHANT)
    assert quote(cart).reduced == 200, "a new version is read anew"
    delete_promotion(promotion_id=promotion.id, actor=MERCHANT)
    assert quote(cart).reductions == ()


def test_the_catalogue_comes_first_and_carts_are_reduced_from_there() -> None:
    mug = make_variant(price=1000)
    promote(percent(50), name="Sale")
    promote(percent(10) | {"goods": of("product", mug.product)}, kind="order", name="Cart")
    (line,) = quote(make_checkout(mug)).lines
    assert line.total.net.amount == 450
    assert [(step.amount, step.reason) for step in line.steps[:3]] == [
        (1000, "The price in this channel"), (-500, "Sale"), (-50, "Cart"),
    ]  # fmt: skip


def test_who_has_bought_before_has_no_first_order_any_more() -> None:
    promote(percent(10) | {"condition": {"kind": "first_order"}}, kind="order")
    mug = make_variant(price=1000)
    nobody = make_checkout(mug, email="")
    guest = make_checkout(mug, email="New@example.com")
    assert [found.reduced for found in (quote(nobody), quote(guest))] == [0, 100]
    order = Order.objects.create(
        number=1, channel=make_channel(), email="new@example.com", currency="USD",
        subtotal_net=1, subtotal_gross=1, total_net=1, total_gross=1,
    )  # fmt: skip
    assert quote(guest).reduced == 0
    order.status = Order.Status.CANCELED
    order.save()
    assert quote(guest).reduced == 100


def test_a_group_of_customers() -> None:
    group = CustomerGroup.objects.create(name="Trade")
    promote(percent(10) | {"condition": {"kind": "customer_group", "ids": [str(group.id)]}}, kind="order")
    member = make_customer()
    CustomerGroupMember.objects.create(group=group, customer=member)
    mug = make_variant(price=1000)
    assert quote(make_checkout(mug, user=member)).reduced == 100
    assert quote(make_checkout(mug, user=make_customer())).reduced == 0
    assert quote(make_checkout(mug)).reduced == 0


def test_any_number_of_promotions_and_carts_cost_one_statement(query_budget: QueryBudget) -> None:
    mug = make_variant(price=1000)
    carts = [make_checkout(mug) for _ in range(3)]
    with query_budget("quote"):
        quotes(carts)
    for _ in range(20):
        promote(fixed(1), kind="order", stacking="stackable")
    with query_budget("quote"):
        found = quotes(carts)
    assert {each.reduced for each in found.values()} == {20}


def test_rules_are_sent_once_and_then_only_versions(query_budget: QueryBudget) -> None:
    cart = make_checkout(make_variant(price=1000))
    promotions = [promote(fixed(1), kind="order", stacking="stackable") for _ in range(3)]
    with recorded_statements() as first:
        assert quote(cart).reduced == 3
    with recorded_statements() as second:
        assert quote(cart).reduced == 3
    assert len(second) == len(first) - 1
    update_rule(rule_id=promotions[0].rules.get().id, changes={"reward": fixed(5)["reward"]}, actor=MERCHANT)
    with recorded_statements() as third:
        assert quote(cart).reduced == 7, "the edited one was read anew"
    assert len(third) == len(first)
    with query_budget("quote"):
        assert quote(cart).reduced == 7


def test_an_edit_that_was_rolled_back_leaves_nothing_behind() -> None:
    cart = make_checkout(make_variant(price=1000))
    promotion = promote(percent(10), kind="order")
    rule = promotion.rules.get()
    with transaction.atomic():
        update_rule(rule_id=rule.id, changes={"reward": {"basis_points": 9000}}, actor=MERCHANT)
        assert quote(cart).reduced == 900
        transaction.set_rollback(True)
    assert quote(cart).reduced == 100
    update_rule(rule_id=rule.id, changes={"reward": {"basis_points": 2000}}, actor=MERCHANT)
    assert quote(cart).reduced == 200, "the version is the same that was rolled back, its rules are not"


def test_more_versions_than_are_kept_are_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "MOST_KNOWN", 2)
    cart = make_checkout(make_variant(price=1000))
    for _ in range(5):
        promote(fixed(1), kind="order", stacking="stackable")
    assert [quote(cart).reduced for _ in range(3)] == [5, 5, 5]
    assert len(loading._known) == 2


def test_what_a_merchant_cannot_say() -> None:
    promotion = promote(kind="catalogue")
    order = promote(kind="order")

    def refused(kind: type[Exception], path: tuple[str, ...], target: object, **changes: object) -> None:
        with pytest.raises(kind) as error:
            create_rule(promotion_id=target.id, changes=changes, actor=MERCHANT)  # type: ignore[attr-defined, arg-type]
        assert error.value.path == path  # type: ignore[attr-defined]

    channel = str(make_channel().id)
    refused(InvalidInput, ("rewardType",), promotion, reward_type="free_shipping")
    refused(InvalidInput, ("rewardType",), order, reward_type="wish")
    refused(InvalidInput, ("condition",), promotion, **percent(1), condition={"kind": "first_order"})
    refused(InvalidInput, ("reward", "basis_points"), order, **percent(101))
    refused(InvalidInput, ("reward", "amounts", channel), order, **fixed(-1))
    refused(InvalidInput, ("reward", "amounts", channel), order, **fixed(10**30))
    refused(InvalidInput, ("goods",), order, **percent(1), goods={"kind": "mood", "ids": ["x"]})
    refused(InvalidInput, ("goods", "ids", "0"), order, **percent(1), goods={"kind": "product", "ids": ["\x00"]})
    refused(NotFound, ("goods", "any", "0", "ids", "0"), order, **percent(1), goods={"any": [of("product", order)]})
    deep: dict[str, object] = {}
    for _ in range(10):
        deep = {"not": deep}
    refused(InvalidInput, ("goods", *["not"] * 6), order, **percent(1), goods=deep)
    for changes in (
        {"usage_limit": 5},
        {"name": " "},
        {"priority": 5000},
        {"stacking": "both"},
        {"ends_at": timezone.now()},
    ):
        with pytest.raises((InvalidInput, NotFound, Exception)):
            update_promotion(
                promotion_id=promotion.id,
                changes={"starts_at": timezone.now(), **changes},
                actor=MERCHANT,  # type: ignore[typeddict-item]
            )
    promotion.refresh_from_db()
    assert (promotion.name, promotion.rules.count(), order.rules.count()) == ("Sale", 0, 0)


def test_a_merchant_of_one_channel_keeps_to_it() -> None:
    here, there = make_channel(), make_channel("there")
    ours = staff_actor(Permission.MANAGE_DISCOUNTS, channels=[here])
    both = promote(percent(1), kind="order", channels=[here, there])
    own = promote(percent(1), kind="order", channels=[here])
    with pytest.raises(PromotionNotFound):
        update_promotion(promotion_id=both.id, changes={"name": "Mine"}, actor=ours)
    update_promotion(promotion_id=own.id, changes={"name": "Mine"}, actor=ours)
    with pytest.raises(PermissionDenied):
        update_promotion(promotion_id=own.id, changes={}, channel_ids=[here.id, there.id], actor=ours)
    with pytest.raises(PermissionDenied):
        create_promotion(kind="order", changes={"name": "All"}, actor=ours)
    with pytest.raises(PermissionDenied):
        delete_promotion(promotion_id=own.id, actor=staff_actor())


def test_who_has_read_an_older_version_is_told_so() -> None:
    promotion = promote(percent(10), kind="order")
    with pytest.raises(Conflict):
        update_promotion(promotion_id=promotion.id, changes={}, version=promotion.version - 1, actor=MERCHANT)
    with pytest.raises(Conflict):
        update_rule(rule_id=promotion.rules.get().id, changes={"name": "x"}, version=1, actor=MERCHANT)
    assert update_promotion(
        promotion_id=promotion.id, changes={}, version=promotion.version, actor=MERCHANT
    ).version == (promotion.version + 1)
