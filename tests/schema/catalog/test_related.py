"""What a merchant picks to be shown beside a product, and what shoppers see of it."""

from __future__ import annotations

from typing import Any

import pytest

from commerce.catalog.models import Product
from commerce.catalog.relation_models import ProductRelation
from commerce.core.ids import uuid7
from commerce.core.permission import Permission
from commerce.events.models import Event
from schema.catalog import admin as catalog_admin
from schema.catalog import relating
from schema.context import Audience
from schema.ids import to_global_id
from tests.conftest import QueryBudget
from tests.factories import make_category, make_collection, make_product, make_variant, staff_actor
from tests.schema.catalog.conftest import assembled
from tests.schema.shop import Asker

LIST = """
query ($first: Int) {
  products(first: $first, channel: "default-channel") { nodes { slug
    relatedProducts(first: 3) { slug pricing { priceRange { start { gross { amount } } } } relatedProducts { slug } }
  } }
}
"""
ONE = """
query ($kind: ProductRelationKind! = RELATED, $first: Int) {
  product(slug: "mug", channel: "default-channel") { relatedProducts(kind: $kind, first: $first) { slug } }
}
"""


@pytest.fixture
def clerk(db: None) -> Asker:
    """A staff user who may change the catalog."""
    schema = assembled(Audience.ADMIN, [catalog_admin], [relating])
    return Asker(schema, Audience.ADMIN, staff_actor(Permission.MANAGE_PRODUCTS))


def gid(product: Product) -> str:
    return to_global_id("Product", product.id)


def shown(shopper: Asker, kind: str = "RELATED", first: int | None = None) -> list[str]:
    answer = shopper(ONE, kind=kind, first=first).data["product"]["relatedProducts"]
    return [row["slug"] for row in answer]


def do(clerk: Asker, name: str, **arguments: Any) -> Any:
    """The payload of one of the mutations of relations."""
    types = {"id": "ID!", "kind": "ProductRelationKind!", "related": "[ID!]!", "relatedId": "ID!", "position": "Int!"}
    declared = ", ".join(f"${key}: {types[key]}" for key in arguments)
    given = ", ".join(f"{key}: ${key}" for key in arguments)
    document = f"mutation ({declared}) {{ {name}({given}) {{ product {{ slug }} errors {{ code path }} }} }}"
    return clerk(document, **arguments).data[name]


def test_a_merchant_picks_adds_moves_and_removes(clerk: Asker, shopper: Asker) -> None:
    mug = make_product(slug="mug")
    saucer, spoon, tray = (make_product(slug=slug) for slug in ("saucer", "spoon", "tray"))
    beside = {"id": gid(mug), "kind": "ACCESSORY"}

    do(clerk, "productRelationsSet", **beside, related=[gid(saucer), gid(spoon), gid(saucer)])
    assert shown(shopper, "ACCESSORY") == ["saucer", "spoon"]
    do(clerk, "productRelationsAdd", **beside, related=[gid(tray), gid(saucer)])
    assert shown(shopper, "ACCESSORY") == ["saucer", "spoon", "tray"]
    do(clerk, "productRelationMove", **beside, relatedId=gid(tray), position=0)
    assert shown(shopper, "ACCESSORY") == ["tray", "saucer", "spoon"]
    do(clerk, "productRelationMove", **beside, relatedId=gid(tray), position=99)
    assert shown(shopper, "ACCESSORY", first=2) == ["saucer", "spoon"]
    do(clerk, "productRelationsRemove", **beside, related=[gid(spoon), gid(mug)])
    assert shown(shopper, "ACCESSORY") == ["saucer", "tray"]
    do(clerk, "productRelationsSet", **beside, related=[])
    assert shown(shopper, "ACCESSORY") == shown(shopper, "UPSELL") == []

    told = Event.objects.filter(type="product.updated", aggregate_id=mug.id)
    assert told.count() == 6
    mug.refresh_from_db()
    assert mug.version == 7


def test_what_is_picked_comes_before_what_a_rule_finds(shopper: Asker) -> None:
    cups = make_category("cups")
    mug, cup = make_product(slug="mug", category=cups), make_product(slug="cup", category=cups)
    tray, jug = make_product(slug="tray"), make_product(slug="jug", category=cups)
    hidden = make_product(slug="hidden", category=cups, is_published=False)
    for place, other in enumerate((tray, cup, hidden)):
        ProductRelation.objects.create(product=mug, related=other, sort_order=place)

    assert shown(shopper) == ["tray", "cup", jug.slug]
    assert shown(shopper, "CROSS_SELL") == []


@pytest.mark.parametrize(
    ("name", "given", "problem"),
    [
        ("productRelationsSet", {"related": ["self"]}, ("INVALID", ["related", "0"])),
        ("productRelationsAdd", {"related": ["cup", "nobody"]}, ("NOT_FOUND", ["related", "1"])),
        ("productRelationsAdd", {"related": ["many"]}, ("INVALID", ["related"])),
        ("productRelationsRemove", {"related": ["category"]}, ("GRAPHQL_ERROR", ["related", "0"])),
        ("productRelationMove", {"relatedId": "cup", "position": 0}, ("NOT_FOUND", ["relatedId"])),
        ("productRelationMove", {"relatedId": "cup", "position": -1}, ("INVALID", ["position"])),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    clerk: Asker, name: str, given: dict[str, Any], problem: tuple[str, list[str]]
) -> None:
    mug, cup = make_product(), make_product()
    names = {
        "self": [gid(mug)],
        "cup": [gid(cup)],
        "nobody": [to_global_id("Product", uuid7())],
        "category": [to_global_id("Category", uuid7())],
        "many": [to_global_id("Product", uuid7()) for _ in range(101)],
    }
    ids = {
        key: [each for word in value for each in names[word]] if isinstance(value, list)
        else names[value][0] if isinstance(value, str) else value
        for key, value in given.items()
    }  # fmt: skip

    payload = do(clerk, name, id=gid(mug), kind="UPSELL", **ids)

    assert [(error["code"], error["path"]) for error in payload["errors"]] == [problem]
    assert not ProductRelation.objects.exists()
    assert not Event.objects.exists()
    mug.refresh_from_db()
    assert mug.version == 1


def test_a_product_that_is_gone_and_too_large_a_page_are_refused(clerk: Asker, shopper: Asker) -> None:
    payload = do(clerk, "productRelationsSet", id=to_global_id("Product", uuid7()), kind="RELATED", related=[])
    assert [(error["code"], error["path"]) for error in payload["errors"]] == [("NOT_FOUND", ["id"])]
    make_product(slug="mug")
    for first in (-1, 51):
        refused = shopper(ONE, first=first)
        assert (refused.codes, refused.places) == (["INVALID"], ["first"])


def test_every_level_is_one_statement_however_many_products(shopper: Asker, query_budget: QueryBudget) -> None:
    cups = make_category("cups")
    make_collection(products=[make_variant(product=make_product(category=cups)).product for _ in range(12)])
    for number in (1, 12):
        with query_budget("related products"):
            answer = shopper._execute(LIST, {"first": number})
        assert answer.data is not None
        rows = answer.data["products"]["nodes"]
        assert len(rows) == number
        assert all(len(row["relatedProducts"]) == 3 for row in rows)
        assert all(len(each["relatedProducts"]) == 11 for row in rows for each in row["relatedProducts"])
