"""One step of the fuzz: a random document on a random world, by both executors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Any, Final

import strawberry
from graphql import GraphQLError, parse
from graphql.validation import specified_rules
from strawberry.schema.schema import validate_document

from tests.schema.engine.documents import Document, Outline, write_document
from tests.schema.engine.fuzz_schema import COMPILED, PLAIN, Context
from tests.schema.engine.runs import Request, Setting, compare
from tests.schema.engine.shrinking import shrink
from tests.schema.engine.world import World

OUTLINE: Final = Outline(
    PLAIN._schema,
    {
        "Decimal": ("1.50", "-3", 2),
        "DateTime": ("2024-02-29T12:30:00", "2024-02-29T12:30:00+02:00"),
        "Date": ("2024-02-29",),
        "UUID": ("8c3a6a3e-7a1d-4c6f-9b0b-2f1f6c1d0a11",),
        "JSON": (1, "text", True, 2.5, {"a": [1, {"b": "c"}]}, []),
        "Temperature": ("12.5C", "-40C"),
    },
)
FEW: Final = (0.0, 0.0, 0.003)
MANY: Final = (0.003, 0.02, 0.08)
"""Shares of places with a fault. Without any, the fast path; with many, nulls that meet on their way up."""


@dataclass(frozen=True, slots=True)
class Case:
    """A document with the worlds that it is run on, one for each of its sets of variables."""

    document: Document
    worlds: tuple[World, ...]


def write_case(seed: str) -> Case:
    """The case of a seed: its first world has hardly any faults, its second has some."""
    random = Random(seed)
    document = write_document(random, OUTLINE, runs=2)
    # A root that fails leaves nothing to compare.
    sound = frozenset({"Query"}) if random.random() < 0.7 else frozenset[str]()
    worlds = (
        World(f"{seed}/{number}", faults=random.choice(faults), sound=sound)
        for number, faults in enumerate((FEW, MANY))
    )
    return Case(document, tuple(worlds))


def errors_of_document(text: str) -> list[GraphQLError]:
    """Why a document is not valid."""
    try:
        document = parse(text)
    except GraphQLError as error:
        return [error]
    return validate_document(PLAIN._schema, document, specified_rules)


def setting_of(world: World) -> Setting:
    """A new request's context and root value in a world."""
    return Setting(Context(world), world.row("Query", 0))


def differences_of(case: Case, compiled: strawberry.Schema = COMPILED) -> list[str]:
    """How the executors differ in any of the case's runs."""
    document = parse(case.document.text)
    for variables, world in zip(case.document.variables, case.worlds, strict=True):
        request = Request(document, variables, case.document.operation_name)
        if found := compare(compiled, PLAIN, request, partial(setting_of, world)):
            return found
    return []


def smallest(case: Case, differ: Callable[[Case], Any]) -> Case:
    """The case with the smallest document for which `differ` still says so."""

    def with_text(text: str) -> Case:
        document = case.document
        return Case(Document(text, document.operation_name, document.variables), case.worlds)

    def still(text: str) -> bool:
        return not errors_of_document(text) and bool(differ(with_text(text)))

    return with_text(shrink(case.document.text, still))
