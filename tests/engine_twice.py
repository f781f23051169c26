"""Every query that a test sends is answered twice in the same database: by the engine, and by graphql-core alone.

`data` has to be byte for byte the same, the errors the same by the rule of schema/engine/README.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import orjson
from graphql import GraphQLSchema, GraphQLSyntaxError, OperationType, parse
from graphql.language import OperationDefinitionNode

from schema.admin import schema as admin
from schema.engine import Plans, plans_of, set_plans
from schema.engine.run import null_position
from schema.storefront import schema as storefront
from tests.statements import is_recording

SCHEMAS: tuple[GraphQLSchema, ...] = (storefront._schema, admin._schema)


def compile_at_once() -> None:
    """Let the engine plan what it sees for the first time: most tests send an operation once."""
    for schema in SCHEMAS:
        set_plans(schema, Plans(compile_after=1, enabled=plans_of(schema).enabled))


@contextmanager
def graphql_core_alone() -> Iterator[None]:
    """Without the engine, in every thread of this process."""
    before = [plans_of(schema).enabled for schema in SCHEMAS]
    try:
        for schema in SCHEMAS:
            plans_of(schema).enabled = False
        yield
    finally:
        for schema, enabled in zip(SCHEMAS, before, strict=True):
            plans_of(schema).enabled = enabled


def is_comparable(document: str) -> bool:
    """Whether it can be asked again: only queries, and not while a test counts statements."""
    if is_recording():
        return False
    try:
        definitions = parse(document).definitions
    except GraphQLSyntaxError:
        return False
    operations = [node for node in definitions if isinstance(node, OperationDefinitionNode)]
    return bool(operations) and all(node.operation is OperationType.QUERY for node in operations)


def assert_same(engine: Mapping[str, Any], core: Mapping[str, Any]) -> None:
    """Fail unless both answers are the same: `data` and `errors` as they were sent."""
    assert orjson.dumps(engine.get("data")) == orjson.dumps(core.get("data"))
    assert _positions(engine) == _positions(core)


def _positions(answer: Mapping[str, Any]) -> dict[tuple[Any, ...], set[str]]:
    """The positions that errors made null; with what was said, where only one field can have said it."""
    found: dict[tuple[Any, ...], set[str]] = {}
    errors: Sequence[Mapping[str, Any]] = answer.get("errors") or []
    for error in errors:
        path = tuple(error.get("path") or ())
        position = null_position(answer.get("data"), path) if "data" in answer else path
        said = found.setdefault(position, set())
        if position == path:
            said.add(f"{error['message']} {error.get('extensions', {}).get('code')}")
    return found
