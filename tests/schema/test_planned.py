"""The shop's own operations run as plans, and the switch turns that off."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from graphql import GraphQLSchema, OperationDefinitionNode, get_introspection_query, parse
from graphql.execution.values import VariableValues, get_variable_values
from graphql.language import FragmentDefinitionNode

from commerce.core.actor import ANONYMOUS
from schema.admin import schema as admin
from schema.context import Audience, RequestContext
from schema.engine import Plan, Plans
from schema.http.incoming import Incoming
from schema.storefront import schema as storefront
from tests.engine_twice import graphql_core_alone

EXAMPLES = Path(__file__).resolve().parents[2] / "schema" / "explorer" / "examples"
SCHEMAS = {"storefront": storefront, "admin": admin}


def plan_of(schema: GraphQLSchema, document: str) -> Plan | None:
    """The plan of the only operation of `document`, with no variables given."""
    definitions = parse(document).definitions
    (operation,) = (node for node in definitions if isinstance(node, OperationDefinitionNode))
    fragments = {node.name.value: node for node in definitions if isinstance(node, FragmentDefinitionNode)}
    variables = get_variable_values(schema, operation.variable_definitions or (), {})
    if not isinstance(variables, VariableValues):
        variables = VariableValues({}, {})
    return Plans().prepare(schema, operation, fragments, variables)


@pytest.mark.parametrize(
    "path", sorted(EXAMPLES.glob("*/*.graphql")), ids=lambda path: f"{path.parent.name}/{path.stem}"
)
def test_every_example_of_the_explorer_has_a_plan(path: Path) -> None:
    plan = plan_of(SCHEMAS[path.parent.name]._schema, path.read_text())
    assert plan is not None
    assert "level_0" in plan.source


@pytest.mark.parametrize("audience", ["storefront", "admin"])
def test_introspection_reads_the_same_from_a_plan(audience: str) -> None:
    schema, query = SCHEMAS[audience], get_introspection_query(descriptions=True, input_value_deprecation=True)

    def ask() -> object:
        context = RequestContext(
            request=Incoming({"REQUEST_METHOD": "POST"}), audience=Audience(audience), actor=ANONYMOUS
        )
        result = schema.execute_sync(query, context_value=context)
        assert result.errors is None
        return result.data

    planned = ask()
    with graphql_core_alone():
        assert planned == ask()


def test_the_switch_leaves_everything_to_graphql_core() -> None:
    program = (
        "import django; django.setup()\n"
        "from schema.engine import plans_of\n"
        "from schema.storefront import schema\n"
        "print(plans_of(schema._schema).enabled)"
    )
    environment = {"DJANGO_SETTINGS_MODULE": "deploy.settings", "GRAPHQL_ENGINE": "off"}
    said = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env={**os.environ, **environment}
    )
    assert said.stdout.strip() == "False"
