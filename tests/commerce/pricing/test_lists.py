"""Which price list counts, and what becomes of the prices that everybody sees."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from commerce.accounts.models import CustomerGroup, User
from commerce.catalog.models import EffectivePrice, ProductCard, ProductVariant, VariantChannelListing
from commerce.channels.models import Channel
from commerce.checkout.quote import quote
from commerce.pricing.lists import (
    ListPrice,
    Tier,
    best_price,
    list_prices,
    own_price,
    own_prices_of_products,
    tiers,
)
from commerce.pricing.models import PriceList, PriceListEntry, PublicPrice
from commerce.pricing.prior import lowest_prior_prices
from tests.factories import make_channel, make_checkout, make_customer, make_product, make_variant
from tests.statements import recorded_statements

DAY = timedelta(days=1)


def price(amount: int, *, of: str = "a", quantity: int = 1, priority: int = 0) -> ListPrice:
    return ListPrice(of, of.upper(), priority, quantity, amount)


def make_list(
    *entries: tuple[ProductVariant, int] | tuple[ProductVariant, int, int],
    groups: list[CustomerGroup] | None = None,
    channel: Channel | None = None,
    **fields: Any,
) -> PriceList:
    """A list with (variant, amount) or (variant, amount, minimum quantity), for everybody unless groups are named."""
    made = PriceList.objects.create(
        **({"name": "List", "channel": channel or make_channel(), "is_public": groups is None} | fields)
    )
    made.customer_groups.set(groups or [])
    PriceListEntry.objects.bulk_create(
        PriceListEntry(price_list=made, variant=variant, amount=amount, minimum_quantity=rest[0] if rest else 1)
        for variant, amount, *rest in entries
    )
    return made


def make_group(*customers: User, name: str = "Wholesale") -> CustomerGroup:
    group = CustomerGroup.objects.create(name=name)
    group.customers.set(customers)
    return group


def public(variant: ProductVariant) -> tuple[int, int]:
    """What everybody pays now, and before a reduction."""
    now = timezone.now()
    found = EffectivePrice.objects.get(variant=variant, valid_from__lte=now, valid_until__gt=now)
    return found.amount, found.undiscounted


def earlier(days: int) -> None:
    """Let so many days pass."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE pricing_publicprice SET valid_from = valid_from - make_interval(days => %s),"
            " valid_until = valid_until - make_interval(days => %s)",
            [days, days],
        )


class TestTheRule:
    def test_the_highest_priority_counts_and_then_the_lowest_price(self) -> None:
        assert best_price([price(900, of="a"), price(800, of="b")], 1) == price(800, of="b")
        dear = price(950, of="c", priority=1)
        assert best_price([price(900, of="a"), price(800, of="b"), dear], 1) == dear

    def test_of_one_list_the_largest_quantity_that_is_reached_counts(self) -> None:
        prices = [price(900), price(800, quantity=10), price(850, quantity=100)]
        assert [best_price(prices, units) for units in (1, 9, 10, 99, 100)] == [
            prices[0], prices[0], prices[1], prices[1], prices[2],
        ]  # fmt: skip
        assert best_price(prices[1:], 9) is None

    def test_nobody_pays_more_by_a_list_than_everybody(self) -> None:
        assert own_price(900, [price(901)], 1) is None
        assert own_price(900, [price(900)], 1) is None
        assert own_price(900, [price(899)], 1) == price(899)

    def test_tiers_are_where_the_price_changes(self) -> None:
        prices = [price(900, quantity=5), price(900, quantity=10), price(700, quantity=20), price(2000, quantity=50)]
        assert tiers(1000, prices) == [Tier(5, 900), Tier(20, 700), Tier(50, 1000)]
        assert tiers(500, prices) == []

    @given(
        st.integers(0, 2000),
        st.lists(
            st.builds(
                price,
                st.integers(0, 2000),
                of=st.sampled_from("abc"),
                quantity=st.integers(1, 20),
            ),
            max_size=8,
            unique_by=lambda each: (each.list_id, each.minimum_quantity),
        ),
        st.integers(1, 25),
    )
    def test_tiers_say_what_is_paid(self, everybody: int, prices: list[ListPrice], units: int) -> None:
        def paid(quantity: int) -> int:
            own = own_price(everybody, prices, quantity)
            return everybody if own is None else own.amount

        shown = [Tier(1, paid(1)), *tiers(everybody, prices)]
        assert [tier.amount for tier in shown if tier.minimum_quantity <= units][-1] == paid(units)
        assert best_price(prices, units) == best_price(prices[::-1], units)


@pytest.mark.django_db
class TestForEverybody:
    def test_a_list_changes_the_price_that_is_sorted_by(self) -> None:
        mug = make_variant(price=1000)
        made = make_list((mug, 700))
        assert public(mug) == (700, 1000)
        found = EffectivePrice.objects.get(variant=mug)
        assert (found.source, found.price_list_id) == ("price_list", made.id)
        assert ProductCard.objects.get(product=mug.product).price_low == 700

    def test_a_dearer_list_is_no_reduction(self) -> None:
        mug = make_variant(price=1000, compare_at=1100)
        make_list((mug, 1300))
        assert public(mug) == (1300, 1300)

    def test_a_changed_price_a_changed_list_and_a_list_that_goes_are_seen_at_once(self) -> None:
        mug = make_variant(price=1000)
        made = make_list((mug, 700))
        VariantChannelListing.objects.update(price_amount=900)
        assert public(mug) == (700, 900)
        made.entries.update(amount=600)
        assert public(mug) == (600, 900)
        PriceList.objects.update(is_active=False)
        assert public(mug) == (900, 900)
        PriceList.objects.update(is_active=True)
        assert public(mug) == (600, 900)
        made.delete()
        assert public(mug) == (900, 900)
        assert ProductCard.objects.get(product=mug.product).price_low == 900

    def test_a_list_comes_and_goes_by_its_dates(self) -> None:
        mug = make_variant(price=1000)
        now = timezone.now()
        make_list((mug, 800), starts_at=now + DAY, ends_at=now + 3 * DAY)
        make_list((mug, 700), starts_at=now + 2 * DAY, priority=1)
        rows = EffectivePrice.objects.filter(variant=mug).extra(where=["valid_from > '-infinity'"])
        assert public(mug) == (1000, 1000)
        assert [(row.valid_from, row.amount) for row in rows.order_by("valid_from")] == [
            (now + DAY, 800),
            (now + 2 * DAY, 700),
            (now + 3 * DAY, 700),
        ]
        assert ProductCard.objects.filter(product=mug.product).count() == 4

    def test_lists_of_groups_of_another_channel_and_from_two_units_on_are_not_for_one_unit_of_everybodys(self) -> None:
        mug = make_variant(price=1000)
        make_list((mug, 100), groups=[make_group()])
        make_list((mug, 200), channel=make_channel("elsewhere"))
        make_list((mug, 300, 2))
        assert public(mug) == (1000, 1000)

    def test_a_list_that_was_for_a_group_alone_is_for_nobody_when_the_group_goes(self) -> None:
        mug = make_variant(price=1000)
        group = make_group()
        make_list((mug, 100), groups=[group])
        group.delete()
        assert public(mug) == (1000, 1000)
        assert list_prices([mug.id], [make_channel().id]).of(mug.id, make_channel().id, None) == []

    def test_a_variant_without_a_price_gets_none_from_a_list(self) -> None:
        mug = make_variant(price=None)
        make_list((mug, 100))
        assert not EffectivePrice.objects.filter(variant=mug).exists()


@pytest.mark.django_db
class TestInACart:
    def test_a_customer_of_a_group_pays_their_price_and_others_do_not(self) -> None:
        ada, bob = make_customer("ada@example.com"), make_customer("bob@example.com")
        mug = make_variant(price=1000)
        made = make_list((mug, 700), groups=[make_group(ada)], name="Wholesale 2026")
        hers, his, guests = (make_checkout(mug, quantity=2, user=user) for user in (ada, bob, None))
        assert [quote(cart).subtotal.net.amount for cart in (hers, his, guests)] == [1400, 2000, 2000]
        (line,) = quote(hers).lines
        assert [(step.kind.name, step.amount, step.reason, step.source_id) for step in line.steps[:2]] == [
            ("LIST_PRICE", 2000, "The price in this channel", None),
            ("PRICE_LIST", -600, "Wholesale 2026", str(made.id)),
        ]
        assert line.undiscounted_unit.net.amount == 1000

    def test_units_in_several_lines_count_together(self) -> None:
        mug = make_variant(price=1000)
        make_list((mug, 900, 5))
        cart = make_checkout(mug, quantity=2)
        assert quote(cart).subtotal.net.amount == 2000
        cart.lines.create(variant=mug, quantity=3, metadata={"engraving": "Ada"})
        assert quote(cart).subtotal.net.amount == 4500

    def test_a_promotion_below_the_list_is_paid(self) -> None:
        ada = make_customer("ada@example.com")
        mug = make_variant(price=1000)
        make_list((mug, 700), groups=[make_group(ada)])
        make_list((mug, 650))
        assert quote(make_checkout(mug, user=ada)).subtotal.net.amount == 650

    def test_a_shop_without_lists_asks_for_none(self) -> None:
        cart = make_checkout(make_variant(price=1000))
        with recorded_statements() as statements:
            quote(cart)
        before = len(statements)
        make_list((make_variant(), 1))
        with recorded_statements() as statements:
            quote(cart)
        assert len(statements) == before + 1

    def test_a_list_that_has_not_begun_or_is_over_does_not_count(self) -> None:
        now = timezone.now()
        mug = make_variant(price=1000)
        make_list((mug, 500, 2), starts_at=now + DAY)
        make_list((mug, 400, 2), ends_at=now - DAY)
        make_list((mug, 300, 2), is_active=False)
        assert quote(make_checkout(mug, quantity=2)).subtotal.net.amount == 2000


@pytest.mark.django_db
def test_the_statement_of_products_answers_what_the_rule_says() -> None:
    ada = make_customer("ada@example.com")
    group, channel = make_group(ada), make_channel()
    product, other = make_product(), make_product()
    small, large = make_variant(product=product, price=1000), make_variant(product=product, price=2000, compare_at=2500)
    make_variant(product=other, price=100)
    make_list((small, 900), (large, 1500), groups=[group])
    make_list((small, 950), (large, 1900, 2), groups=[group], priority=5)
    found = own_prices_of_products([(channel.id, product.id), (channel.id, other.id)], ada.id)
    lists = list_prices([small.id, large.id], [channel.id], [ada.id])
    own = [
        own_price(amount, lists.of(each.id, channel.id, ada.id), 1) for each, amount in ((small, 1000), (large, 2000))
    ]
    assert [each and each.amount for each in own] == [950, 1500]
    assert found.keys() == {(channel.id, product.id)}
    row = found[channel.id, product.id]
    assert (row.low, row.high, row.low_before, row.high_before, row.on_sale) == (950, 1500, 1000, 2500, True)
    assert own_prices_of_products([(channel.id, product.id)], make_customer("bob@example.com").id) == {}


@pytest.mark.django_db
class TestWhatPricesHaveBeen:
    def sell(self, variant: ProductVariant, amount: int, compare_at: int | None = None) -> None:
        VariantChannelListing.objects.filter(variant=variant).update(price_amount=amount, compare_at_amount=compare_at)

    def lowest(self, variant: ProductVariant) -> int | None:
        key = (make_channel().id, variant.id)
        return lowest_prior_prices([key]).get(key)

    def test_the_lowest_of_thirty_days_before_the_reduction_is_shown(self) -> None:
        mug = make_variant(price=1500)
        earlier(31)
        self.sell(mug, 900)
        earlier(5)
        self.sell(mug, 1200)
        earlier(10)
        self.sell(mug, 1000, 1200)
        earlier(2)
        assert self.lowest(mug) == 900

    def test_what_was_cheaper_before_that_does_not_count(self) -> None:
        mug = make_variant(price=500)
        earlier(10)
        self.sell(mug, 1200)
        earlier(30)
        self.sell(mug, 1000, 1200)
        earlier(1)
        assert self.lowest(mug) == 1200

    def test_a_reduction_that_grows_began_with_its_first_step(self) -> None:
        mug = make_variant(price=1200)
        earlier(40)
        self.sell(mug, 1000, 1200)
        earlier(20)
        self.sell(mug, 800, 1200)
        earlier(1)
        assert self.lowest(mug) == 1200

    def test_without_a_reduction_there_is_nothing_to_show(self) -> None:
        mug, lamp = make_variant(price=1200), make_variant(price=1000, compare_at=1500)
        earlier(3)
        self.sell(mug, 900)
        assert (self.lowest(mug), self.lowest(lamp)) == (None, None)

    def test_a_list_for_everybody_that_begins_by_its_date_is_noted_before(self) -> None:
        mug = make_variant(price=1200)
        now = timezone.now()
        make_list((mug, 800), starts_at=now + DAY, ends_at=now + 2 * DAY)
        rows = PublicPrice.objects.filter(variant=mug).order_by("valid_from")
        assert [(row.amount, row.undiscounted) for row in rows] == [(1200, 1200), (800, 1200), (1200, 1200)]
        PriceList.objects.all().delete()
        (row,) = PublicPrice.objects.filter(variant=mug)
        assert row.amount == 1200

    def test_what_is_past_is_never_changed(self) -> None:
        mug = make_variant(price=1200)
        earlier(5)
        self.sell(mug, 1000)
        earlier(5)
        past = list(PublicPrice.objects.filter(variant=mug).order_by("valid_from").values_list("amount", "valid_from"))
        self.sell(mug, 700)
        self.sell(mug, 800)
        noted = list(PublicPrice.objects.filter(variant=mug).order_by("valid_from").values_list("amount", "valid_from"))
        assert noted[:2] == past
        assert [amount for amount, _ in noted] == [1200, 1000, 800]
        mug.delete()
        connection.check_constraints()
        assert not PublicPrice.objects.exists()
