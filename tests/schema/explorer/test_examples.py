"""The example operations are kept true to the schemas that they are examples of."""

from __future__ import annotations

import pytest
from graphql import OperationDefinitionNode, get_variable_values, parse
from orjson import loads
from strawberry import Schema

from schema.admin import schema as admin
from schema.explorer.examples import FOLDER, Example, examples
from schema.http.documents import DocumentPreparation
from schema.http.variables import check_variables
from schema.limits import Limits
from schema.storefront import schema as storefront

SCHEMAS: dict[str, Schema] = {"storefront": storefront, "admin": admin}
EVERY_EXAMPLE = [
    pytest.param(audience, example, id=f"{audience}/{example.name}")
    for audience in SCHEMAS
    for example in examples(audience)
]


def operation_of(example: Example) -> OperationDefinitionNode:
    (operation,) = parse(example.query).definitions
    assert isinstance(operation, OperationDefinitionNode)
    return operation


@pytest.mark.parametrize(("audience", "example"), EVERY_EXAMPLE)
def test_an_example_is_valid_and_within_the_limits(audience: str, example: Example) -> None:
    limits = Limits()
    documents = DocumentPreparation(SCHEMAS[audience]._schema, limits, hide_suggestions=False)
    operation = documents.prepare(example.query).operation(None)
    assert check_variables(operation, loads(example.variables or "{}"), limits) > 0


@pytest.mark.parametrize(("audience", "example"), EVERY_EXAMPLE)
def test_the_variables_of_an_example_fit_it(audience: str, example: Example) -> None:
    operation = operation_of(example)
    variables = loads(example.variables or "{}")
    declared = {variable.variable.name.value for variable in operation.variable_definitions or ()}
    assert set(variables) == declared
    result = get_variable_values(SCHEMAS[audience]._schema, operation.variable_definitions or (), variables)
    assert not isinstance(result, list), result


@pytest.mark.parametrize(("audience", "example"), EVERY_EXAMPLE)
def test_an_example_explains_itself_and_has_a_name_for_its_tab(audience: str, example: Example) -> None:
    assert example.query.startswith("# ")
    assert operation_of(example).name


@pytest.mark.parametrize("audience", SCHEMAS)
def test_no_variables_lie_beside_an_example_that_is_gone(audience: str) -> None:
    for path in (FOLDER / audience).glob("*.json"):
        assert path.with_name(path.name.removesuffix(".variables.json") + ".graphql").exists()
