"""Price lists, as staff keep them and as shoppers feel them."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from commerce.accounts.models import CustomerGroup, User
from commerce.accounts.tokens import issue_access_token
from commerce.catalog.models import ProductVariant
from commerce.core.actor import SYSTEM
from commerce.core.errors import InvalidInput
from commerce.core.permission import Permission
from commerce.events.models import Event
from commerce.pricing.models import PriceList
from commerce.pricing.services import EntryChange, update_entries
from schema.ids import to_global_id
from tests.api import Api
from tests.factories import PASSWORD, make_channel, make_customer, make_product, make_staff, make_variant
from tests.statements import recorded_statements

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_client")]

CREATE = """
mutation($input: PriceListCreateInput!) { priceListCreate(input: $input) {
  priceList { id version isPublic isActive priority startsAt endsAt channel { slug } customerGroups { name } }
  errors { code path } } }
"""
UPDATE = """
mutation($id: ID!, $input: PriceListInput!, $version: Int) {
  priceListUpdate(id: $id, input: $input, version: $version) {
  priceList { name isPublic isActive version customerGroups { name } } errors { code path } } }
"""
ENTRIES = """
mutation($id: ID!, $entries: [PriceListEntryInput!]!, $version: Int) {
  priceListEntriesUpdate(id: $id, entries: $entries, version: $version) {
    priceList { version entries(first: 10) { totalCount nodes {
      minimumQuantity price { minorAmount currency } variant { sku } } } }
    errors { code path } } }
"""
PRICES = """
query($slug: String!) { product(slug: $slug, channel: "default-channel") {
  pricing { onSale priceRange { start { net { minorAmount } } stop { net { minorAmount } } } }
  variants { pricing { onSale price { net { minorAmount } } priceUndiscounted { net { minorAmount } }
    tiers { minimumQuantity price { net { minorAmount } } }
    priceLadder { kind amount { minorAmount } reason sourceId code runningTotal { minorAmount } } } } } }
"""


@pytest.fixture
def office() -> Api:
    make_channel()
    return Api("/graphql/admin/", issue_access_token(make_staff([Permission.MANAGE_PRODUCTS]), "admin"))


def create(office: Api, **fields: Any) -> dict[str, Any]:
    answer = office.send(CREATE, input={"name": "Summer", "channel": "default-channel"} | fields)
    assert answer.problems == []
    found: dict[str, Any] = answer.payload["priceList"]
    return found


def entry(variant: ProductVariant, price: object, quantity: int = 1) -> dict[str, Any]:
    return {"variant": to_global_id("ProductVariant", variant.id), "price": price, "minimumQuantity": quantity}


def prices(api: Api, slug: str = "mug") -> tuple[str, list[str]]:
    """The lowest price of the product, and those of its variants."""
    found = api.send(PRICES, slug=slug).data["product"]
    return (
        found["pricing"]["priceRange"]["start"]["net"]["minorAmount"],
        [each["pricing"]["price"]["net"]["minorAmount"] for each in found["variants"]],
    )


def test_a_list_for_everybody_is_what_shoppers_pay_from_now_on(office: Api) -> None:
    mug = make_variant(product=make_product(slug="mug"), price=1000, sku="MUG")
    made = create(office)
    assert (made["isPublic"], made["isActive"], made["customerGroups"]) == (True, True, [])
    shopper = Api()
    assert prices(shopper) == ("1000", ["1000"])
    answer = office.send(
        ENTRIES, id=made["id"], entries=[entry(mug, "7.50"), entry(mug, "7", 5)], version=made["version"]
    )
    assert answer.problems == []
    assert [
        (node["minimumQuantity"], node["price"]["minorAmount"])
        for node in answer.payload["priceList"]["entries"]["nodes"]
    ] == [
        (1, "750"),
        (5, "700"),
    ]
    assert prices(shopper) == ("750", ["750"])
    pricing = shopper.send(PRICES, slug="mug").data["product"]["variants"][0]["pricing"]
    assert pricing["onSale"] is True
    assert pricing["tiers"] == [{"minimumQuantity": 5, "price": {"net": {"minorAmount": "700"}}}]
    assert [
        (step["kind"], step["amount"]["minorAmount"], step["runningTotal"]["minorAmount"])
        for step in pricing["priceLadder"]
    ] == [
        ("LIST_PRICE", "1000", "1000"),
        ("PRICE_LIST", "-250", "750"),
        ("TAX", "0", "750"),
    ]
    assert pricing["priceLadder"][1]["sourceId"] == made["id"]
    assert pricing["priceLadder"][1]["reason"] == "Summer"
    assert [event.type for event in Event.objects.filter(aggregate_type="price_list").order_by("id")] == [
        "price_list.created",
        "price_list.updated",
    ]


def test_customers_of_a_group_see_their_price_and_nobody_else_does(office: Api) -> None:
    ada, bob = make_customer("ada@example.com"), make_customer("bob@example.com")
    group = CustomerGroup.objects.create(name="Wholesale")
    group.customers.add(ada)
    product = make_product(slug="mug")
    mug = make_variant(product=product, price=1000)
    make_variant(product=product, price=3000)
    made = create(office, customerGroups=[to_global_id("CustomerGroup", group.id)])
    assert (made["isPublic"], made["customerGroups"]) == (False, [{"name": "Wholesale"}])
    assert office.send(ENTRIES, id=made["id"], entries=[entry(mug, 6)]).problems == []
    guest = Api()
    hers = guest.as_(issue_access_token(ada, "storefront"))
    his = guest.as_(issue_access_token(bob, "storefront"))
    for _ in range(2):  # the second time from the cache, if anything was kept
        assert prices(hers) == ("600", ["600", "3000"])
        assert prices(guest) == ("1000", ["1000", "3000"])
        assert prices(his) == ("1000", ["1000", "3000"])
    group.customers.remove(ada)
    assert prices(hers) == ("1000", ["1000", "3000"])


def test_prices_are_written_all_or_none_each_with_its_place(office: Api) -> None:
    mug = make_variant(price=1000)
    made = create(office)
    wrong = [entry(mug, 5), entry(mug, 6), entry(mug, 5, 0), entry(mug, 4, 2_000_000)]
    wrong.append({"variant": to_global_id("ProductVariant", made["id"] and PriceList.objects.get().id), "price": 1})
    answer = office.send(ENTRIES, id=made["id"], entries=wrong)
    assert answer.problems == [
        ("INVALID", ["entries", "1"]),
        ("INVALID", ["entries", "2", "minimumQuantity"]),
        ("INVALID", ["entries", "3", "minimumQuantity"]),
        ("NOT_FOUND", ["entries", "4", "variant"]),
    ]
    assert answer.payload["priceList"]["entries"]["totalCount"] == 0
    assert office.send(ENTRIES, id=made["id"], entries=[entry(mug, "5.005")]).problems == [
        ("INVALID", ["entries", "0", "price"])
    ]
    many = [entry(mug, 5, quantity) for quantity in range(1, 251)]
    answer = office.send(ENTRIES, id=made["id"], entries=many)
    assert answer.payload["priceList"]["entries"]["totalCount"] == 250
    answer = office.send(ENTRIES, id=made["id"], entries=[{**each, "price": None} for each in many[1:]])
    assert [node["minimumQuantity"] for node in answer.payload["priceList"]["entries"]["nodes"]] == [1]


def test_a_thousand_prices_are_written_at_once_and_no_more(office: Api) -> None:
    mug = make_variant(price=1000)
    create(office)
    made = PriceList.objects.get()
    changes = [EntryChange(mug.id, quantity, 500) for quantity in range(1, 1002)]
    with pytest.raises(InvalidInput):
        update_entries(price_list_id=made.id, entries=changes, actor=SYSTEM)
    with recorded_statements() as statements:
        update_entries(price_list_id=made.id, entries=changes[:1000], actor=SYSTEM)
    assert made.entries.count() == 1000
    assert len(statements) <= 8, statements


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"name": "  "}, ("REQUIRED", ["input", "name"])),
        ({"name": "a\x00"}, ("INVALID", ["input", "name"])),
        ({"priority": 1001}, ("INVALID", ["input", "priority"])),
        ({"startsAt": "2026-02-01T00:00:00Z", "endsAt": "2026-02-01T00:00:00Z"}, ("INVALID", ["input", "endsAt"])),
        ({"customerGroups": [to_global_id("CustomerGroup", "01890000-0000-7000-8000-000000000000")]},
         ("NOT_FOUND", ["input", "customerGroups", "0"])),
        ({"isPublic": True, "customerGroups": ["x"]}, ("GRAPHQL_ERROR", ["input", "customerGroups", "0"])),
    ],
)  # fmt: skip
def test_what_makes_no_sense_changes_nothing(
    office: Api, given: dict[str, Any], problem: tuple[str, list[str]]
) -> None:
    made = create(office)
    answer = office.send(UPDATE, id=made["id"], input=given)
    assert answer.problems == [problem]
    assert answer.payload["priceList"]["version"] == made["version"]
    new = office.send(CREATE, input={"name": "New", "channel": "default-channel"} | given)
    assert new.problems == [problem]
    assert PriceList.objects.count() == 1


def test_whoever_was_slower_is_told_so(office: Api) -> None:
    made = create(office)
    assert office.send(UPDATE, id=made["id"], input={"name": "Winter"}, version=made["version"]).problems == []
    answer = office.send(UPDATE, id=made["id"], input={"name": "Spring"}, version=made["version"])
    assert answer.problems == [("CONFLICT", ["version"])]
    assert answer.payload["priceList"]["name"] == "Winter"


def test_staff_of_one_channel_keep_the_lists_of_that_channel(office: Api) -> None:
    here, there = make_channel(), make_channel("there")
    mine, other = create(office), create(office, channel=there.slug)
    clerk = make_staff([Permission.MANAGE_PRODUCTS], channels=[here])
    desk = Api("/graphql/admin/", issue_access_token(clerk, "admin"))
    assert [node["id"] for node in desk.send("{ priceLists { nodes { id } } }").data["priceLists"]["nodes"]] == [
        mine["id"]
    ]
    assert desk.send("query($id: ID!) { priceList(id: $id) { id } }", id=other["id"]).data == {"priceList": None}
    assert desk.send(UPDATE, id=other["id"], input={"name": "Mine"}).problems == [("NOT_FOUND", ["id"])]
    assert desk.send(ENTRIES, id=other["id"], entries=[]).problems == [("NOT_FOUND", ["id"])]
    assert desk.send(CREATE, input={"name": "x", "channel": "there"}).codes == ["PERMISSION_DENIED"]
    delete = "mutation($id: ID!) { priceListDelete(id: $id) { errors { code path } } }"
    assert desk.send(delete, id=other["id"]).problems == [("NOT_FOUND", ["id"])]
    assert desk.send(delete, id=mine["id"]).problems == []
    assert PriceList.objects.get().name == "Summer"


def test_more_lists_cost_no_more_statements(office: Api) -> None:
    counts = []
    for number in range(3):
        made = create(office, name=f"List {number}")
        office.send(ENTRIES, id=made["id"], entries=[entry(make_variant(), 5)])
        if number != 1:
            with recorded_statements() as statements:
                office.send(
                    "{ priceLists { nodes { channel { slug } customerGroups { name } "
                    "entries { nodes { price { amount } variant { sku } } } } } }"
                )
            counts.append(len(statements))
    assert counts[0] == counts[1]


def test_the_merchants_screen_writes_lists_that_partners_hear_of(client: Client) -> None:
    client.force_login(User.objects.create_superuser("boss@example.com", PASSWORD))
    mug = make_variant(price=1000)
    form = {
        "name": "Summer",
        "channel": str(make_channel().id),
        "is_active": "on",
        "is_public": "on",
        "priority": "0",
        "entries-TOTAL_FORMS": "1",
        "entries-INITIAL_FORMS": "0",
        "entries-0-variant": str(mug.id),
        "entries-0-minimum_quantity": "1",
        "entries-0-amount": "7.00",
    }
    assert client.post("/admin/pricing/pricelist/add/", form).status_code == 302
    made = PriceList.objects.get()
    assert made.entries.get().amount == 700
    assert client.get(f"/admin/pricing/pricelist/{made.id}/change/").status_code == 200
    assert client.post(f"/admin/pricing/pricelist/{made.id}/delete/", {"post": "yes"}).status_code == 302
    types = Event.objects.filter(aggregate_type="price_list").order_by("id").values_list("type", flat=True)
    assert list(types) == ["price_list.created", "price_list.deleted"]
