"""Arguments are read as Strawberry reads them, for every field that the shop has."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from time import sleep
from types import SimpleNamespace
from typing import Any

import pytest
import strawberry
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
)
from strawberry.relay import GlobalID
from strawberry.types.arguments import convert_argument

from schema.admin import schema as admin
from schema.engine.inputs import InputReaders, input_readers
from schema.storefront import schema as storefront


@strawberry.input
class Inner:
    """Holds what Strawberry makes."""

    key: GlobalID


@strawberry.input
class Outer:
    """Holds itself."""

    inners: list[Inner] | None = None
    again: Outer | None = None


@strawberry.input
class Beside:
    """Holds nothing of the kind."""

    number: int


def fields_of(shop: strawberry.Schema) -> Iterator[tuple[str, GraphQLField, Any]]:
    for kind in shop._schema.type_map.values():
        if isinstance(kind, GraphQLObjectType):
            for name, field in kind.fields.items():
                definition = (field.extensions or {}).get("strawberry-definition")
                if definition is not None and definition.arguments:
                    yield f"{kind.name}.{name}", field, definition


def value_of(kind: GraphQLInputType, depth: int, *, fully: bool) -> Any:
    """A value as graphql-core would coerce it: with every field, or with the required ones only."""
    if isinstance(kind, GraphQLNonNull):
        return value_of(kind.of_type, depth, fully=fully)
    if isinstance(kind, GraphQLList):
        return [value_of(kind.of_type, depth, fully=fully), value_of(kind.of_type, depth, fully=fully)]
    if isinstance(kind, GraphQLInputObjectType):
        wanted = {
            name: field.type
            for name, field in kind.fields.items()
            if isinstance(field.type, GraphQLNonNull) or (fully and depth < 5)
        }
        return {name: value_of(each, depth + 1, fully=fully) for name, each in wanted.items()}
    if isinstance(kind, GraphQLEnumType):
        return next(iter(kind.values.values())).value
    return f"a {kind}"


@pytest.mark.parametrize("shop", [storefront, admin], ids=["storefront", "admin"])
def test_every_argument_of_the_shop_is_read_as_strawberry_reads_it(shop: strawberry.Schema) -> None:
    converter = shop.schema_converter
    readers, read_by_us = input_readers(converter), 0
    for where, field, definition in fields_of(shop):
        for argument in definition.arguments:
            name = converter.config.name_converter.from_argument(argument)
            read = readers.of(argument.type)
            if read is None:
                continue
            read_by_us += 1
            for given in (
                value_of(field.args[name].type, 0, fully=True),
                value_of(field.args[name].type, 0, fully=False),
                None,
            ):
                theirs = convert_argument(given, argument.type, converter.scalar_registry, converter.config, None)
                assert read(given) == theirs, f"{where}({name})"
    assert read_by_us > 150


def test_nobody_is_given_a_reader_that_is_still_being_made() -> None:
    @strawberry.type
    class Query:
        @strawberry.field
        def beside(self, given: Beside) -> int:
            return 1

    converter = strawberry.Schema(Query).schema_converter
    begun = Event()
    names = SimpleNamespace(from_field=lambda field: begun.set() or sleep(0.2) or field.python_name)
    readers = InputReaders(converter.scalar_registry, SimpleNamespace(name_converter=names))

    def quickly() -> Any:
        assert begun.wait(5)
        read = readers.of(Beside)
        assert read is not None
        return read({"number": 3})

    with ThreadPoolExecutor(2) as pool:
        second = pool.submit(quickly)
        pool.submit(readers.of, Beside).result()
        assert second.result() == Beside(number=3)


def test_what_makes_its_own_values_is_left_to_strawberry() -> None:
    @strawberry.type
    class Query:
        @strawberry.field
        def outer(self, given: Outer) -> int:
            return 1

        @strawberry.field
        def beside(self, given: Beside, maybe: strawberry.Maybe[Beside]) -> int:
            return 1

    shop = strawberry.Schema(Query)
    readers = input_readers(shop.schema_converter)
    assert readers.of(Outer) is None
    assert readers.of(Inner) is None
    assert readers.of(Outer) is None
    read = readers.of(Beside)
    assert read is not None
    assert read({"number": 3}) == Beside(number=3)
