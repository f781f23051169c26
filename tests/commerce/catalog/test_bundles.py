"""A product that is made of others: what it costs, and whether there is any of it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commerce.catalog.bundles import parts_of_bundles
from commerce.catalog.card_models import EffectivePrice, ProductCard
from commerce.catalog.cards import refresh_due_cards
from commerce.catalog.errors import BundleLoop, PriceNotPossible, ProductInUse, VariantInUse, VariantNotFound
from commerce.catalog.models import (
    BundleComponent,
    BundlePricing,
    ProductChannelListing,
    ProductVariant,
    VariantChannelListing,
)
from commerce.catalog.queries import visible_variants
from commerce.catalog.reads import variants_by_id
from commerce.catalog.services import (
    PartOfBundle,
    PricedByParts,
    delete_product,
    delete_variant,
    publish_product,
    remove_bundle,
    remove_variant_price,
    set_bundle,
    set_variant_price,
    unpublish_product,
)
from commerce.channels.models import Channel
from commerce.core.actor import ANONYMOUS, SYSTEM
from commerce.core.errors import Conflict, InvalidInput, PermissionDenied, Rejected, Required
from commerce.core.ids import uuid7
from commerce.inventory.models import Stock, StockMovement, Warehouse
from commerce.inventory.queries import available_quantity
from commerce.inventory.services import Count, set_on_hand, set_on_hand_many
from tests.factories import list_variant, make_channel, make_product, make_variant, make_warehouse
from tests.statements import recorded_statements

pytestmark = pytest.mark.django_db


def make_bundle(
    *parts: tuple[ProductVariant, int], pricing: PricedByParts | None = None, price: int | None = 2500, **fields: Any
) -> ProductVariant:
    """A bundle of so many units of each part, at an entered price unless its parts make it."""
    bundle = make_variant(price=price if pricing is None else None, stock=None, **fields)
    return set_bundle(
        variant_id=bundle.id,
        parts=[PartOfBundle(part.id, quantity) for part, quantity in parts],
        pricing=pricing,
        actor=SYSTEM,
    )


def left(variant: ProductVariant, channel: Channel) -> int | None:
    return available_quantity([variant.id], channel)[variant.id]


def in_stock(variant: ProductVariant) -> bool:
    return ProductCard.objects.get(product=variant.product_id).in_stock


def price_of(variant: ProductVariant, channel: Channel) -> tuple[int, int] | None:
    """What pages and carts read; the entered price beside it must say the same."""
    effective = EffectivePrice.objects.filter(variant=variant.id, channel=channel).values_list("amount", "undiscounted")
    entered = VariantChannelListing.objects.filter(variant=variant.id, channel=channel).first()
    found = effective.first()
    told = None if entered is None else (entered.price_amount, entered.compare_at_amount or entered.price_amount)
    assert told == found
    card = ProductCard.objects.filter(product=variant.product_id, channel=channel).values_list("price_low", flat=True)
    assert list(card) == [None if found is None else found[0]]
    lowest = ProductChannelListing.objects.filter(product=variant.product_id, channel=channel)
    assert list(lowest.values_list("min_price_amount", flat=True)) == [None if found is None else found[0]]
    return found


def test_there_are_as_many_as_the_scarcest_part_makes(channel: Channel) -> None:
    pot, cup = make_variant(stock=4), make_variant(stock=7)
    tea_set = make_bundle((pot, 1), (cup, 2))
    assert left(tea_set, channel) == 3
    make_warehouse("second", channels=[channel])
    Stock.objects.create(variant=cup, warehouse=Warehouse.objects.get(slug="second"), on_hand=1)
    assert left(tea_set, channel) == 4
    Stock.objects.filter(variant=pot).update(oversellable=True)
    assert left(tea_set, channel) == 4
    ProductVariant.objects.filter(id=cup.id).update(track_inventory=False)
    assert left(tea_set, channel) is None


def test_the_card_follows_a_part_that_is_not_sold_out_but_too_few(channel: Channel) -> None:
    cup = make_variant(stock=5)
    half_dozen = make_bundle((cup, 6))
    assert not in_stock(half_dozen)
    Stock.objects.filter(variant=cup).update(on_hand=6)
    assert in_stock(half_dozen)
    Stock.objects.filter(variant=cup).update(reserved=1)
    assert not in_stock(half_dozen)
    assert in_stock(cup)
    Stock.objects.filter(variant=cup).update(oversellable=True)
    assert in_stock(half_dozen)
    Warehouse.objects.update(is_active=False)
    assert not in_stock(half_dozen)


def test_the_last_unit_of_a_part_takes_the_bundle_along_and_a_delivery_brings_it_back(channel: Channel) -> None:
    pot, cup = make_variant(stock=1), make_variant(stock=9)
    tea_set = make_bundle((pot, 1), (cup, 2))
    assert in_stock(tea_set)
    Stock.objects.filter(variant=pot).update(reserved=1)
    assert not in_stock(tea_set)
    Stock.objects.filter(variant=pot).update(on_hand=2)
    assert in_stock(tea_set)
    Stock.objects.filter(variant=pot).delete()
    assert not in_stock(tea_set)


def test_a_bundle_with_a_hidden_part_is_not_sold(channel: Channel) -> None:
    pot, cup = make_variant(stock=5), make_variant(stock=5)
    tea_set = make_bundle((pot, 1), (cup, 1))
    unpublish_product(product_id=cup.product_id, channel=channel, actor=SYSTEM)
    assert (left(tea_set, channel), in_stock(tea_set)) == (0, False)
    publish_product(product_id=cup.product_id, channel=channel, actor=SYSTEM)
    assert (left(tea_set, channel), in_stock(tea_set)) == (5, True)
    remove_variant_price(variant_id=cup.id, channel=channel, actor=SYSTEM)
    assert (left(tea_set, channel), in_stock(tea_set)) == (0, False)


def test_a_part_that_is_shown_from_a_moment_on_brings_the_bundle_along(channel: Channel) -> None:
    cup = make_variant(stock=5)
    tea_set = make_bundle((cup, 1))
    tomorrow = timezone.now() + timedelta(days=1)
    publish_product(product_id=cup.product_id, channel=channel, published_at=tomorrow, actor=SYSTEM)
    assert (left(tea_set, channel), in_stock(tea_set)) == (0, False)
    with connection.cursor() as cursor:  # the moment comes: nobody writes
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE catalog_productchannellisting SET published_at = now() WHERE product_id = %s", [cup.product_id]
        )
        cursor.execute("SET LOCAL session_replication_role = origin")
    assert (left(tea_set, channel), in_stock(tea_set)) == (5, False)
    assert refresh_due_cards() == 1
    assert in_stock(tea_set)
    assert refresh_due_cards() == 0


def test_a_bundle_costs_what_its_parts_do_less_ten_percent(channel: Channel) -> None:
    pot, cup = make_variant(price=3005), make_variant(price=500)
    tea_set = make_bundle((pot, 1), (cup, 4), pricing=PricedByParts(basis_points=1000))
    assert price_of(tea_set, channel) == (4504, 5005)  # 500.5 off, rounded up
    set_variant_price(variant_id=cup.id, channel=channel, price_amount=600, actor=SYSTEM)
    assert price_of(tea_set, channel) == (4864, 5405)
    VariantChannelListing.objects.filter(variant=pot).update(price_amount=1000)  # whoever writes it
    assert price_of(tea_set, channel) == (3060, 3400)


def test_without_the_price_of_a_part_there_is_none_of_the_bundle(channel: Channel) -> None:
    pot, cup = make_variant(price=3000), make_variant(price=None)
    other = make_channel("other")
    tea_set = make_bundle((pot, 1), (cup, 4), pricing=PricedByParts())
    assert price_of(tea_set, channel) is None
    list_variant(cup, channel, price=0)
    assert price_of(tea_set, channel) == (3000, 3000)
    assert not EffectivePrice.objects.filter(variant=tea_set.id, channel=other).exists()
    remove_variant_price(variant_id=pot.id, channel=channel, actor=SYSTEM)
    assert price_of(tea_set, channel) is None


def test_an_amount_off_counts_in_its_channel_and_never_leads_below_nothing(channel: Channel) -> None:
    pot = make_variant(price=3000)
    other = make_channel("other")
    publish_product(product_id=pot.product_id, channel=other, actor=SYSTEM)
    list_variant(pot, other, price=900)
    tea_set = make_bundle((pot, 2), pricing=PricedByParts(reductions={channel: 700, other: 2000}))
    assert price_of(tea_set, channel) == (5300, 6000)
    assert EffectivePrice.objects.get(variant=tea_set.id, channel=other).amount == 0
    set_bundle(
        variant_id=tea_set.id,
        parts=[PartOfBundle(pot.id, 1)],
        pricing=PricedByParts(reductions={other: 100}),
        actor=SYSTEM,
    )
    assert price_of(tea_set, channel) == (3000, 3000)
    assert EffectivePrice.objects.get(variant=tea_set.id, channel=other).amount == 800


def test_nobody_enters_another_price_for_what_its_parts_make(channel: Channel) -> None:
    pot = make_variant(price=3000)
    tea_set = make_bundle((pot, 2), pricing=PricedByParts())
    with pytest.raises(PriceNotPossible):
        set_variant_price(variant_id=tea_set.id, channel=channel, price_amount=1, actor=SYSTEM)
    with pytest.raises(PriceNotPossible):
        remove_variant_price(variant_id=tea_set.id, channel=channel, actor=SYSTEM)
    VariantChannelListing.objects.filter(variant=tea_set).update(price_amount=1, compare_at_amount=None)
    assert price_of(tea_set, channel) == (6000, 6000)


def test_a_sum_that_no_price_can_be_is_none(channel: Channel) -> None:
    ring = make_variant(price=10**15)
    assert price_of(make_bundle((ring, 1), pricing=PricedByParts()), channel) == (10**15, 10**15)
    assert price_of(make_bundle((ring, 1_000), pricing=PricedByParts()), channel) is None


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    parts=st.lists(st.tuples(st.integers(0, 10**9), st.integers(1, 50)), min_size=1, max_size=6),
    basis_points=st.integers(0, 10_000),
    amount=st.integers(0, 10**10),
    by_share=st.booleans(),
)
def test_the_price_is_the_sum_less_the_reduction_to_the_last_unit(
    channel: Channel, parts: list[tuple[int, int]], basis_points: int, amount: int, by_share: bool
) -> None:
    pricing = PricedByParts(basis_points=basis_points) if by_share else PricedByParts(reductions={channel: amount})
    bundle = make_bundle(
        *((make_variant(price=price, stock=None), quantity) for price, quantity in parts), pricing=pricing
    )
    total = sum(price * quantity for price, quantity in parts)
    off = (total * basis_points * 2 + 10_000) // 20_000 if by_share else amount
    assert price_of(bundle, channel) == (max(0, total - off), total)


def test_what_is_a_part_is_no_bundle_and_the_other_way_round(channel: Channel) -> None:
    pot, cup, spoon = (make_variant() for _ in range(3))
    tea_set = make_bundle((pot, 1), (cup, 2))
    with pytest.raises(Rejected) as refused:
        make_bundle((spoon, 1), (tea_set, 1))
    assert [(error.code, error.path) for error in refused.value.errors] == [("LOOP", ("components", "1", "variant"))]
    empty = make_variant(stock=None)
    with pytest.raises(Rejected):
        set_bundle(variant_id=empty.id, parts=[PartOfBundle(empty.id, 1)], pricing=None, actor=SYSTEM)
    Stock.objects.filter(variant=pot).update(on_hand=0)
    with pytest.raises(BundleLoop):
        set_bundle(variant_id=pot.id, parts=[PartOfBundle(spoon.id, 1)], pricing=None, actor=SYSTEM)
    assert BundleComponent.objects.count() == 2


def test_what_is_no_bundle_is_refused_with_its_place(channel: Channel) -> None:
    cup, bundle = make_variant(), make_variant(stock=None)

    def trying(*parts: PartOfBundle, pricing: PricedByParts | None = None) -> Any:
        return set_bundle(variant_id=bundle.id, parts=parts, pricing=pricing, actor=SYSTEM)

    with pytest.raises(Required):
        trying()
    with pytest.raises(InvalidInput):
        trying(*(PartOfBundle(uuid7(), 1) for _ in range(21)))
    with pytest.raises(Rejected) as refused:
        trying(PartOfBundle(cup.id, 0), PartOfBundle(cup.id, 1_001))
    assert [error.path for error in refused.value.errors] == [
        ("components", "0", "quantity"), ("components", "1", "variant"), ("components", "1", "quantity"),
    ]  # fmt: skip
    with pytest.raises(Rejected) as refused:
        trying(PartOfBundle(uuid7(), 1))
    assert isinstance(refused.value.errors[0], VariantNotFound)
    for pricing in (
        PricedByParts(basis_points=-1),
        PricedByParts(basis_points=10_001),
        PricedByParts(basis_points=1, reductions={channel: 1}),
        PricedByParts(reductions={channel: -1}),
    ):
        with pytest.raises(InvalidInput):
            trying(PartOfBundle(cup.id, 1), pricing=pricing)
    with pytest.raises(VariantNotFound):
        set_bundle(variant_id=uuid7(), parts=[PartOfBundle(cup.id, 1)], pricing=None, actor=SYSTEM)
    with pytest.raises(Conflict):
        set_bundle(variant_id=bundle.id, parts=[PartOfBundle(cup.id, 1)], pricing=None, version=9, actor=SYSTEM)
    with pytest.raises(PermissionDenied):
        set_bundle(variant_id=bundle.id, parts=[PartOfBundle(cup.id, 1)], pricing=None, actor=ANONYMOUS)
    assert not BundleComponent.objects.exists()


def test_a_bundle_has_no_stock_of_its_own(channel: Channel) -> None:
    cup, boxed = make_variant(), make_variant(stock=1)
    with pytest.raises(VariantInUse):
        set_bundle(variant_id=boxed.id, parts=[PartOfBundle(cup.id, 1)], pricing=None, actor=SYSTEM)
    bundle, warehouse = make_bundle((cup, 1)), make_warehouse()
    reason = StockMovement.Reason.SET
    with pytest.raises(InvalidInput):
        set_on_hand(variant_id=bundle.id, warehouse_id=warehouse.id, quantity=5, reason=reason, actor=SYSTEM)
    rows = [Count(bundle.id, warehouse.id, 5), Count(cup.id, warehouse.id, 6)]
    assert set_on_hand_many(rows=rows, reason=reason, actor=SYSTEM) == []
    assert not Stock.objects.filter(variant=bundle).exists()
    assert left(bundle, channel) == 6


def test_a_part_is_not_deleted_while_a_bundle_has_it(channel: Channel) -> None:
    cup = make_variant(stock=None)
    bundle = make_bundle((cup, 1), pricing=PricedByParts(reductions={channel: 1}))
    with pytest.raises(VariantInUse):
        delete_variant(variant_id=cup.id, actor=SYSTEM)
    with pytest.raises(ProductInUse):
        delete_product(product_id=cup.product_id, actor=SYSTEM)
    delete_product(product_id=bundle.product_id, actor=SYSTEM)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert not BundleComponent.objects.exists()
    delete_variant(variant_id=cup.id, actor=SYSTEM)


def test_a_product_with_a_bundle_of_its_own_variants_can_be_deleted(channel: Channel) -> None:
    product = make_product()
    cup = make_variant(product=product, stock=None)
    bundle = make_bundle((cup, 2), product=product, pricing=PricedByParts(basis_points=500))
    assert EffectivePrice.objects.get(variant=bundle.id).amount == 1900
    delete_product(product_id=product.id, actor=SYSTEM)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert not VariantChannelListing.objects.exists()


def test_a_bundle_that_is_taken_apart_keeps_its_price_and_has_nothing(channel: Channel, outbox: Any) -> None:
    cup = make_variant(price=1000)
    bundle = make_bundle((cup, 3), pricing=PricedByParts())
    assert outbox()[-1] == "variant.updated"
    remove_bundle(variant_id=bundle.id, actor=SYSTEM)
    remove_bundle(variant_id=bundle.id, actor=SYSTEM)
    assert outbox()[-2:] == ["variant.updated", "variant.updated"]
    assert price_of(bundle, channel) == (3000, 3000)
    assert (left(bundle, channel), in_stock(bundle)) == (0, False)
    assert not BundlePricing.objects.exists()
    set_variant_price(variant_id=cup.id, channel=channel, price_amount=1, actor=SYSTEM)
    assert price_of(bundle, channel) == (3000, 3000)


def test_parts_are_read_as_the_orm_reads_them_in_one_statement(channel: Channel) -> None:
    bundles = [make_bundle((make_variant(), 2), (make_variant(), 1)) for _ in range(3)]
    plain = make_variant()
    with recorded_statements() as statements:
        found = parts_of_bundles([*(bundle.id for bundle in bundles), plain.id])
    assert len(statements) == 1
    assert found.keys() == {bundle.id for bundle in bundles}
    for bundle in bundles:
        wanted = [(str(row.component_id), row.quantity) for row in bundle.bundle_components.all()]
        assert [(row.variant_id, row.quantity) for row in found[bundle.id]] == wanted


def test_parts_that_a_shopper_may_see_are_those_of_the_orm(channel: Channel) -> None:
    other = make_channel("other")
    shown, hidden, unpriced = make_variant(price=700, compare_at=900), make_variant(), make_variant(price=None)
    late, elsewhere = make_variant(), make_variant(channel=other)
    unpublish_product(product_id=hidden.product_id, channel=channel, actor=SYSTEM)
    tomorrow = timezone.now() + timedelta(days=1)
    publish_product(product_id=late.product_id, channel=channel, published_at=tomorrow, actor=SYSTEM)
    ids = [each.id for each in (shown, hidden, unpriced, late, elsewhere)]
    for actor, where in ((ANONYMOUS, channel), (ANONYMOUS, other), (SYSTEM, channel), (SYSTEM, None)):
        with recorded_statements() as statements:
            found = variants_by_id(ids, channel=where, actor=actor)
        assert len(statements) == 1
        seen = visible_variants(channel=where, actor=actor).filter(id__in=ids)
        assert found.keys() == {variant.id for variant in seen}
    row = variants_by_id([shown.id], channel=channel, actor=ANONYMOUS)[shown.id]
    assert (row.sku, row.amount, row.undiscounted) == (shown.sku, 700, 900)


def test_quantities_of_many_bundles_are_one_statement(channel: Channel) -> None:
    bundles = [make_bundle((make_variant(stock=4), 2), (make_variant(stock=9), 3)) for _ in range(4)]
    with recorded_statements() as statements:
        assert set(available_quantity([bundle.id for bundle in bundles], channel).values()) == {2}
    assert len(statements) == 1


def test_a_rule_of_a_collection_asks_for_the_stock_of_parts(channel: Channel) -> None:
    cup = make_variant(stock=1)
    pair = make_bundle((cup, 2))
    wanted = {"kind": "in_stock", "channel": str(channel.id), "value": True}
    rule = json.dumps({"match": "all", "conditions": [wanted]})
    with connection.cursor() as cursor:
        matching = "SELECT catalog_rule_matches(%s::jsonb, product) FROM catalog_product AS product WHERE id = %s"
        cursor.execute(matching, [rule, pair.product_id])
        assert cursor.fetchone()[0] is False
        Stock.objects.filter(variant=cup).update(on_hand=2)
        cursor.execute(matching, [rule, pair.product_id])
        assert cursor.fetchone()[0] is True
