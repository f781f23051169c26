"""The whole story, against a shop that runs as `make up` runs it, with a partner who listens."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from standardwebhooks.webhooks import Webhook

from deploy.demo.signins import SIGN_INS
from deploy.embedded.background import remove
from tests.deploy.prepared_home import prepare_home
from tests.deploy.running_shop import RunningShop, free_port
from tests.receiver import Received, Receiver
from tests.scenarios.frontend import Admin, Frontend

pytestmark = pytest.mark.timeout(600)


POT = "windowsill-pot"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningShop]:
    """One shop with the demo catalog for all stories that do not kill parts of it."""
    with open_shop(tmp_path_factory.mktemp("shop")) as running:
        yield running


@contextmanager
def open_shop(home: Path) -> Iterator[RunningShop]:
    """A shop that has been open before; what its servers keep elsewhere is removed afterwards."""
    prepare_home(home)
    running = RunningShop(home, free_port())
    try:
        running.wait_until_ready()
        yield running
    finally:
        running.stop()
        remove(home)


def storefront(shop: RunningShop) -> Frontend:
    return Frontend(f"http://127.0.0.1:{shop.port}/graphql/")


def staff(shop: RunningShop) -> Admin:
    admin = Admin(f"http://127.0.0.1:{shop.port}/graphql/admin/")
    _, email, password = next(entry for entry in SIGN_INS if entry[0].startswith("owner"))
    admin.sign_in(email, password)
    return admin


def about(requests: list[Received], number: str) -> list[Received]:
    """The messages that say that this order was placed."""
    bodies = [(request, json.loads(request.body)) for request in requests]
    return [r for r, body in bodies if body["type"] == "order.placed" and str(body["data"]["number"]) == number]


def ready_to_pay(shop: RunningShop, variant_id: str) -> Frontend:
    front = storefront(shop)
    front.fill_cart(variant_id)
    front.say_who_and_where()
    return front


def test_a_shopper_browses_buys_and_the_partner_is_told(shop: RunningShop, receiver: Receiver) -> None:
    secret = staff(shop).register(receiver.url, "order.placed")
    listed = storefront(shop).ask(
        """{ products(first: 50, channel: "default-channel", sortBy: {field: NAME, direction: DESC}) {
          totalCount edges { node { name slug pricing { priceRange { start { gross { amount currency } } } } } } } }"""
    )["products"]
    assert listed["totalCount"] >= 50
    assert POT in [edge["node"]["slug"] for edge in listed["edges"]]
    front = ready_to_pay(shop, storefront(shop).variant(POT)["id"])
    paid = front.start_payment(outcome="approve")
    assert paid["errors"] == []
    assert paid["transactionEvent"]["type"] == "CHARGE_SUCCESS"

    placed = front.complete()
    assert placed["errors"] == []
    order = placed["order"]
    assert order["total"]["gross"] == front.cart["totalPrice"]["gross"]

    requests = receiver.wait_until(lambda found: bool(about(found, order["number"])))
    (message,) = about(requests, order["number"])
    data = Webhook(secret).verify(message.body, message.headers)
    assert data["data"]["number"] == order["number"]
    assert front.complete()["order"]["id"] == order["id"], "completing twice returns the same order"


def test_a_declined_card_leaves_the_cart_as_it_was(shop: RunningShop) -> None:
    front = ready_to_pay(shop, storefront(shop).variant(POT)["id"])
    before = front.cart
    declined = front.start_payment(outcome="decline")
    assert declined["transactionEvent"]["type"] == "CHARGE_FAILURE"
    refused = front.complete()
    assert refused["order"] is None
    assert [error["code"] for error in refused["errors"]] == ["CHECKOUT_NOT_FULLY_PAID"]

    again = front.start_payment(outcome="approve")
    assert again["errors"] == []
    placed = front.complete()
    assert placed["errors"] == []
    assert placed["order"]["total"]["gross"] == before["totalPrice"]["gross"]


def test_three_d_secure_is_a_step_between_paying_and_the_order(shop: RunningShop) -> None:
    front = ready_to_pay(shop, storefront(shop).variant(POT)["id"])
    started = front.start_payment(outcome="3ds")
    assert started["errors"] == []
    assert started["transactionEvent"]["type"].endswith("_ACTION_REQUIRED")
    assert front.complete()["order"] is None

    finished = front.finish_payment(started["transaction"]["id"], challenge="passed")
    assert finished["errors"] == []
    placed = front.complete()
    assert placed["errors"] == []
    assert placed["order"]["number"]


def test_a_failed_three_d_secure_step_is_told_and_can_be_tried_again(shop: RunningShop) -> None:
    front = ready_to_pay(shop, storefront(shop).variant(POT)["id"])
    started = front.start_payment(outcome="3ds")
    failed = front.finish_payment(started["transaction"]["id"], challenge="failed")
    assert failed["transactionEvent"]["type"] == "CHARGE_FAILURE"
    assert front.complete()["order"] is None
    assert front.start_payment(outcome="approve")["errors"] == []
    assert front.complete()["order"]["number"]


def test_the_second_buyer_of_the_last_unit_is_told_so_and_not_charged(shop: RunningShop) -> None:
    admin = staff(shop)
    variant = storefront(shop).variant("bread-board")
    leave_one(admin, variant["id"])
    first, second = ready_to_pay(shop, variant["id"]), ready_to_pay(shop, variant["id"])

    assert first.start_payment(outcome="approve")["errors"] == []
    assert first.complete()["order"]["number"]

    refused = second.start_payment(outcome="approve")
    assert [(error["code"], error["availableQuantity"]) for error in refused["errors"]] == [("INSUFFICIENT_STOCK", 0)]
    assert refused["transaction"] is None
    after = second.complete()
    assert after["order"] is None
    assert [error["code"] for error in after["errors"]] == ["CHECKOUT_NOT_FULLY_PAID"]


def leave_one(admin: Admin, variant_id: str) -> None:
    """One unit of the variant in one warehouse, none elsewhere."""
    stocks = admin.ask(
        "query Q($id: ID!) { productVariant(id: $id) { stocks { id onHand reserved warehouse { id } } } }",
        id=variant_id,
    )["productVariant"]["stocks"]
    for place, stock in enumerate(stocks):
        wanted = stock["reserved"] + (1 if place == 0 else 0)
        payload = admin.ask(
            "mutation M($variant: ID!, $warehouse: ID!, $quantity: Int!) { stockUpdate(variantId: $variant, "
            "warehouseId: $warehouse, quantity: $quantity) { errors { field message code } } }",
            variant=variant_id,
            warehouse=stock["warehouse"]["id"],
            quantity=wanted,
        )["stockUpdate"]
        assert payload["errors"] == []


def test_the_webhook_arrives_although_the_worker_and_redis_are_killed(
    tmp_path_factory: pytest.TempPathFactory, receiver: Receiver
) -> None:
    with open_shop(tmp_path_factory.mktemp("killed")) as running:
        secret = staff(running).register(receiver.url, "order.placed")
        front = ready_to_pay(running, storefront(running).variant(POT)["id"])
        assert front.start_payment(outcome="approve")["errors"] == []
        receiver.answer_with(500)
        # The relay waits between polls; what is killed here has not delivered yet, or was told 500.
        number = front.complete()["order"]["number"]
        for name, pid in running.pids().items():
            if name in ("worker", "redis"):
                os.kill(pid, signal.SIGKILL)
        requests = receiver.wait_until(lambda found: len(about(found, number)) >= 2, seconds=90)
        messages = about(requests, number)
        assert len({message.body for message in messages}) == 1, "the same body on every attempt"
        assert len({message.headers["webhook-id"] for message in messages}) == 1, "the same id on every attempt"
        Webhook(secret).verify(messages[-1].body, messages[-1].headers)
