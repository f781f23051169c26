"""Collections that a rule fills: products come and go as they are written, and as time and stock go on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commerce.catalog import rule_keeping, services
from commerce.catalog.collection_rules import checked_rule
from commerce.catalog.models import (
    Collection,
    CollectionProduct,
    CollectionRule,
    CollectionRuleChange,
    Product,
    ProductVariant,
)
from commerce.catalog.rule_keeping import keep_collection_rules, tell_of_changes
from commerce.core.actor import SYSTEM
from commerce.core.errors import CommerceError, InvalidInput
from commerce.events.models import Event
from commerce.inventory.models import Stock
from tests.factories import (
    make_attribute,
    make_category,
    make_channel,
    make_collection,
    make_product,
    make_product_type,
    make_variant,
)

pytestmark = pytest.mark.django_db


def rule(*conditions: dict[str, Any], match: str = "all") -> dict[str, Any]:
    return {"match": match, "conditions": list(conditions)}


def ruled(*conditions: dict[str, Any], match: str = "all") -> Collection:
    """A collection with a rule that has been applied to what is there."""
    collection = make_collection()
    services.set_collection_rule(collection_id=collection.id, rule=rule(*conditions, match=match), actor=SYSTEM)
    keep_collection_rules()
    return collection


def names(collection: Collection) -> list[str]:
    return list(collection.product_links.order_by("sort_order", "product").values_list("product__name", flat=True))


# --- What a rule asks for ---------------------------------------------------------------------------------------


class World:
    """Some products that differ in everything that a rule can ask for."""

    def __init__(self) -> None:
        self.channel = make_channel()
        self.kitchen, self.garden = make_category("kitchen"), make_category("garden")
        self.cups = make_category("cups", parent=self.kitchen)
        clay, glass = make_attribute("material", "Clay", "Glass").values.order_by("slug")
        red = make_attribute("colour", "Red").values.get()
        self.values = [clay, glass, red]
        self.kinds = [make_product_type("mug"), make_product_type("vase")]
        places = [self.cups, self.garden, None]
        for number in range(12):
            product = make_product(
                ["Große Tasse", "Vase", "Becher 50%"][number % 3],
                category=places[number % 3],
                product_type=self.kinds[number % 2],
                attribute_values=[clay] if number % 4 == 0 else [],
                metadata={"season": "summer"} if number % 5 == 0 else {"season": None, "x": "1"},
                is_published=number % 7 != 0,
            )
            if number != 11:
                make_variant(
                    product=product,
                    price=None if number == 10 else 500 * number,
                    stock=number % 3,
                    track_inventory=number % 6 != 1,
                    attribute_values=[red] if number % 3 == 0 else [],
                )
            Product.objects.filter(id=product.id).update(created_at=timezone.now() - timedelta(days=number, hours=1))

    def holds(self, wanted: dict[str, Any], product: Product) -> bool:
        """Whether a product is what one condition asks for, said with models."""
        listing = product.channel_listings.filter(channel=self.channel).first()
        variants = product.variants.all()
        match wanted["kind"]:
            case "category":
                above = product.category.ancestors if product.category else []
                return bool({str(key) for key in above} & set(wanted["ids"]))
            case "product_type":
                return str(product.product_type_id) in wanted["ids"]
            case "attribute_value":
                values = {str(row.value_id) for row in product.attribute_values.all()}
                values |= {str(row.value_id) for variant in variants for row in variant.attribute_values.all()}
                return bool(values & set(wanted["ids"]))
            case "price":
                amount = listing.min_price_amount if listing else None
                return amount is not None and (wanted["gte"] or 0) <= amount <= (
                    amount if wanted["lte"] is None else wanted["lte"]
                )
            case "in_stock":
                sold = [variant for variant in variants if variant.channel_listings.filter(channel=self.channel)]
                stocks = Stock.objects.filter(
                    warehouse__is_active=True, warehouse__channel_links__channel=self.channel, on_hand__gt=F("reserved")
                )
                here = any(not each.track_inventory or stocks.filter(variant=each).exists() for each in sold)
                return here is wanted["value"]
            case "created_within":
                return product.created_at > timezone.now() - timedelta(days=wanted["days"])
            case "name":
                plain = product.name.lower().replace("ß", "ss")
                return wanted["contains"].lower().replace("ß", "ss") in plain
        key, value = wanted["key"], wanted["value"]
        return key in product.metadata and (value is None or product.metadata[key] == value)

    def conditions(self) -> st.SearchStrategy[dict[str, Any]]:
        """Any condition about this world."""

        def some(kind: str, rows: list[Any]) -> st.SearchStrategy[dict[str, Any]]:
            keys = st.lists(st.sampled_from([str(row.id) for row in rows]), min_size=1, max_size=3)
            return keys.map(lambda ids: {"kind": kind, "ids": ids})

        channel = str(self.channel.id)
        amounts = st.none() | st.integers(0, 6_000)
        return st.one_of(
            some("category", [self.kitchen, self.garden, self.cups]),
            some("product_type", self.kinds),
            some("attribute_value", self.values),
            st.tuples(amounts, amounts)
            .filter(lambda both: both != (None, None) and (None in both or both[0] <= both[1]))
            .map(lambda both: {"kind": "price", "channel": channel, "gte": both[0], "lte": both[1]}),
            st.booleans().map(lambda value: {"kind": "in_stock", "channel": channel, "value": value}),
            st.integers(1, 14).map(lambda days: {"kind": "created_within", "days": days}),
            st.sampled_from(["tasse", "GROSSE", "große", "50%", "%", "_", "vase"]).map(
                lambda text: {"kind": "name", "contains": text}
            ),
            st.sampled_from([("season", None), ("season", "summer"), ("x", "1"), ("x", "2"), ("y", None)]).map(
                lambda pair: {"kind": "metadata", "key": pair[0], "value": pair[1]}
            ),
        )


def test_the_database_weighs_products_as_the_models_say() -> None:
    world = World()
    products = list(Product.objects.order_by("id"))

    @settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(world.conditions(), min_size=1, max_size=3), st.sampled_from(["all", "any"]))
    def agrees(conditions: list[dict[str, Any]], match: str) -> None:
        asked = checked_rule(rule(*conditions, match=match))
        combine: Callable[..., bool] = all if match == "all" else any
        expected = [each for each in products if combine(world.holds(wanted, each) for wanted in asked["conditions"])]
        found = services.preview_collection_rule(rule=asked, number=100, actor=SYSTEM)
        assert found.total == len(expected)
        assert set(found.products) == set(expected)

    agrees()


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ([], ["rule"]),
        ({"match": "none", "conditions": [{"kind": "name", "contains": "x"}]}, ["rule", "match"]),
        ({"match": "all", "conditions": []}, ["rule", "conditions"]),
        ({"match": "all", "conditions": [{"kind": "name", "contains": "x"}] * 21}, ["rule", "conditions"]),
        ({"match": "all", "conditions": ["x"], "x": 1}, ["rule", "x"]),
        (rule({"kind": "sql"}), ["rule", "conditions", "0", "kind"]),
        (rule({"kind": "name", "contains": " "}), ["rule", "conditions", "0", "contains"]),
        (rule({"kind": "name", "contains": "a\x00"}), ["rule", "conditions", "0", "contains"]),
        (rule({"kind": "name", "contains": "a", "more": 1}), ["rule", "conditions", "0", "more"]),
        (rule({"kind": "category", "ids": []}), ["rule", "conditions", "0", "ids"]),
        (rule({"kind": "category", "ids": ["x"]}), ["rule", "conditions", "0", "ids", "0"]),
        (rule({"kind": "category", "ids": ["0" * 32]}), ["rule", "conditions", "0", "ids", "0"]),
        (rule({"kind": "product_type", "ids": ["0" * 32] * 51}), ["rule", "conditions", "0", "ids"]),
        (rule({"kind": "created_within", "days": True}), ["rule", "conditions", "0", "days"]),
        (rule({"kind": "created_within", "days": 10**30}), ["rule", "conditions", "0", "days"]),
        (rule({"kind": "price", "gte": 1.5}), ["rule", "conditions", "0", "gte"]),
        (rule({"kind": "price"}), ["rule", "conditions", "0", "gte"]),
        (rule({"kind": "price", "gte": 5, "lte": 4}), ["rule", "conditions", "0", "lte"]),
        (rule({"kind": "price", "gte": 5, "channel": "x"}), ["rule", "conditions", "0", "channel"]),
        (rule({"kind": "in_stock", "value": 1}), ["rule", "conditions", "0", "value"]),
        (rule({"kind": "metadata", "key": "", "value": "x"}), ["rule", "conditions", "0", "key"]),
    ],
)
def test_what_is_no_rule_is_refused_with_its_place(given: object, path: list[str]) -> None:
    collection = make_collection()
    with pytest.raises(CommerceError) as refused:
        services.set_collection_rule(collection_id=collection.id, rule=given, actor=SYSTEM)
    assert list(refused.value.path) == path
    assert not CollectionRule.objects.exists()
    assert not Event.objects.exists()


# --- Who comes and goes -----------------------------------------------------------------------------------------


def test_a_new_rule_takes_in_what_is_there_and_a_removed_one_leaves_what_was_picked() -> None:
    picked = make_product("Zebra")
    for name in ("Red mug", "Blue mug", "Plate"):
        make_product(name)
    collection = make_collection(products=[picked])
    services.set_collection_rule(
        collection_id=collection.id, rule=rule({"kind": "name", "contains": "mug"}), actor=SYSTEM
    )
    assert names(collection) == ["Zebra"]

    assert keep_collection_rules() == 4
    assert names(collection) == ["Zebra", "Red mug", "Blue mug"]
    assert keep_collection_rules() == 0

    services.set_collection_rule(collection_id=collection.id, rule=None, actor=SYSTEM)
    keep_collection_rules()
    assert names(collection) == ["Zebra"]
    assert not CollectionRule.objects.exists()


def test_a_product_comes_and_goes_with_the_change_that_makes_it_so() -> None:
    cups, plates = make_category("cups"), make_category("plates")
    collection = ruled({"kind": "category", "ids": [str(cups.id)]})
    kind = make_product_type()

    mug = services.create_product(product_type_id=kind.id, name="Mug", changes={"category_id": cups.id}, actor=SYSTEM)
    assert names(collection) == ["Mug"]
    services.update_product(product_id=mug.id, changes={"category_id": plates.id}, actor=SYSTEM)
    assert names(collection) == []
    Product.objects.filter(id=mug.id).update(category=cups)
    assert names(collection) == ["Mug"], "whoever writes, by whatever way"
    mug.delete()
    assert names(collection) == []


def test_prices_values_and_variants_bring_their_product() -> None:
    channel, red = make_channel(), make_attribute("colour", "Red").values.get()
    cheap = ruled({"kind": "price", "channel": str(channel.id), "gte": None, "lte": 1000})
    coloured = ruled({"kind": "attribute_value", "ids": [str(red.id)]})
    mug = make_variant(product=make_product("Mug"), price=5000, attribute_values=[red])
    assert (names(cheap), names(coloured)) == ([], ["Mug"])

    services.set_variant_price(variant_id=mug.id, channel=channel, price_amount=900, actor=SYSTEM)
    assert names(cheap) == ["Mug"]
    other = make_product("Cup")
    ProductVariant.objects.filter(id=mug.id).update(product=other)
    assert names(coloured) == ["Cup"]
    mug.attribute_values.all().delete()
    assert names(coloured) == []


def test_a_category_that_is_moved_takes_its_products_along() -> None:
    kitchen, cups = make_category("kitchen"), make_category("cups")
    make_product("Mug", category=cups)
    collection = ruled({"kind": "category", "ids": [str(kitchen.id)]})
    assert names(collection) == []

    services.move_category(category_id=cups.id, parent_id=kitchen.id, actor=SYSTEM)
    keep_collection_rules()

    assert names(collection) == ["Mug"]


def test_age_and_stock_are_looked_at_again_and_again() -> None:
    channel = make_channel()
    new = ruled({"kind": "created_within", "days": 7})
    sold_out = ruled({"kind": "in_stock", "channel": str(channel.id), "value": False})
    mug = make_variant(product=make_product("Mug"), stock=1)
    keep_collection_rules()
    assert names(new) == ["Mug"]

    with connection.cursor() as cursor:  # time goes by without anybody who writes to the product
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE catalog_product SET created_at = now() - interval '8 days'")
        cursor.execute("SET LOCAL session_replication_role = origin")
    Stock.objects.filter(variant=mug).update(on_hand=0)
    services.update_product(product_id=make_product("Other").id, changes={"name": "Else"}, actor=SYSTEM)
    assert "Mug" in names(new)
    CollectionRule.objects.update(due_at=timezone.now())
    keep_collection_rules()

    assert names(new) == ["Else"]
    assert "Mug" in names(sold_out)
    assert CollectionRule.objects.filter(is_settled=True).count() == 2
    assert CollectionRule.objects.filter(due_at__gt=timezone.now()).count() == 2
    plain = ruled({"kind": "name", "contains": "x"})
    assert CollectionRule.objects.get(collection=plain).due_at is None


def test_a_look_that_changes_nothing_writes_nothing_to_products_and_tells_nobody(
    query_count: Callable[[], Any],
) -> None:
    mug = make_product("Mug")
    ruled({"kind": "created_within", "days": 7}, {"kind": "name", "contains": "u"})
    picked = make_collection(products=[mug])
    services.set_collection_rule(
        collection_id=picked.id, rule=rule({"kind": "created_within", "days": 7}), actor=SYSTEM
    )
    keep_collection_rules()
    Event.objects.all().delete()
    CollectionRule.objects.update(due_at=timezone.now())

    with query_count() as statements:
        assert keep_collection_rules() == 2

    assert not [each for each in statements if 'FROM "catalog_product"' in each and "FOR NO KEY UPDATE" in each]
    assert not [each for each in statements if "INSERT INTO" in each or "DELETE FROM" in each]
    assert not Event.objects.exists()
    assert names(picked) == ["Mug"]


def test_what_is_picked_by_hand_stays_before_what_a_rule_finds() -> None:
    mug, cup, jug = (make_product(name) for name in ("Mug", "Cup", "Jug"))
    collection = ruled({"kind": "name", "contains": "u"})
    assert names(collection) == ["Mug", "Cup", "Jug"]

    services.add_to_collection(collection_id=collection.id, product_ids=[jug.id], actor=SYSTEM)
    assert names(collection) == ["Jug", "Mug", "Cup"]
    services.update_product(product_id=jug.id, changes={"name": "Pitcher"}, actor=SYSTEM)
    assert names(collection) == ["Pitcher", "Mug", "Cup"]
    services.remove_from_collection(collection_id=collection.id, product_ids=[jug.id, mug.id], actor=SYSTEM)
    assert names(collection) == ["Mug", "Cup"], "what the rule asks for stays"
    assert not CollectionProduct.objects.filter(product=mug, by_rule=False).exists()
    assert cup.collection_links.get().by_rule


def test_partners_are_told_of_a_collection_that_a_change_of_a_product_has_changed() -> None:
    collection = ruled({"kind": "name", "contains": "mug"})
    before = Collection.objects.get(id=collection.id).version
    Event.objects.all().delete()
    make_product("Mug")
    make_product("Plate")
    assert CollectionRuleChange.objects.count() == 1

    assert tell_of_changes() == 1
    assert tell_of_changes() == 0

    event = Event.objects.get()
    assert (event.type, event.aggregate_id, event.sequence) == ("collection.updated", collection.id, before + 1)


def test_many_products_at_once_are_left_to_the_regular_job(monkeypatch: pytest.MonkeyPatch) -> None:
    collection = ruled({"kind": "name", "contains": "mug"})
    kind = make_product_type()
    Product.objects.bulk_create(
        Product(name="Mug", sort_name="mug", slug=f"mug-{number}", product_type=kind) for number in range(501)
    )
    assert names(collection) == []

    monkeypatch.setattr(rule_keeping, "CHUNK", 200)
    assert keep_collection_rules(limit=1) == 200
    assert len(names(collection)) == 200
    assert CollectionRule.objects.get().cursor is not None
    assert keep_collection_rules() == 301
    assert len(names(collection)) == 501


def test_a_rule_that_is_changed_halfway_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("Mug", "Cup", "Mug", "Cup"):
        make_product(name)
    monkeypatch.setattr(rule_keeping, "CHUNK", 2)
    collection = make_collection()
    for text in ("mug", "cup"):
        services.set_collection_rule(
            collection_id=collection.id, rule=rule({"kind": "name", "contains": text}), actor=SYSTEM
        )
        keep_collection_rules(limit=1)
    keep_collection_rules()
    assert names(collection) == ["Cup", "Cup"]


def test_there_is_an_end_to_the_number_of_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("commerce.catalog.services.collection_rules.MOST_RULES", 1)
    first = ruled({"kind": "name", "contains": "mug"})
    services.set_collection_rule(collection_id=first.id, rule=rule({"kind": "name", "contains": "x"}), actor=SYSTEM)
    with pytest.raises(InvalidInput):
        ruled({"kind": "name", "contains": "mug"})
