"""What a visitor has looked at before, as far as it is still there."""

from __future__ import annotations

from commerce.core.ids import uuid7
from schema.ids import to_global_id
from tests.api import Api
from tests.conftest import QueryBudget
from tests.factories import make_channel, make_product, make_variant
from tests.schema.shop import Asker

DOCUMENT = """
query ($ids: [ID!]!, $channel: String) {
  recentlyViewed(ids: $ids, channel: $channel) { slug pricing { priceRange { start { gross { amount } } } } }
}
"""


def seen(shopper: Asker, *ids: str, channel: str | None = "default-channel") -> list[str]:
    return [row["slug"] for row in shopper(DOCUMENT, ids=list(ids), channel=channel).data["recentlyViewed"]]


def test_products_come_in_the_order_of_the_ids_and_each_once(shopper: Asker) -> None:
    keys = [to_global_id("Product", make_product(slug=slug).id) for slug in ("first", "second", "third")]

    assert seen(shopper, keys[2], keys[0], keys[2], keys[1]) == ["third", "first", "second"]
    assert seen(shopper) == []


def test_what_is_hidden_gone_or_elsewhere_is_left_out(shopper: Asker) -> None:
    shown = make_product(slug="shown", visible_in_listings=False)
    hidden = make_product(is_published=False)
    elsewhere = make_product(channel=make_channel("elsewhere"))
    keys = [to_global_id("Product", key) for key in (hidden.id, uuid7(), shown.id, elsewhere.id)]

    assert seen(shopper, *keys) == ["shown"]


def test_prices_are_those_of_the_channel(shopper: Asker) -> None:
    mug = make_variant(price=1250).product

    (row,) = shopper(DOCUMENT, ids=[to_global_id("Product", mug.id)], channel="default-channel").data["recentlyViewed"]

    assert row["pricing"]["priceRange"]["start"]["gross"]["amount"] == 12.5


def test_other_ids_too_many_of_them_and_no_channel_are_refused(shopper: Asker) -> None:
    make_channel()
    product = to_global_id("Product", uuid7())

    wrong = shopper(DOCUMENT, ids=[product, to_global_id("Category", uuid7())], channel="default-channel")
    assert (wrong.codes, wrong.places) == (["GRAPHQL_ERROR"], ["ids.1"])
    many = shopper(DOCUMENT, ids=[product] * 51, channel="default-channel")
    assert (many.codes, many.places) == (["INVALID"], ["ids"])
    assert shopper(DOCUMENT, ids=[product], channel=None).codes == ["MISSING_CHANNEL_SLUG"]


def test_fifty_products_take_as_many_statements_as_one(shopper: Asker, query_budget: QueryBudget) -> None:
    keys = [to_global_id("Product", make_variant().product_id) for _ in range(50)]

    for number in (1, 50):
        with query_budget("recentlyViewed"):
            found = shopper._execute(DOCUMENT, {"ids": keys[:number], "channel": "default-channel"})
        assert found.data is not None
        assert len(found.data["recentlyViewed"]) == number


def test_every_id_counts_in_the_cost_of_the_operation(db: None) -> None:
    make_channel()
    key = to_global_id("Product", uuid7())

    def cost(document: str, **variables: object) -> int:
        requested: int = Api().send(document, **variables).body["extensions"]["cost"]["requested"]
        return requested

    assert cost(DOCUMENT, ids=[key] * 50, channel="default-channel") == 50 * 5
    assert cost(f'{{ recentlyViewed(ids: ["{key}", "{key}"], channel: "default-channel") {{ slug }} }}') == 2
