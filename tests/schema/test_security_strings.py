"""Generated from the schemas: no text in any argument of any field makes the shop stumble."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    Undefined,
    get_named_type,
)

from commerce.accounts.models import User
from commerce.accounts.tokens import issue_access_token
from commerce.core.permission import Permission
from schema import admin, storefront
from tests.api import Api
from tests.content import make_item, make_page
from tests.factories import (
    make_attribute,
    make_category,
    make_channel,
    make_collection,
    make_customer,
    make_staff,
    make_variant,
)
from tests.made_once import made_once
from tests.schema.buying import ready
from tests.schema.doing import Shopper, gid

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_client")]

HOSTILE = {
    "a character that PostgreSQL refuses": "a\x00b",
    "SQL, patterns, other scripts": "'; DROP TABLE orders_order; -- %_\\ \u202e\u0663 {{7*7}} <script>",
    "far too much": "x" * 90_000,
}
TEXTS = {"String", "JSON", "JSONString"}
PLAIN = {"Int": 1, "Float": 1.5, "Boolean": True, "DateTime": "2026-01-01T00:00:00Z", "PositiveInt": 1}
DEEPEST = 4

SCHEMAS = {"/graphql/": storefront.schema, "/graphql/admin/": admin.schema}


def root_fields() -> Iterator[tuple[str, str, str]]:
    """(path, kind, name) of every root field that takes text somewhere."""
    for path, schema in SCHEMAS.items():
        for kind, root in (("query", schema._schema.query_type), ("mutation", schema._schema.mutation_type)):
            assert isinstance(root, GraphQLObjectType)
            for name, field in root.fields.items():
                if any(text_places(field)):
                    yield path, kind, name


def text_places(field: GraphQLField) -> Iterator[tuple[str, ...]]:
    """The ways to each text in the arguments of a field."""
    for name, argument in field.args.items():
        yield from _texts_of(argument.type, (name,))


def _texts_of(kind: GraphQLInputType, way: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    named = get_named_type(kind)
    if named.name in TEXTS or named.name == "ID":
        yield way
    elif isinstance(named, GraphQLInputObjectType) and len(way) < DEEPEST:
        for name, field in named.fields.items():
            yield from _texts_of(field.type, (*way, name))


class World:
    """A shop with one of everything, and its ids by type."""

    def __init__(self) -> None:
        channel = make_channel()
        variant = make_variant()
        shopper = Shopper()
        (line,) = shopper.open_cart(variant)["lines"]
        placed = ready().do("checkoutComplete", payment={"id": "dummy"})["order"]
        page, item = make_page(), make_item("Help")
        colour = make_attribute("colour", "Red")
        variant.product.product_type.attribute_links.create(attribute=colour, scope="product")
        self.ids: dict[str, str] = {
            "Checkout": shopper.cart,
            "CheckoutLine": line["id"],
            "ProductVariant": gid("ProductVariant", variant.id),
            "Product": gid("Product", variant.product_id),
            "ProductType": gid("ProductType", variant.product.product_type_id),
            "Attribute": gid("Attribute", colour.id),
            "AttributeValue": gid("AttributeValue", colour.values.get().id),
            "ProductMedia": gid("ProductMedia", variant.product.media.create(file="products/mug.png").id),
            "Category": gid("Category", make_category().id),
            "Collection": gid("Collection", make_collection().id),
            "Channel": gid("Channel", channel.id),
            "Order": placed["id"],
            "OrderLine": placed["lines"][0]["id"],
            "User": gid("User", make_customer().id),
            "Page": gid("Page", page.id),
            "PageType": gid("PageType", page.page_type_id),
            "Menu": gid("Menu", item.menu_id),
            "MenuItem": gid("MenuItem", item.id),
            "Warehouse": gid("Warehouse", variant.stocks.get().warehouse_id),
        }

    def id_for(self, field: str, argument: str) -> str:
        """The id that an argument most likely wants, by its name, or by the noun that the field begins with."""
        nouns = sorted(self.ids, key=len, reverse=True)
        for text in (argument, field):
            for noun in nouns:
                if text.lower().startswith(noun.lower()):
                    return self.ids[noun]
        return self.ids["ProductVariant" if argument.startswith("variant") else "Checkout"]


def value(
    kind: GraphQLInputType, field: str, way: tuple[str, ...], target: tuple[str, ...], text: str, world: World
) -> Any:
    """What to send at `way`: what is required, and the way to `target`, where `text` is."""
    if isinstance(kind, GraphQLNonNull):
        return value(kind.of_type, field, way, target, text, world)
    if isinstance(kind, GraphQLList):
        return [value(kind.of_type, field, way, target, text, world)]
    if way == target:
        return text
    if isinstance(kind, GraphQLInputObjectType):
        return {
            name: value(each.type, field, (*way, name), target, text, world)
            for name, each in kind.fields.items()
            if target[: len(way) + 1] == (*way, name)
            or (isinstance(each.type, GraphQLNonNull) and each.default_value is Undefined)
        }
    if isinstance(kind, GraphQLEnumType):
        return next(iter(kind.values))
    name = get_named_type(kind).name
    if name == "ID":
        return world.id_for(field, way[-1])
    if name == "String":
        return {"channel": "default-channel", "email": "ada@example.com"}.get(way[-1], "x")
    return PLAIN.get(name, "1")


def document(kind: str, name: str, field: GraphQLField, given: dict[str, Any]) -> str:
    """The operation that asks one root field with the given variables."""
    returned = get_named_type(field.type)
    is_payload = isinstance(returned, GraphQLObjectType) and "errors" in returned.fields
    has_fields = hasattr(returned, "fields") or hasattr(returned, "types")
    selection = "{ errors { code path message } }" if is_payload else "{ __typename }" if has_fields else ""
    declared = ", ".join(f"${each}: {field.args[each].type}" for each in given)
    passed = ", ".join(f"{each}: ${each}" for each in given)
    return f"{kind}({declared}) {{ {name}({passed}) {selection} }}"


@pytest.mark.parametrize(("path", "kind", "name"), list(root_fields()))
def test_hostile_text_anywhere_is_an_answer_and_no_fault(path: str, kind: str, name: str) -> None:
    schema = SCHEMAS[path]._schema
    root = schema.query_type if kind == "query" else schema.mutation_type
    assert root is not None
    field, world = root.fields[name], made_once(World)
    staff = make_staff(list(Permission))
    api = Api(path, issue_access_token(staff, "admin") if "admin" in path else None)
    faults = []
    for target in text_places(field):
        for what, text in HOSTILE.items():
            given = {
                each: value(argument.type, name, (each,), target, text, world)
                for each, argument in field.args.items()
                if target[0] == each
                or (isinstance(argument.type, GraphQLNonNull) and argument.default_value is Undefined)
                or (each in ("id", "channel") and target[0] != each)
            }
            answer = api.send(document(kind, name, field, given), **given)
            assert "BAD_REQUEST" not in answer.codes, (target, what, answer.body)
            if answer.status not in (200, 400) or "INTERNAL_ERROR" in answer.codes:
                faults.append((target, what))
    assert faults == []
    assert User.objects.filter(id=staff.id).exists()
