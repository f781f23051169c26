"""A merchant puts variants together, and what shoppers see of it."""

from __future__ import annotations

from typing import Any

import pytest

from commerce.catalog.models import BundleComponent, ProductVariant
from commerce.catalog.services import unpublish_product
from commerce.core.actor import SYSTEM
from commerce.core.ids import uuid7
from commerce.core.permission import Permission
from commerce.events.models import Event
from commerce.inventory.models import Stock
from schema.catalog import admin as catalog_admin
from schema.catalog import bundle_mutations
from schema.context import Audience
from schema.ids import to_global_id
from tests.commerce.catalog.test_bundles import make_bundle
from tests.conftest import QueryBudget
from tests.factories import make_channel, make_product, make_variant, staff_actor
from tests.gift_cards import make_card_for_sale
from tests.schema.catalog.conftest import assembled
from tests.schema.shop import Asker

SET = """
mutation ($id: ID!, $components: [BundleComponentInput!]!, $pricing: BundlePartsPricingInput, $version: Int) {
  variantBundleSet(id: $id, components: $components, pricing: $pricing, version: $version) {
    productVariant { version bundle { components { quantity variant { sku } }
      pricing { basisPoints amounts { channel { slug } amount { amount currency } } } }
      channelListings { price { amount } compareAtPrice { amount } } }
    errors { code path }
  }
}
"""
REMOVE = """
mutation ($id: ID!) {
  variantBundleRemove(id: $id) { productVariant { bundle { components { quantity } } } errors { code path } }
}
"""
SHOWN = """
{ product(slug: "set", channel: "default-channel") { isAvailable variants {
  quantityAvailable pricing { onSale price { net { amount } } priceUndiscounted { net { amount } } }
  bundle { components { quantity variant { sku quantityAvailable product { slug }
    pricing { price { net { amount } } } } } }
} } }
"""
LIST = """
query ($first: Int) {
  products(first: $first, channel: "default-channel") { nodes { isAvailable variants { quantityAvailable
    pricing { price { gross { amount } } }
    bundle { components { quantity variant { sku pricing { price { gross { amount } } } product { slug } } } }
  } } }
}
"""


@pytest.fixture
def clerk(db: None) -> Asker:
    """A staff user who may change the catalog."""
    schema = assembled(Audience.ADMIN, [catalog_admin], [bundle_mutations])
    return Asker(schema, Audience.ADMIN, staff_actor(Permission.MANAGE_PRODUCTS))


def gid(variant: ProductVariant) -> str:
    return to_global_id("ProductVariant", variant.id)


def empty(**fields: Any) -> ProductVariant:
    """A variant that nobody has any of, and that costs nothing yet."""
    return make_variant(product=make_product(slug="set"), price=None, stock=None, **fields)


def test_a_merchant_makes_a_bundle_that_shoppers_see_with_its_parts(clerk: Asker, shopper: Asker) -> None:
    bundle, pot, cup = empty(), make_variant(sku="POT", price=3000), make_variant(sku="CUP", price=500, stock=9)
    components = [{"variant": gid(cup), "quantity": 4}, {"variant": gid(pot)}]

    payload = clerk(SET, id=gid(bundle), components=components, pricing={"basisPoints": 1000}).data["variantBundleSet"]

    assert payload["errors"] == []
    shown = [{"quantity": 4, "variant": {"sku": "CUP"}}, {"quantity": 1, "variant": {"sku": "POT"}}]
    assert payload["productVariant"] == {
        "version": 2,
        "bundle": {"components": shown, "pricing": {"basisPoints": 1000, "amounts": []}},
        "channelListings": [{"price": {"amount": 45.0}, "compareAtPrice": {"amount": 50.0}}],
    }
    assert Event.objects.filter(type="variant.updated", aggregate_id=bundle.id).count() == 1
    product = shopper(SHOWN).data["product"]
    (variant,) = product["variants"]
    assert (product["isAvailable"], variant["quantityAvailable"]) == (True, 2)
    price = {"net": {"amount": 45.0}}
    assert variant["pricing"] == {"onSale": True, "price": price, "priceUndiscounted": {"net": {"amount": 50.0}}}
    assert [(each["quantity"], each["variant"]["sku"]) for each in variant["bundle"]["components"]] == [
        (4, "CUP"), (1, "POT"),
    ]  # fmt: skip
    assert variant["bundle"]["components"][0]["variant"] == {
        "sku": "CUP", "quantityAvailable": 9, "product": {"slug": cup.product.slug},
        "pricing": {"price": {"net": {"amount": 5.0}}},
    }  # fmt: skip

    Stock.objects.filter(variant=cup).update(on_hand=3)
    product = shopper(SHOWN).data["product"]
    assert (product["isAvailable"], product["variants"][0]["quantityAvailable"]) == (False, 0)

    assert clerk(REMOVE, id=gid(bundle)).data["variantBundleRemove"] == {
        "productVariant": {"bundle": None},
        "errors": [],
    }
    assert shopper(SHOWN).data["product"]["variants"][0]["bundle"] is None


def test_amounts_are_taken_off_channel_by_channel(clerk: Asker) -> None:
    bundle, pot = empty(), make_variant(price=3000)
    make_channel("tokyo", currency_code="JPY")
    amounts = [{"channel": "default-channel", "amount": "2.50"}, {"channel": "tokyo", "amount": "100"}]
    components = [{"variant": gid(pot), "quantity": 1}]

    payload = clerk(SET, id=gid(bundle), components=components, pricing={"amounts": amounts}).data["variantBundleSet"]

    assert payload["productVariant"]["bundle"]["pricing"] == {
        "basisPoints": 0,
        "amounts": [
            {"channel": {"slug": "default-channel"}, "amount": {"amount": 2.5, "currency": "USD"}},
            {"channel": {"slug": "tokyo"}, "amount": {"amount": 100.0, "currency": "JPY"}},
        ],
    }
    assert [row["price"]["amount"] for row in payload["productVariant"]["channelListings"]] == [27.5]


def test_a_hidden_part_is_not_shown_and_nothing_can_be_had(shopper: Asker) -> None:
    cup = make_variant(sku="CUP")
    hidden = make_variant(sku="HIDDEN")
    make_bundle((cup, 1), (hidden, 1), product=make_product(slug="set"))
    unpublish_product(product_id=hidden.product_id, channel=make_channel(), actor=SYSTEM)
    product = shopper(SHOWN).data["product"]
    (variant,) = product["variants"]
    assert [each["variant"]["sku"] for each in variant["bundle"]["components"]] == ["CUP"]
    assert (product["isAvailable"], variant["quantityAvailable"]) == (False, 0)


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"components": []}, ("REQUIRED", ["components"])),
        ({"components": ["cup"] * 21}, ("INVALID", ["components"])),
        ({"components": ["cup", "cup"]}, ("INVALID", ["components", "1", "variant"])),
        ({"components": ["cup", "nobody"]}, ("NOT_FOUND", ["components", "1", "variant"])),
        ({"components": ["product"]}, ("GRAPHQL_ERROR", ["components", "0", "variant"])),
        ({"components": ["itself"]}, ("LOOP", ["components", "0", "variant"])),
        ({"components": ["set"]}, ("LOOP", ["components", "0", "variant"])),
        ({"components": ["cup"], "id": "part"}, ("LOOP", ["id"])),
        ({"components": ["part"], "id": "cup"}, ("IN_USE", ["id"])),
        ({"components": ["cup"], "id": "nobody"}, ("NOT_FOUND", ["id"])),
        ({"components": ["gift"]}, ("INVALID", ["components", "0", "variant"])),
        ({"components": ["cup"], "id": "gift"}, ("INVALID", ["id"])),
        ({"components": ["cup"], "version": 7}, ("CONFLICT", ["version"])),
        ({"components": [("cup", 0)]}, ("INVALID", ["components", "0", "quantity"])),
        ({"components": [("cup", 2**31 - 1)]}, ("INVALID", ["components", "0", "quantity"])),
        ({"components": ["cup"], "pricing": {"basisPoints": 10_001}}, ("INVALID", ["pricing", "basisPoints"])),
        (
            {"components": ["cup"], "pricing": {"amounts": [{"channel": "nowhere", "amount": "1"}]}},
            ("NOT_FOUND", ["pricing", "amounts", "0", "channel"]),
        ),
        (
            {"components": ["cup"], "pricing": {"amounts": [{"channel": "default-channel", "amount": "1.001"}]}},
            ("INVALID", ["pricing", "amounts", "0", "amount"]),
        ),
        (
            {"components": ["cup"], "pricing": {"amounts": [{"channel": "default-channel", "amount": "1"}] * 2}},
            ("INVALID", ["pricing", "amounts", "1", "channel"]),
        ),
        (
            {
                "components": ["cup"],
                "pricing": {"basisPoints": 1, "amounts": [{"channel": "default-channel", "amount": "1"}]},
            },
            ("INVALID", ["pricing", "amounts"]),
        ),
    ],
)
def test_what_is_no_bundle_is_refused_and_changes_nothing(
    clerk: Asker, given: dict[str, Any], problem: tuple[str, list[str]]
) -> None:
    cup, part = make_variant(), make_variant(stock=None)
    known, bundle = make_bundle((part, 1)), empty()
    ids = {
        "gift": gid(make_card_for_sale()), "cup": gid(cup), "part": gid(part), "set": gid(known), "itself": gid(bundle),
        "nobody": to_global_id("ProductVariant", uuid7()), "product": to_global_id("Product", cup.product_id),
    }  # fmt: skip
    named = [each if isinstance(each, tuple) else (each, 1) for each in given["components"]]
    arguments = given | {
        "id": ids[given.get("id", "itself")],
        "components": [{"variant": ids[name], "quantity": quantity} for name, quantity in named],
    }
    told = Event.objects.count()

    payload = clerk(SET, **arguments).data["variantBundleSet"]

    assert (payload["errors"][0]["code"], payload["errors"][0]["path"]) == problem
    assert BundleComponent.objects.count() == 1
    assert Event.objects.count() == told


def test_statements_do_not_grow_with_bundles_and_parts(shopper: Asker, query_budget: QueryBudget) -> None:
    def fill(count: int) -> None:
        for _ in range(count):
            make_bundle(*((make_variant(), 2) for _ in range(count)))

    fill(1)
    shopper(LIST, first=50)
    with query_budget("bundles in a list"):
        shopper(LIST, first=50)
    fill(4)
    with query_budget("bundles in a list"):
        assert sum(
            node["variants"][0]["bundle"] is not None for node in shopper(LIST, first=50).data["products"]["nodes"]
        )
