"""Promotions are edited while carts are priced: afterwards lists, filters, sorting and facets say what carts say."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from django.db import connection
from django.db.models.functions import Now

from commerce.catalog.card_models import EffectivePrice
from commerce.catalog.models import Product, ProductVariant
from commerce.catalog.services import set_variant_price
from commerce.checkout.complete import complete_checkout
from commerce.checkout.models import Checkout
from commerce.checkout.quote import quote, quotes
from commerce.core.actor import ANONYMOUS, SYSTEM
from commerce.core.transactions import retry_on_deadlock
from commerce.promotions.services import update_rule
from tests.api import Api
from tests.commerce.promotions.promoting import MERCHANT, fixed, of, percent, promote
from tests.factories import make_channel, make_checkout, make_collection, make_product, make_variant
from tests.races.crowd import crowd, hesitate
from tests.races.rules import doing
from tests.shoppers import assert_all_is_well, kept, paying, ready_checkout, total_of

pytestmark = pytest.mark.usefixtures("durable", "redis_client")

LIST = """query ($filter: ProductFilterInput, $direction: OrderDirection!) {
  products(channel: "default-channel", first: 100, filter: $filter,
           sortBy: {field: PRICE, direction: $direction}) {
    totalCount
    facets { price { gte { minorAmount } lte { minorAmount } histogram {
      gte { amount minorAmount } lte { amount minorAmount } count } } }
    nodes { slug pricing {
      priceRange { start { gross { minorAmount } } stop { gross { minorAmount } } } } } } }"""
EDITS = 6


def a_shop() -> list[ProductVariant]:
    """Eight products of two variants each."""
    made = []
    for number in range(8):
        product = make_product(f"Mug {number}")
        made += [make_variant(product=product, price=1000 + 170 * number + extra, stock=100) for extra in (0, 90)]
    return made


def in_carts(variants: list[ProductVariant]) -> dict[str, tuple[int, int]]:
    """What one unit of the cheapest and of the dearest variant of each product costs in a cart, by the product."""
    carts = {variant.id: make_checkout(variant) for variant in variants}
    found = quotes(list(Checkout.objects.select_related("channel").filter(id__in=[cart.id for cart in carts.values()])))
    paid: dict[str, list[int]] = {}
    for variant in variants:
        (line,) = found[carts[variant.id].id].lines
        paid.setdefault(variant.product.slug, []).append(line.unit.gross.amount)
    return {slug: (min(amounts), max(amounts)) for slug, amounts in paid.items()}


def listed(direction: str = "ASC", **condition: Any) -> Any:
    """A list of products as a shopper gets it."""
    return Api().send(LIST, filter=condition, direction=direction).data["products"]


def minor(money: dict[str, str]) -> int:
    """Minor units, which the API writes as text."""
    return int(money["minorAmount"])


def assert_lists_say_what_carts_say(variants: list[ProductVariant]) -> None:
    """Cards, filter by price, sorting by price and facets, product by product."""
    carts = in_carts(variants)
    cheapest = {slug: low for slug, (low, _) in carts.items()}
    up, down = listed(), listed("DESC")
    ranges = [node["pricing"]["priceRange"] for node in up["nodes"]]
    shown = {
        node["slug"]: (minor(span["start"]["gross"]), minor(span["stop"]["gross"]))
        for node, span in zip(up["nodes"], ranges, strict=True)
    }
    assert shown == carts
    assert [cheapest[node["slug"]] for node in up["nodes"]] == sorted(cheapest.values())
    assert [cheapest[node["slug"]] for node in down["nodes"]] == sorted(cheapest.values(), reverse=True)
    facet = up["facets"]["price"]
    assert minor(facet["gte"]) == min(cheapest.values())
    assert minor(facet["lte"]) == max(cheapest.values())
    assert sum(bucket["count"] for bucket in facet["histogram"]) == len(carts)
    for bucket in facet["histogram"]:
        low, high = minor(bucket["gte"]), minor(bucket["lte"])
        assert bucket["count"] == sum(low <= amount <= high for amount in cheapest.values())
        left = listed(minimalPrice={"gte": bucket["gte"]["amount"], "lte": bucket["lte"]["amount"]})
        assert left["totalCount"] == bucket["count"]
    for amount in set(cheapest.values()):
        left = listed(minimalPrice={"gte": amount / 100, "lte": amount / 100})
        assert Counter(node["slug"] for node in left["nodes"]) == Counter(
            slug for slug, own in cheapest.items() if own == amount
        )


def wait_for_the_last_switch() -> None:
    """New prices hold from one moment on, which may lie a little ahead."""
    until = time.monotonic() + 10
    while EffectivePrice.objects.filter(valid_from__gt=Now()).exists():
        assert time.monotonic() < until, "no edit takes this long to hold"
        time.sleep(0.05)


def assert_prices_are_those_of_the_rules() -> None:
    """Making all prices anew changes none of them: those that are over are not made again."""
    columns = ("variant_id", "channel_id", "amount", "undiscounted", "source")
    current = EffectivePrice.objects.filter(valid_from__lte=Now(), valid_until__gt=Now()).values_list(*columns)
    before = set(current)
    ids = list(Product.objects.values_list("id", flat=True))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pricing_make_prices(%s::uuid[])", [ids])
    assert set(current.all()) == before
    assert len(before) == ProductVariant.objects.count()


def everybody_edits_and_buys(variants: list[ProductVariant]) -> None:
    """Two promotions and prices are edited by three merchants, while others look at carts and buy."""
    channel = make_channel()
    half = make_collection("Half", products=[variant.product for variant in variants[:8:2]])
    rules = [
        promote(percent(10)).rules.get(),
        promote(fixed(100) | {"goods": of("collection", half)}).rules.get(),
    ]
    looked_at = [make_checkout(variant) for variant in variants]
    bought = [ready_checkout(variants[number]) for number in range(8)]

    def work(index: int) -> Any:
        random = Random(index)
        if index < 4:
            for _ in range(EDITS):
                share, amounts = random.randrange(1, 90) * 100, {str(channel.id): random.randrange(1, 900)}
                reward = {"amounts": amounts} if index % 2 else {"basis_points": share}
                update_rule(rule_id=rules[index % 2].id, changes={"reward": reward}, actor=MERCHANT)
            return None
        if index < 6:
            for _ in range(EDITS):
                variant, price = random.choice(variants), random.randrange(500, 3000)
                retry_on_deadlock(
                    lambda variant=variant, price=price: set_variant_price(  # type: ignore[misc]
                        variant_id=variant.id, channel=channel, price_amount=price, actor=SYSTEM
                    )
                )
            return None
        if index < 10:
            for _ in range(3):
                quotes(list(Checkout.objects.select_related("channel").filter(id__in=[c.id for c in looked_at])))
            return None
        cart = bought[index - 10]
        shown = total_of(cart)
        order = complete_checkout(checkout_id=cart.id, payment=paying(), expected_total=shown, actor=ANONYMOUS)
        return shown.amount, order.total_gross, kept(cart)

    results = crowd(work, 18)
    assert {code for result in results for code in result.codes} <= {"TOTAL_CHANGED"}
    for result in results:
        if result.value is not None:
            assert len(set(result.value)) == 1, "paid is what was shown"


def it_all_agrees(monkeypatch: pytest.MonkeyPatch) -> None:
    """Edits and purchases at once, and then whoever looks anywhere sees the same prices."""
    # Prices that are written and not yet committed are what the next merchant must wait for.
    hesitate(monkeypatch, "commerce.promotions.services.changing.emit", seconds=0.05)
    variants = a_shop()
    everybody_edits_and_buys(variants)
    wait_for_the_last_switch()
    assert_prices_are_those_of_the_rules()
    assert_lists_say_what_carts_say(variants)
    assert_all_is_well()


def test_filters_sorting_and_facets_agree_with_carts_once_the_edits_are_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    it_all_agrees(monkeypatch)


def prices_alone(_real: Callable[..., Any], product_ids: list[str]) -> None:
    """The haste of others: the price is new, and what lists are read from is made later."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL handcart.read_rows = 'later'")
        cursor.execute("SELECT pricing_make_prices(%s::uuid[])", [product_ids])


def test_where_cards_are_not_made_with_prices_lists_say_something_else(monkeypatch: pytest.MonkeyPatch) -> None:
    doing("commerce.promotions.switching._make_anew", prices_alone)(monkeypatch)
    with pytest.raises(AssertionError):
        it_all_agrees(monkeypatch)


def test_the_oracle_sees_a_card_that_was_left_behind() -> None:
    variants = a_shop()
    promote(percent(10))
    assert_lists_say_what_carts_say(variants)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE catalog_productcard SET price_low = price_low + 1 WHERE product_id = %s",
                       [str(variants[0].product_id)])  # fmt: skip
    with pytest.raises(AssertionError):
        assert_lists_say_what_carts_say(variants)
    assert quote(make_checkout(variants[0])).lines
