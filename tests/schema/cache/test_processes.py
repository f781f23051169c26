"""What one web process writes, the others serve."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg2
import pytest
from redis import Redis

from commerce.accounts.tokens import issue_access_token
from commerce.core.permission import Permission
from tests.factories import make_product, make_staff, make_variant
from tests.schema.buying import card
from tests.schema.cache.web import Web, serving
from tests.schema.doing import document, gid
from tests.shoppers import ready_checkout
from tests.webhooks.partner import database_url
from tests.webhooks.processes import until

pytestmark = [pytest.mark.usefixtures("durable")]

PAGE = """{ product(slug: "mug", channel: "default-channel") {
    name variants { quantityAvailable pricing { price { gross { amount } } } } } }"""


@pytest.fixture
def webs(redis_client: Redis, durable: None) -> Iterator[list[Web]]:
    with serving(2) as both:
        yield both


@pytest.fixture
def reader(redis_client: Redis, durable: None) -> Iterator[Web]:
    with serving(1) as (one,):
        yield one


def shown(web: Web, **headers: str) -> tuple[str, float, int]:
    """Name, price and stock on the page of the mug."""
    product = web.ask(PAGE, headers=headers)[0]["product"]
    (variant,) = product["variants"]
    return product["name"], variant["pricing"]["price"]["gross"]["amount"], variant["quantityAvailable"]


def test_prices_and_stock_that_one_process_changes_are_shown_by_the_other(webs: list[Web]) -> None:
    writer, reader = webs
    variant = make_variant(product=make_product("Mug", slug="mug"), price=1000, stock=10)
    staff = make_staff(list(Permission))
    token = {"Authorization": f"Bearer {issue_access_token(staff, 'admin')}"}
    assert shown(writer) == shown(reader) == ("Mug", 10.0, 10)

    price = """mutation($id: ID!, $price: PositiveDecimal!) { productVariantChannelListingUpdate(
        id: $id, input: {channel: "default-channel", price: $price}) { errors { code } } }"""
    for amount in ("11.00", "12.00", "13.00"):
        _, headers = writer.ask(
            price, path="/graphql/admin/", headers=token, id=gid("ProductVariant", variant.id), price=amount
        )
        version = headers["x-handcart-version"]
        assert shown(reader, **{"X-Handcart-Version": version})[1] == float(amount), "at once to the one who knows"
        shown(reader)
    until(lambda: shown(reader)[1] == 13.0)

    cart = gid("Checkout", ready_checkout(variant, 3).id)
    given = card("approve")["paymentGateway"]
    writer.ask(
        document("transactionInitialize", ["id", "action", "paymentGateway"], select="errors { code }"),
        id=cart, action="CHARGE", paymentGateway=given,
    )  # fmt: skip
    placed, headers = writer.ask(document("checkoutComplete", ["id"], select="order { id } errors { code }"), id=cart)
    assert placed["checkoutComplete"]["order"]
    assert shown(reader, **{"X-Handcart-Version": headers["x-handcart-version"]})[2] == 7
    until(lambda: shown(reader)[2] == 7)


def test_a_change_that_nobody_told_of_is_shown(reader: Web) -> None:
    make_variant(product=make_product("Mug", slug="mug"), price=1000, stock=10)
    assert shown(reader)[0] == "Mug"
    by_hand = psycopg2.connect(database_url())
    by_hand.autocommit = True
    for name in ("Beaker", "Tankard", "Goblet"):
        with by_hand.cursor() as cursor:
            cursor.execute("UPDATE catalog_product SET name = %s", [name])
        until(lambda name=name: shown(reader)[0] == name)  # type: ignore[misc]
    by_hand.close()


def test_a_shop_without_cache_beside_one_with_it_does_no_harm(reader: Web) -> None:
    variant = make_variant(product=make_product("Mug", slug="mug"), price=1000, stock=10)
    staff = make_staff(list(Permission))
    token = {"Authorization": f"Bearer {issue_access_token(staff, 'admin')}"}
    assert shown(reader)[2] == 10
    rename = 'mutation($id: ID!) { productUpdate(id: $id, input: {name: "Beaker"}) { errors { code } } }'
    with serving(1, RESPONSE_CACHE="off") as (without,):
        without.ask(rename, path="/graphql/admin/", headers=token, id=gid("Product", variant.product_id))
        assert shown(without)[0] == "Beaker"
        until(lambda: shown(reader)[0] == "Beaker")
