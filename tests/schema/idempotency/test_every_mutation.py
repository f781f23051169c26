"""Generated from both schemas: a key is good on every mutation, and what came twice is answered from what was kept."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import GraphQLField, GraphQLObjectType

from commerce.accounts.tokens import issue_access_token
from commerce.core.permission import Permission
from commerce.idempotency.models import IdempotencyKey
from schema import admin, storefront
from schema.ids import to_global_id
from tests.api import Answer, Api
from tests.factories import make_channel, make_customer, make_staff, make_variant
from tests.fingerprint import fingerprint
from tests.schema.arguments import operation

KEY = "01a0-a-key-that-nobody-guesses"
NOBODYS_ID = "01890000-0000-7000-8000-000000000000"
# Sessions are never kept, not even sealed, nor is anything that comes with a password. Who signs in again gets a
# session of their own; a refresh token that comes twice is how a theft is noticed; and of a password there is to be
# nothing that is quicker to try than its own slow hash. Asking gateways what the browser needs changes nothing in the
# shop, and their keys may be short-lived: it is asked again.
NEVER_KEPT = {
    "storefront": {"accountRegister", "paymentGatewayInitialize", "tokenCreate", "tokenRefresh"},
    "admin": {"tokenCreate", "tokenRefresh"},
}
SENTINEL = "what was kept is told again"


def mutations(schema: Any) -> dict[str, GraphQLField]:
    """Name to GraphQL field."""
    kind: GraphQLObjectType = schema._schema.mutation_type
    return dict(kind.fields)


SCHEMAS = {"storefront": storefront.schema, "admin": admin.schema}
ALL = [(side, name) for side, schema in SCHEMAS.items() for name in sorted(mutations(schema))]


def api(side: str) -> Api:
    """Somebody who may do everything on that side."""
    if side == "storefront":
        return Api(token=issue_access_token(make_customer(), "storefront"))
    return Api("/graphql/admin/", issue_access_token(make_staff(list(Permission)), "admin"))


def but_for_keys() -> dict[str, str]:
    """What everything looks like but the table of the keys."""
    return {table: rows for table, rows in fingerprint().items() if table != IdempotencyKey._meta.db_table}


def ids(argument: str) -> str:
    return to_global_id("Checkout", NOBODYS_ID)


def codes(answer: Answer) -> list[str]:
    """Codes of the payload's errors."""
    return [code for code, _ in answer.problems]


@pytest.mark.django_db
@pytest.mark.usefixtures("redis_client")
@pytest.mark.parametrize(("side", "name"), ALL)
def test_a_key_is_good_on_every_mutation(side: str, name: str) -> None:
    make_variant(channel=make_channel())
    who, field = api(side), mutations(SCHEMAS[side])[name]
    document = operation(name, field, ids, everything=True)
    first = who.send(document, key=KEY)
    kept = IdempotencyKey.objects.first()
    if name in NEVER_KEPT[side]:
        assert kept is None, first.body
        return
    assert "errors" not in first.body, first.body
    assert kept is not None, f"{name} keeps nothing: {first.body}"
    assert kept.status == IdempotencyKey.Status.DONE
    if "refusal" in kept.answer:  # what is told again must come from the table, not from doing it again
        for refusal in kept.answer["refusal"]:
            refusal[1] = SENTINEL
        kept.save()
        again = who.send(document, key=KEY)
        assert [error["message"] for error in again.payload["errors"]] == [SENTINEL] * len(first.payload["errors"])
        assert codes(again) == codes(first)
    else:
        before = but_for_keys()
        again = who.send(document, key=KEY)
        assert again.body["data"] == first.body["data"]
        assert but_for_keys() == before, "it was done again"
    IdempotencyKey.objects.update(input_hash="of another input")
    other = who.send(document, key=KEY)
    assert codes(other) == ["IDEMPOTENCY_KEY_REUSED"]


def test_only_secrets_are_never_kept() -> None:
    for side, names in NEVER_KEPT.items():
        assert names <= set(mutations(SCHEMAS[side])), side
