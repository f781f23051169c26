"""What the storefront's types do not even have."""

from __future__ import annotations

import pytest
from graphql import GraphQLInputObjectType, GraphQLInterfaceType, GraphQLObjectType

from tests.schema.catalog.conftest import ADMIN, STOREFRONT

SECRETS = {
    "costPrice",
    "privateMetadata",
    "stocks",
    "onHand",
    "reserved",
    "channelListings",
    "externalReference",
    "barcode",
    "visibleInStorefront",
}


def readable(schema: object) -> set[str]:
    """The names of every field that can be read."""
    types = schema._schema.type_map.values()  # type: ignore[attr-defined]
    kinds = [kind for kind in types if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType)]
    return {name for kind in kinds if not kind.name.startswith("__") for name in kind.fields}


def test_the_storefront_has_no_field_for_staff() -> None:
    assert readable(STOREFRONT) & SECRETS == set()
    assert readable(ADMIN) >= SECRETS


@pytest.mark.parametrize("name", ["Stock", "Warehouse", "ProductChannelListing", "ProductVariantChannelListing"])
def test_types_that_only_staff_reach_are_not_there(name: str) -> None:
    assert name not in STOREFRONT._schema.type_map
    assert name in ADMIN._schema.type_map


def test_every_input_and_every_field_of_the_catalog_is_described() -> None:
    described = GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType
    for kind in ADMIN._schema.type_map.values():
        if isinstance(kind, described) and not kind.name.startswith("__"):
            assert [name for name, field in kind.fields.items() if not field.description] == [], kind.name
