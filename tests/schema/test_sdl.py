"""The committed SDL is the schema, and speaks the shopper's dialect."""

from __future__ import annotations

import pytest
from graphql import GraphQLSchema

from schema import storefront
from schema.sdl import files as sdl


@pytest.mark.parametrize("name", ["storefront.graphql", "admin.graphql"])
def test_the_committed_sdl_is_fresh(name: str) -> None:
    path = sdl.FOLDER / name
    assert path.read_text() == sdl.files()[path], "run `make schema` and name a breaking change in CHANGELOG.md"


def test_no_field_for_staff_is_in_the_storefront() -> None:
    graphql: GraphQLSchema = storefront.schema._schema
    hidden = {"privateMetadata", "costPrice", "stocks", "channelListings", "privateMeta", "isStaff", "tokenEpoch"}
    shown = {
        f"{name}.{field}"
        for name, kind in graphql.type_map.items()
        if hasattr(kind, "fields") and not name.startswith("__")
        for field in kind.fields
    }
    assert not {field for field in shown if field.partition(".")[2] in hidden}


def test_every_field_and_argument_type_is_described() -> None:
    for schema in (storefront.schema, __import__("schema.admin", fromlist=["schema"]).schema):
        graphql: GraphQLSchema = schema._schema
        silent = [
            f"{name}.{field}"
            for name, kind in graphql.type_map.items()
            if hasattr(kind, "fields") and not name.startswith("__")
            for field, definition in kind.fields.items()
            if not definition.description
        ]
        assert silent == []
