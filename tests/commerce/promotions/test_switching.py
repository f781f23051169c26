"""Promotions of so many variants that their prices are made anew in portions, and change all at one moment."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from commerce.catalog.cards import cards_later
from commerce.catalog.models import ProductVariant
from commerce.promotions import pace, switching
from commerce.promotions.models import CatalogueRule, DuePrice, PriceChange, PricePace
from commerce.promotions.pace import keep_pace
from commerce.promotions.services import delete_promotion, update_rule
from commerce.promotions.switching import keep_prices
from tests.commerce.promotions.promoting import MERCHANT, percent, promote
from tests.factories import make_variant

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("nobody_else")]


@pytest.fixture(autouse=True)
def few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three variants are more than fit into one transaction, two products are a portion."""
    monkeypatch.setattr(switching, "MOST_AT_ONCE", 2)
    monkeypatch.setattr(switching, "PORTION", 2)


def prices_at(moment: str, variants: list[ProductVariant]) -> list[int]:
    """What the variants cost at a moment, e.g. `now()`."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT amount FROM catalog_effectiveprice WHERE variant_id = ANY(%s::uuid[])"
            f" AND valid_from <= {moment} AND valid_until > {moment} ORDER BY variant_id",
            [[str(variant.id) for variant in variants]],
        )
        return [row[0] for row in cursor.fetchall()]


def cards_at(moment: str) -> set[int]:
    """The lowest prices in lists at a moment."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT price_low FROM catalog_productcard"
            f" WHERE valid_from <= {moment} AND valid_until > {moment}"
        )
        return {row[0] for row in cursor.fetchall()}


def let_the_moment_pass() -> None:
    """As if it had come: all that is to happen at it lies an hour further back."""
    with transaction.atomic(), cards_later(), connection.cursor() as cursor:
        for table, columns in {
            "catalog_effectiveprice": ("valid_from", "valid_until"),
            "catalog_productcard": ("valid_from", "valid_until"),
            "promotions_cataloguerule": ("valid_from", "valid_until"),
            "promotions_pricechange": ("switches_at",),
        }.items():
            moved = ", ".join(f"{column} = {column} - interval '1 hour'" for column in columns)
            cursor.execute(f"UPDATE {table} SET {moved}")


def test_all_change_at_one_moment_and_none_before_it() -> None:
    variants = [make_variant(price=1000) for _ in range(5)]
    promote(percent(10))
    assert prices_at("now()", variants) == [1000] * 5
    assert keep_prices() == 5
    change = PriceChange.objects.get()
    assert change.is_second_look
    assert change.switches_at is not None
    moment = f"'{change.switches_at.isoformat()}'::timestamptz"
    before = f"{moment} - interval '1 microsecond'"
    assert (prices_at(before, variants), prices_at(moment, variants)) == ([1000] * 5, [900] * 5)
    assert (cards_at(before), cards_at(moment)) == ({1000}, {900})


def test_a_product_that_is_written_meanwhile_changes_with_the_others() -> None:
    variants = [make_variant(price=1000) for _ in range(3)]
    promote(percent(10))
    variants[0].channel_listings.update(price_amount=2000)
    assert prices_at("now()", variants) == [2000, 1000, 1000]
    keep_prices()
    assert prices_at("now() + interval '1 hour'", variants) == [1800, 900, 900]


def test_a_second_look_clears_away_what_has_ended() -> None:
    variants = [make_variant(price=1000) for _ in range(3)]
    promotion = promote(percent(10))
    keep_prices()
    update_rule(rule_id=promotion.rules.get().id, changes={"reward": {"basis_points": 2000}}, actor=MERCHANT)
    keep_prices()
    let_the_moment_pass()
    assert prices_at("now()", variants) == [800] * 3
    keep_prices()
    assert (CatalogueRule.objects.count(), PriceChange.objects.count(), DuePrice.objects.count()) == (1, 0, 0)
    assert prices_at("now()", variants) == [800] * 3
    delete_promotion(promotion_id=promotion.id, actor=MERCHANT)
    keep_prices()
    let_the_moment_pass()
    keep_prices()
    assert (CatalogueRule.objects.count(), PriceChange.objects.count()) == (0, 0)
    assert (prices_at("now()", variants), cards_at("now()")) == ([1000] * 3, {1000})


def test_work_that_will_not_be_done_in_time_puts_the_moment_off() -> None:
    variants = [make_variant(price=1000) for _ in range(5)]
    promote(percent(10))
    change = PriceChange.objects.get()
    assert switching._portion(change.id) == 2
    late = change.switches_at
    assert late is not None
    PriceChange.objects.update(listed_at=late - timedelta(hours=1))
    keep_prices()
    change.refresh_from_db()
    assert change.switches_at is not None
    assert change.switches_at > late
    assert prices_at(f"'{late.isoformat()}'::timestamptz", variants) == [1000] * 5, "also what was written first"
    assert prices_at(f"'{change.switches_at.isoformat()}'::timestamptz", variants) == [900] * 5


def test_work_that_is_faster_than_thought_brings_the_moment_forward(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "ENOUGH_TO_JUDGE", 2)
    variants = [make_variant(price=1000) for _ in range(5)]
    keep_pace(2, timedelta(hours=1))
    promote(percent(10))
    change = PriceChange.objects.get()
    late = change.switches_at
    assert late is not None
    assert keep_prices() > 5, "what was written first was written once more"
    change.refresh_from_db()
    assert change.switches_at is not None
    assert change.switches_at < late - timedelta(hours=1)
    assert prices_at(f"'{change.switches_at.isoformat()}'::timestamptz", variants) == [900] * 5
    assert (
        prices_at(f"'{change.switches_at.isoformat()}'::timestamptz - interval '1 microsecond'", variants) == [1000] * 5
    )
    assert cards_at(f"'{change.switches_at.isoformat()}'::timestamptz") == {900}


def test_a_moment_that_is_brought_forward_is_not_before_the_promotion_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "ENOUGH_TO_JUDGE", 2)
    variants = [make_variant(price=1000) for _ in range(5)]
    keep_pace(2, timedelta(hours=1))
    starts = timezone.now() + timedelta(minutes=30)
    promote(percent(10), starts_at=starts)
    keep_prices()
    assert PriceChange.objects.get().switches_at == starts
    moment = f"'{starts.isoformat()}'::timestamptz"
    assert prices_at(f"{moment} - interval '1 microsecond'", variants) == [1000] * 5
    assert prices_at(moment, variants) == [900] * 5


def test_the_next_sale_is_planned_by_the_pace_of_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "ENOUGH_TO_JUDGE", 2)
    [make_variant(price=1000) for _ in range(3)]
    assert pace.seconds_until_change(1_000) == pace.in_time(1_000, pace.FIRST_GUESS)
    promote(percent(10))
    keep_prices()
    measured = PricePace.objects.get().products_a_second
    assert pace.seconds_until_change(1_000) == pytest.approx(pace.in_time(1_000, measured))


def test_prices_are_looked_at_again_only_when_nobody_is_left_who_has_not_seen_the_change() -> None:
    make_variant(price=1000)
    promote(percent(10))
    PriceChange.objects.update(transaction="999999999")
    assert keep_prices() == 0
    assert PriceChange.objects.count() == 1
