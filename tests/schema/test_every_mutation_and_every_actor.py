"""Generated from the admin schema: whoever lacks the permission is refused, and nothing in the database moves."""

from __future__ import annotations

import pytest
from django.db import transaction
from graphql import GraphQLField, GraphQLInputObjectType, GraphQLObjectType, get_named_type

from commerce.accounts.models import App
from commerce.accounts.tokens import app_token_hash, issue_access_token, new_app_token
from commerce.core.permission import Permission
from schema import admin, storefront
from schema.fields import Access
from schema.ids import to_global_id
from tests.api import Api
from tests.factories import make_channel, make_customer, make_staff
from tests.fingerprint import fingerprint
from tests.schema.arguments import operation

REFUSALS = {"PERMISSION_DENIED", "UNAUTHENTICATED"}
NOBODYS_ID = "01890000-0000-7000-8000-000000000000"


def mutations(schema: object) -> dict[str, GraphQLField]:
    """Name to GraphQL field."""
    kind: GraphQLObjectType = schema._schema.mutation_type  # type: ignore[attr-defined]
    return dict(kind.fields)


def allowed(schema: object, name: str) -> Access | Permission:
    """What the field says of who may use it."""
    definitions = schema.mutation.__strawberry_definition__.fields  # type: ignore[attr-defined]
    field = next(f for f in definitions if schema.config.name_converter.from_field(f) == name)  # type: ignore[attr-defined]
    value: Access | Permission = field.metadata["allow"]
    return value


ADMIN = sorted(mutations(admin.schema))
GUARDED = [name for name in ADMIN if isinstance(allowed(admin.schema, name), Permission)]


def takes_ids(field: GraphQLField) -> bool:
    """Whether an argument of the mutation, or a field of its input, is an id."""
    kinds = [get_named_type(argument.type) for argument in field.args.values()]
    kinds += [
        get_named_type(f.type)
        for kind in kinds
        if isinstance(kind, GraphQLInputObjectType)
        for f in kind.fields.values()
    ]
    return any(kind.name == "ID" for kind in kinds)


# Ids below a list that are optional: a rate without a class is one for everything else (tests/schema/taxes).
NO_ID_NEEDED = {"taxRatesUpdate"}
TAKING_IDS = [
    (path, name)
    for path, schema in (("/graphql/", storefront.schema), ("/graphql/admin/", admin.schema))
    for name, field in sorted(mutations(schema).items())
    if takes_ids(field) and name not in NO_ID_NEEDED
]


def token_of(caller: str, needed: Permission) -> str | None:
    """A bearer token for the admin schema, of a caller who lacks the permission that is needed."""
    others = [permission for permission in Permission if permission is not needed]
    if caller == "anonymous":
        return None
    if caller == "customer":
        return issue_access_token(make_customer(), "admin")
    if caller == "staff without it":
        return issue_access_token(make_staff(others), "admin")
    if caller == "staff of no channel":
        return issue_access_token(make_staff([needed], channels=[]), "admin")
    token = new_app_token()
    App.objects.create(
        name="ERP", token_hash=app_token_hash(token), token_last_4=token[-4:], permissions=[p.value for p in others]
    )
    return token


def test_every_mutation_says_who_may_use_it() -> None:
    for schema in (admin.schema, storefront.schema):
        for name in mutations(schema):
            assert isinstance(allowed(schema, name), Access | Permission), name


def test_only_signing_in_is_open_to_everybody_in_the_admin_schema() -> None:
    open_to_all = {name for name in ADMIN if allowed(admin.schema, name) is Access.ANYONE}
    assert open_to_all == {"tokenCreate", "tokenRefresh"}


@pytest.mark.django_db
def test_a_row_that_moves_is_noticed_and_one_that_is_put_back_is_not() -> None:
    channel = make_channel()
    before = fingerprint()
    with transaction.atomic():
        channel.delete()
        assert fingerprint() != before
        transaction.set_rollback(True)
    assert fingerprint() == before


@pytest.mark.django_db
@pytest.mark.parametrize(
    "caller", ["anonymous", "customer", "staff without it", "staff of no channel", "app without it"]
)
@pytest.mark.parametrize("name", GUARDED)
def test_whoever_lacks_the_permission_is_refused_and_nothing_moves(name: str, caller: str) -> None:
    make_channel()
    needed = allowed(admin.schema, name)
    assert isinstance(needed, Permission)
    document = operation(name, mutations(admin.schema)[name], lambda argument: "x")
    token = token_of(caller, needed)
    before = fingerprint()
    answer = Api("/graphql/admin/", token).send(document)
    if caller == "customer":
        assert answer.status == 401
    else:
        assert len(answer.codes) == 1, answer.body
        assert set(answer.codes) <= REFUSALS, answer.body
    assert fingerprint() == before


@pytest.mark.django_db
@pytest.mark.parametrize("name", GUARDED)
def test_staff_with_the_permission_are_let_in(name: str) -> None:
    make_channel()
    needed = allowed(admin.schema, name)
    assert isinstance(needed, Permission)
    document = operation(name, mutations(admin.schema)[name], lambda argument: "x")
    answer = Api("/graphql/admin/", issue_access_token(make_staff([needed]), "admin")).send(document)
    assert not set(answer.codes) & REFUSALS, answer.body


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "name"), TAKING_IDS)
@pytest.mark.parametrize("given", ["another type's id", "an unknown id", "no id at all"])
def test_an_id_that_does_not_fit_changes_nothing_and_breaks_nothing(path: str, name: str, given: str) -> None:
    make_channel()
    schema = storefront.schema if path == "/graphql/" else admin.schema
    token = issue_access_token(make_staff(list(Permission)), "storefront" if path == "/graphql/" else "admin")

    def ids(argument: str) -> str:
        if given == "no id at all":
            return "'; DROP TABLE orders_order; --"
        return to_global_id("Spaceship" if given == "another type's id" else _type_of(name, argument), NOBODYS_ID)

    field = mutations(schema)[name]
    document = operation(name, field, ids, everything=given == "another type's id")
    before = fingerprint()
    answer = Api(path, token).send(document)
    assert "INTERNAL_ERROR" not in answer.codes, answer.body
    after = fingerprint()
    changed = {table for table in before | after if before.get(table) != after.get(table)}
    assert changed <= {"idempotency_idempotencykey"}, answer.body


def _type_of(mutation: str, argument: str) -> str:
    """The type that an id argument most likely wants, by the noun that the mutation begins with."""
    if argument in ("variantId", "variant"):
        return "ProductVariant"
    for noun in (
        "CheckoutLine",
        "Checkout",
        "ProductVariant",
        "ProductType",
        "ProductMedia",
        "Product",
        "AttributeValue",
        "Attribute",
        "Category",
        "Collection",
        "Order",
        "CustomerGroup",
        "PriceList",
        "PageType",
        "Page",
        "MenuItem",
        "Menu",
        "ShippingZone",
        "ShippingMethod",
        "WebhookEndpoint",
        "WebhookDelivery",
    ):
        if mutation.lower().startswith(noun.lower()):
            return noun
    return "Checkout"
