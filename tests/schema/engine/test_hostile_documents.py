"""Documents that are made to hurt: none of them fills the memory, keeps the processor, or gets into the source."""

from __future__ import annotations

import ast
import gc
import itertools
import re
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace as Row
from typing import Any, Final

import pytest
import strawberry
from graphql import DocumentNode, FragmentDefinitionNode, GraphQLError, OperationDefinitionNode, parse
from graphql.execution.values import VariableValues

from schema.engine import BreadthFirstExecutor, Plans, set_plans
from tests.schema.engine.comparison import written
from tests.schema.engine.executors import QuietSchema, by_graphql_core, compiled_at_once
from tests.schema.engine.runs import Request, Setting, run


@strawberry.type
class Node:
    """A row that may stand below itself."""

    name: str
    next: Node | None
    nodes: list[Node]

    @strawberry.field
    def echo(self, word: str = "") -> str:
        return word


@strawberry.type
class Query:
    """The root."""

    name: str
    node: Node
    nodes: list[Node]

    @strawberry.field
    def echo(self, word: str = "") -> str:
        return word


SCHEMA: Final = QuietSchema(Query, execution_context_class=BreadthFirstExecutor)
PLAIN: Final = by_graphql_core(SCHEMA)

LEAF: Final = Row(name="leaf", next=None, nodes=[])
CHAIN: Final = Row(name="top", next=Row(name="middle", next=LEAF, nodes=[]), nodes=[LEAF, LEAF])
LOOP: Final = Row(name="loop", nodes=[])
LOOP.next = LOOP
ROOT: Final = Row(name="root", node=CHAIN, nodes=[CHAIN, LEAF])


def answer(
    schema: strawberry.Schema, document: str | DocumentNode, variables: dict[str, Any] | None = None, root: Any = ROOT
) -> str:
    """What a document answers, valid or not, errors included."""
    if isinstance(document, str):
        document = parse(document)
    result = run(schema, Request(document, variables or {}), Setting(None, root))
    return written([result.data, sorted((error.message, error.path) for error in result.errors or ())])


def with_plans(**bounds: int) -> Plans:
    """New plans with these bounds for the schema."""
    plans = Plans(**bounds)
    set_plans(SCHEMA._schema, plans)
    return plans


# Many of them


def test_a_thousand_choices_of_one_document_have_a_few_plans() -> None:
    plans = with_plans(plans_per_document=16, compile_after=1)
    names = [f"v{number}" for number in range(10)]
    fields = " ".join(f"f{name}: name @include(if: ${name}) g{name}: name @skip(if: ${name})" for name in names)
    document = parse(f"query({', '.join(f'${name}: Boolean!' for name in names)}) {{ {fields} }}")
    for choice in itertools.product((True, False), repeat=len(names)):
        variables = dict(zip(names, choice, strict=True))
        expected = {f"{'f' if yes else 'g'}{name}": "root" for name, yes in variables.items()}
        assert answer(SCHEMA, document, variables) == written([expected, []])
    assert plans.sizes()["plans"] == 16
    assert plans.sizes()["known"] == 1
    assert plans.figures.compiled == 16


def test_a_choice_is_compiled_when_it_comes_again() -> None:
    plans = with_plans(compile_after=2)
    text = "query($yes: Boolean!) { name @include(if: $yes) echo }"
    for yes in (True, True, False, True, False):
        answer(SCHEMA, text, {"yes": yes})
    assert (plans.figures.compiled, plans.figures.planned) == (2, 3)


def test_a_flood_of_documents_never_seen_before_pushes_out_nothing_that_is_used() -> None:
    plans = with_plans(documents=50, compile_after=2)
    known = [f"{{ known{number}: name }}" for number in range(20)]
    for text in known * 2:
        answer(SCHEMA, text)
    assert plans.figures.compiled == len(known)
    for number in range(2_000):
        assert answer(SCHEMA, f"{{ flood{number}: name }}") == written([{f"flood{number}": "root"}, []])
    assert plans.figures.compiled == len(known), "what comes once is not compiled"
    assert max(plans.sizes().values()) <= 50
    before = plans.figures.planned
    for text in known:
        answer(SCHEMA, text)
    assert plans.figures.planned - before == len(known), "every known document still has its plan"
    assert plans.figures.compiled == len(known)


def test_a_flood_of_documents_that_come_twice_is_bounded() -> None:
    plans = with_plans(documents=50, compile_after=2)
    for number in range(500):
        for _ in range(2):
            answer(SCHEMA, f"{{ flood{number}: name }}")
    sizes = plans.sizes()
    assert sizes["known"] <= 50
    assert sizes["plans"] <= 50


def test_a_document_that_is_parsed_again_and_again_is_kept_once() -> None:
    plans = with_plans(compile_after=1)
    text = "{ " + " ".join(f"kept{number}: name" for number in range(50)) + " }"

    def parsed() -> int:
        gc.collect()
        return sum(isinstance(each, OperationDefinitionNode) for each in gc.get_objects())

    answer(SCHEMA, text)
    before = parsed()
    for _ in range(100):
        answer(SCHEMA, text)
    assert plans.figures.compiled == 1
    assert parsed() - before <= 2


# Large ones


def test_a_hundred_thousand_tokens_are_answered() -> None:
    plans = compiled_at_once(SCHEMA)
    document = parse("{ nodes { " + " ".join(f"a{number}: name" for number in range(33_000)) + " } }")
    expected = {"nodes": [{f"a{number}": name for number in range(33_000)} for name in ("top", "leaf")]}
    for _ in range(2):
        assert answer(SCHEMA, document) == written([expected, []])
    assert plans.figures.planned == 2


def test_fifty_thousand_times_the_same_field_is_one_field() -> None:
    compiled_at_once(SCHEMA)
    assert answer(SCHEMA, "{ " + "name " * 50_000 + "}") == written([{"name": "root"}, []])


def test_thousands_of_aliases_of_an_object_have_levels_without_end() -> None:
    plans = compiled_at_once(SCHEMA)
    text = "{ " + " ".join(f"n{number}: node {{ name next {{ name }} }}" for number in range(1_500)) + " }"
    one = {"name": "top", "next": {"name": "middle"}}
    assert answer(SCHEMA, text) == written([{f"n{number}": one for number in range(1_500)}, []])
    assert plans.figures.compiled == 0, "too many levels are left to graphql-core"


@pytest.mark.parametrize("depth", [10, 90, 99, 100, 101, 150, 250, 400])
def test_deep_nesting_is_answered_or_refused_as_graphql_core_does(depth: int) -> None:
    compiled_at_once(SCHEMA)
    text = "{ node { " + "next { " * depth + "name " + "} " * depth + "} }"
    try:
        parse(text)
    except (GraphQLError, RecursionError):
        pytest.skip("the parser refuses it before any executor")
    root = Row(node=LOOP)
    assert answer(SCHEMA, text, root=root) == answer(PLAIN, text, root=root)


def test_a_document_as_deep_as_a_plan_may_be_is_answered_on_half_the_stack() -> None:
    """A request comes with frames of its own below the executor."""
    plans = compiled_at_once(SCHEMA)
    depth = 95
    text = "{ node { " + "next { " * depth + "name " + "} " * depth + "} }"
    expected = answer(PLAIN, text, root=Row(node=LOOP))

    def deeper(frames: int) -> str:
        return deeper(frames - 1) if frames else answer(SCHEMA, text, root=Row(node=LOOP))

    assert deeper(0) == expected
    assert deeper(400) == expected
    assert plans.figures.planned == 2


# Circular ones, which validation refuses; an executor that is given one all the same must come to an end

CIRCLES: Final = [
    "{ ...A } fragment A on Query { name ...A }",
    "{ ...A } fragment A on Query { name ...B } fragment B on Query { echo ...A }",
    "{ node { ...A } } fragment A on Node { name next { ...A } }",
    "{ nodes { ...A } } fragment A on Node { name nodes { ...B } } fragment B on Node { echo next { ...A } }",
    "{ node { ...A } } fragment A on Node { a: next { ...A } b: next { ...A } nodes { ...A ...A } name }",
]


@pytest.mark.parametrize("text", CIRCLES)
def test_a_circle_of_fragments_is_refused(text: str) -> None:
    result = SCHEMA.execute_sync(text, root_value=ROOT)
    assert result.data is None
    assert "Cannot spread fragment 'A' within itself" in str(result.errors)


@pytest.mark.parametrize("text", CIRCLES)
def test_a_circle_of_fragments_that_nobody_validated_ends_where_the_data_does(text: str) -> None:
    compiled_at_once(SCHEMA)
    for _ in range(2):
        assert answer(SCHEMA, text) == answer(PLAIN, text)


# Names and texts

HOSTILE_NAMES: Final = [
    "__import__", "exec", "eval", "os", "run", "rows", "level", "o", "k0", "v0", "x0", "values", "place", "add",
    "careful_rows", "put_any", "None", "True", "class", "lambda", "__class__", "__builtins__", "zip", "Exception",
]  # fmt: skip
HOSTILE_TEXTS: Final = ["'); import os; os.system('true", '\\"\\"\\"', "{k0}", "%s", "\\n    return 1", "x' + y + 'z"]

NAMES_OF_PLANS: Final = re.compile(r"[kvxc]\d+|c_x\d+|level_\d+")


def _plan_source(text: str) -> str:
    plans = compiled_at_once(SCHEMA)
    definitions = parse(text).definitions
    operation = next(each for each in definitions if isinstance(each, OperationDefinitionNode))
    fragments = {each.name.value: each for each in definitions if isinstance(each, FragmentDefinitionNode)}
    plan = plans.prepare(SCHEMA._schema, operation, fragments, VariableValues({}, {"secret_variable": "secret"}))
    assert plan is not None
    return plan.source


def test_nothing_of_a_client_gets_into_the_source_but_quoted_response_keys() -> None:
    aliases = " ".join(
        f'{name}: name f{number}: echo(word: "{text}") n{number}: node {{ {name}: name echo(word: $secret_variable) }}'
        for number, (name, text) in enumerate(zip(HOSTILE_NAMES, itertools.cycle(HOSTILE_TEXTS), strict=False))
    )
    text = (
        f"query secret_operation($secret_variable: String) {{ {aliases} ...secret_fragment }}"
        " fragment secret_fragment on Query { last: name }"
    )
    source = _plan_source(text)
    innocent = _plan_source(
        "{ " + " ".join(f"a{number}: name n{number}: node {{ name echo }}" for number in (1, 2)) + " }"
    )

    assert "secret" not in source
    assert not any(words in source for words in HOSTILE_TEXTS)
    keys = {*HOSTILE_NAMES, "last", "echo", *(f"{letter}{number}" for letter in "fn" for number in range(30))}
    ours = set(_names(innocent))
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            assert node.value in keys
    assert {name for name in _names(source) if not NAMES_OF_PLANS.fullmatch(name)} <= ours

    expected = answer(PLAIN, text)
    assert [answer(SCHEMA, text) for _ in range(2)] == [expected, expected]


def _names(source: str) -> list[str]:
    """Everything in a source that Python reads as a name."""
    names = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Name):
            names.append(node.id)
        elif isinstance(node, ast.Attribute):
            names.append(node.attr)
        elif isinstance(node, ast.arg):
            names.append(node.arg)
        elif isinstance(node, ast.FunctionDef):
            names.append(node.name)
    return names


# All at once


def test_eight_threads_get_the_answers_of_one() -> None:
    texts = [
        f"query($yes: Boolean!) {{ a{number % 7}: nodes {{ name next @include(if: $yes) {{ name nodes {{ name }} }} }}"
        f' w: echo(word: "{number % 5}") }}'
        for number in range(60)
    ]
    requests = [(text, {"yes": yes}) for text in texts for yes in (True, False)] * 3
    expected = {(text, yes): answer(PLAIN, text, {"yes": yes}) for text in texts for yes in (True, False)}
    with_plans(documents=8, plans_per_document=1, compile_after=1)

    def ask(request: tuple[str, dict[str, bool]]) -> bool:
        text, variables = request
        return answer(SCHEMA, text, variables) == expected[text, variables["yes"]]

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(ask, requests))
