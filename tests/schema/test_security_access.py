"""Who gets at what: attacks on access, each with what has to come of it."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import GraphQLInputObjectType, GraphQLObjectType, GraphQLSchema, get_named_type

from commerce.accounts.models import App, User
from commerce.accounts.tokens import app_token_hash, issue_access_token, new_app_token
from commerce.checkout.models import Checkout
from commerce.core.permission import Permission
from schema import admin, storefront
from schema.context import Audience
from schema.ids import to_global_id
from tests.api import Api
from tests.factories import make_channel, make_customer, make_product, make_staff, make_variant, stock_up
from tests.schema.buying import NOBODYS, bought
from tests.schema.doing import Shopper, customer, merchant

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_client")]

STOREFRONT: GraphQLSchema = storefront.schema._schema
ADMIN: GraphQLSchema = admin.schema._schema


def fields_of(kind: Any) -> set[str]:
    """The names of the fields of a root type."""
    return set(kind.fields)


@pytest.mark.parametrize("schema", [STOREFRONT, ADMIN])
def test_nothing_that_changes_something_can_be_asked_as_a_query(schema: GraphQLSchema) -> None:
    assert fields_of(schema.query_type) & fields_of(schema.mutation_type) == set()


@pytest.mark.parametrize("path", ["/graphql/", "/graphql/admin/"])
def test_a_link_changes_nothing(path: str) -> None:
    make_channel()
    create = 'checkoutCreate(input: {channel: "default-channel"}) { checkout { id } }'
    for query, refused in ((f"mutation {{ {create} }}", (405, 400)), (f"{{ {create} }}", (400,))):
        response = Api().client.get(path, {"query": query}, headers={"Accept": "application/graphql-response+json"})
        assert response.status_code in refused
    assert Checkout.objects.count() == 0


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data"])
def test_a_foreign_page_cannot_post_a_form(content_type: str) -> None:
    make_channel()
    body = '{"query": "mutation { checkoutCreate(input: {channel: \\"default-channel\\"}) { errors { code } } }"}'
    response = Api().client.post("/graphql/", body, content_type=content_type)
    assert response.status_code in (400, 415)
    assert Checkout.objects.count() == 0


def test_no_address_of_an_address_book_can_be_named_in_a_cart() -> None:
    """Addresses come by value, so nobody can put somebody else's into their own cart to read it."""
    named = {
        f"{kind.name}.{name}"
        for kind in STOREFRONT.type_map.values()
        if isinstance(kind, GraphQLInputObjectType)
        for name in kind.fields
        if "address" in name.lower() and get_named_type(kind.fields[name].type).name == "ID"
    }
    assert named == set()
    assert "node" not in STOREFRONT.query_type.fields  # type: ignore[union-attr]
    assert "nodes" not in STOREFRONT.query_type.fields  # type: ignore[union-attr]


@pytest.mark.parametrize("name", ["checkout", "order", "product", "productVariant", "category", "collection"])
def test_an_id_of_another_type_is_refused_whatever_it_points_to(name: str) -> None:
    mug = make_variant()
    shopper = Shopper()
    shopper.open_cart(mug)
    channel = ', channel: "default-channel"' if name in ("product", "productVariant", "collection") else ""
    real = {"Checkout": shopper.cart, "ProductVariant": to_global_id("ProductVariant", mug.id)}
    for kind, wrong in (*real.items(), ("Spaceship", to_global_id("Spaceship", mug.id)), ("text", "1 OR 1=1")):
        if kind.lower() == name.lower():
            continue
        answer = Api().send(f"query($id: ID) {{ {name}(id: $id{channel}) {{ __typename }} }}", id=wrong)
        assert answer.codes == ["GRAPHQL_ERROR"], kind
        assert answer.body["data"] == {name: None}


def test_guessing_ids_tells_nothing() -> None:
    """What is missing and what is somebody else's look the same, to the byte."""
    ada = Shopper(customer(make_customer()))
    ada.open_cart(make_variant())
    theirs = bought(user=make_customer())["id"]
    asked = "query($id: ID) { %s(id: $id) { id } }"
    for name, real in (("checkout", ada.cart), ("order", theirs)):
        missing = to_global_id(name.capitalize(), NOBODYS)
        bodies = [Api().send(asked % name, id=id_).body for id_ in (real, missing)]
        assert bodies[0] == bodies[1]


def test_counts_leak_nothing_of_other_channels() -> None:
    eu = make_channel("eu", currency_code="EUR", default_country="US", countries=["US"])
    bought()
    bought(channel=eu)
    hans = merchant(Permission.MANAGE_ORDERS, channels=[eu])
    found = hans.api.send("{ orders { totalCount pageInfo { hasNextPage } } }").data["orders"]
    assert found == {"totalCount": 1, "pageInfo": {"hasNextPage": False}}
    nowhere = merchant(Permission.MANAGE_ORDERS, channels=[])
    assert nowhere.api.send("{ orders { totalCount } }").codes == ["PERMISSION_DENIED"]


HIDDEN = frozenset(
    [
        "costPrice",
        "privateMetadata",
        "onHand",
        "reserved",
        "stocks",
        "stock",
        "warehouse",
        "isStaff",
        "isSuperuser",
        "tokenEpoch",
        "password",
        "secret",
        "internalNote",
        "margin",
        "reference",
        "key",
        "leaseUntil",
        "frozen",
        "accessTokenHash",
    ]
)


def test_what_a_shopper_must_never_see_is_not_in_the_storefront_at_all() -> None:
    reachable = {
        f"{kind.name}.{name}"
        for kind in STOREFRONT.type_map.values()
        if isinstance(kind, GraphQLObjectType) and not kind.name.startswith("__")
        for name in kind.fields
    }
    assert {field for field in reachable if field.partition(".")[2] in HIDDEN} == {"MetadataItem.key"}
    assert "Order.user" not in reachable, "nobody gets from an order to the account that it belongs to"


def guarded_fields() -> list[tuple[str, str, Permission]]:
    """(type, field, permission) of every nested field of the admin schema that needs one."""
    found = []
    for name, kind in admin.schema.schema_converter.type_map.items():
        for field in getattr(kind.definition, "fields", []):
            permission = field.metadata.get("permission")
            if permission is not None:
                found.append((name, admin.schema.config.name_converter.from_field(field), permission))
    return found


def test_the_storefront_has_none_of_the_guarded_fields() -> None:
    guarded = guarded_fields()
    assert len(guarded) >= 5
    for kind, field, _ in guarded:
        shown = STOREFRONT.type_map.get(kind)
        assert shown is None or field not in shown.fields, (kind, field)  # type: ignore[attr-defined]
    assert {
        field.metadata["audience"]
        for kind in admin.schema.schema_converter.type_map.values()
        for field in getattr(kind.definition, "fields", [])
        if field.metadata.get("permission")
    } == {Audience.ADMIN}


NESTED = {
    ("User", "privateMetadata"): "{ orders { nodes { user { privateMetadata { key } } } } }",
    ("User", "isStaff"): "{ orders { nodes { user { isStaff } } } }",
    (
        "Product",
        "privateMetadata",
    ): "{ orders { nodes { lines { variant { product { privateMetadata { key } } } } } } }",
    ("ProductVariant", "stocks"): "{ orders { nodes { lines { variant { stocks { onHand } } } } } }",
}


@pytest.mark.parametrize("place", sorted(NESTED))
def test_a_guarded_field_is_denied_on_the_long_way_round_too(place: tuple[str, str]) -> None:
    needed = {(kind, field): permission for kind, field, permission in guarded_fields()}[place]
    bought(user=make_customer())
    everything_else = [permission for permission in Permission if permission is not needed]
    answer = merchant(*everything_else).api.send(NESTED[place])
    assert set(answer.codes) == {"PERMISSION_DENIED"}, answer.body
    assert merchant(*everything_else, needed).api.send(NESTED[place]).codes == []


def test_stock_numbers_are_cut_off_for_shoppers() -> None:
    mug = make_variant(stock=0)
    stock_up(mug, 4711)
    asked = 'query($id: ID) { productVariant(id: $id, channel: "default-channel") { quantityAvailable } }'
    shown = Api().send(asked, id=to_global_id("ProductVariant", mug.id)).data["productVariant"]["quantityAvailable"]
    assert shown < 4711


def test_a_staff_user_who_is_let_go_is_out_at_once() -> None:
    make_product()
    asked = "{ me { email } }"

    def token_of(**fields: Any) -> tuple[Api, User]:
        user = make_staff(list(Permission), **fields)
        return Api("/graphql/admin/", issue_access_token(user, "admin")), user

    for change in ({"is_active": False}, {"is_staff": False}, {"token_epoch": 1}):
        api, user = token_of()
        assert api.send(asked).codes == []
        User.objects.filter(id=user.id).update(**change)
        answer = api.send(asked)
        assert (answer.status, answer.codes) == (401, ["JWT_INVALID_TOKEN"]), change
    api, user = token_of()
    user.groups.clear()
    assert api.send("{ orders { totalCount } }").codes == ["PERMISSION_DENIED"], "rights are read anew each time"
    assert api.send(asked).codes == []


def test_an_app_has_what_it_was_given_and_is_out_when_it_is_switched_off() -> None:
    token = new_app_token()
    app = App.objects.create(
        name="ERP",
        token_hash=app_token_hash(token),
        token_last_4=token[-4:],
        permissions=[Permission.MANAGE_ORDERS.value],
    )
    api = Api("/graphql/admin/", token)
    assert api.send("{ orders { totalCount } }").data == {"orders": {"totalCount": 0}}
    assert api.send("{ me { email } }").data == {"me": None}
    assert api.send("{ customers { totalCount } }").codes == ["PERMISSION_DENIED"]
    assert Api(token=token).send("{ me { email } }").status == 401, "apps have no business in the storefront"
    App.objects.filter(id=app.id).update(is_active=False)
    assert api.send("{ orders { totalCount } }").status == 401


@pytest.mark.parametrize("slug", ["", "nowhere", "DEFAULT-CHANNEL", "default-channel'--", "closed", "\x00", None])
def test_a_price_of_no_channel_is_an_error_and_never_0(slug: str | None) -> None:
    make_channel("closed", is_active=False)
    mug = make_variant()
    asked = """query($id: ID, $channel: String) { productVariant(id: $id, channel: $channel) {
      pricing { price { gross { amount } } } } }"""
    answer = Api().send(asked, id=to_global_id("ProductVariant", mug.id), channel=slug)
    assert len(answer.codes) == 1
    assert answer.codes[0] in ("MISSING_CHANNEL_SLUG", "NOT_FOUND", "CHANNEL_INACTIVE")
    assert answer.body["data"] == {"productVariant": None}
