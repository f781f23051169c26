"""Random input values: as literals with variables in them, and as JSON for the variables."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from graphql import (
    GraphQLBoolean,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLNonNull,
    get_nullable_type,
    is_enum_type,
    is_input_object_type,
    is_list_type,
    is_non_null_type,
    is_required_input_field,
)
from strawberry.schema.schema_converter import GraphQLCoreConverter

BUILT_IN: Final[Mapping[str, Sequence[Any]]] = {
    "Int": (0, 1, 2, 7, -3, 2_147_483_647),
    "Float": (0.5, -2.25, 3, 1e20),
    "String": ("", "tea", 'a "quoted" word', "zwei\nZeilen", "$word", "{brackets}", "\\u0041"),
    "Boolean": (True, False),
    "ID": ("a1", "7", "QXJ0aWNsZTox", "QXJ0aWNsZToz", "QXJ0aWNsZTo5OQ==", "VGhpbmc6MQ=="),
}
"""JSON values of the scalars that every schema has. Some of the IDs are global IDs of Relay, right and wrong ones."""


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of an operation; `default` is None if it has none, which is not a default of null."""

    name: str
    type: GraphQLInputType
    default: str | None

    @property
    def definition(self) -> str:
        """As it is declared."""
        return f"${self.name}: {self.type}" + (f" = {self.default}" if self.default is not None else "")


class Values:
    """Writes values for one document and remembers its variables."""

    def __init__(self, random: Random, samples: Mapping[str, Sequence[Any]]) -> None:
        self.random = random
        self.samples = {**BUILT_IN, **samples}
        self.variables: list[Variable] = []

    def for_variables(self) -> dict[str, Any]:
        """JSON for the variables; some are left out where they may be, some are null where they may be."""
        values = {}
        for variable in self.variables:
            required = is_non_null_type(variable.type) and variable.default is None
            if not required and self.random.random() < 0.3:
                continue
            values[variable.name] = self.plain(variable.type)
        return values

    def condition(self) -> str:
        """A value for `if` of @skip and @include."""
        if self.random.random() < 0.4:
            return self.random.choice(("true", "false"))
        return self.literal(GraphQLNonNull(GraphQLBoolean), variables=1.0)

    def literal(
        self, type_: GraphQLInputType, *, variables: float = 0.3, has_default: bool = False, strict: bool = False
    ) -> str:
        """A literal of a type, or a variable, or a literal with variables inside.

        `has_default`: a nullable variable may stand here although null may not. `strict`: it may not in any case.
        """
        random = self.random
        if random.random() < variables:
            return f"${self._variable(type_, has_default, strict).name}"
        if is_non_null_type(type_):
            return self._literal_of_nullable(type_.of_type, variables)
        if random.random() < 0.1:
            return "null"
        return self._literal_of_nullable(type_, variables)

    def plain(self, type_: Any) -> Any:
        """JSON for a variable of a type."""
        random = self.random
        if is_non_null_type(type_):
            return self._plain_of_nullable(type_.of_type)
        return None if random.random() < 0.15 else self._plain_of_nullable(type_)

    def _variable(self, type_: GraphQLInputType, has_default: bool, strict: bool) -> Variable:
        known = [each for each in self.variables if each.type == type_ or str(each.type) == str(type_)]
        if known and self.random.random() < 0.5:
            return self.random.choice(known)
        own: Any = type_
        default = None
        if is_non_null_type(type_) and not strict:
            if has_default and self.random.random() < 0.2:
                own = type_.of_type
            elif self.random.random() < 0.25:
                # A default makes room for absence; an explicit null then fails where the variable is used.
                own = type_.of_type
                default = self.constant(type_)
        elif not is_non_null_type(type_) and self.random.random() < 0.2:
            own = GraphQLNonNull(type_)
        if default is None and self.random.random() < 0.3:
            default = self.constant(own)
        variable = Variable(f"v{len(self.variables)}", own, default)
        self.variables.append(variable)
        return variable

    def constant(self, type_: GraphQLInputType) -> str:
        """A literal without variables."""
        return self.literal(type_, variables=0.0)

    def _literal_of_nullable(self, type_: Any, variables: float) -> str:
        random = self.random
        if is_list_type(type_):
            if random.random() < 0.15 and not is_list_type(get_nullable_type(type_.of_type)):
                return self._literal_of_nullable(get_nullable_type(type_.of_type), variables)
            items = (self.literal(type_.of_type, variables=variables * 0.7) for _ in range(random.randint(0, 3)))
            return "[" + ", ".join(items) + "]"
        if is_input_object_type(type_):
            return self._literal_of_object(type_, variables)
        if is_enum_type(type_):
            return random.choice(list(type_.values))
        return _written(random.choice(self.samples[type_.name]))

    def _literal_of_object(self, type_: GraphQLInputObjectType, variables: float) -> str:
        parts = []
        for name in self._keys(type_):
            field_type: Any = type_.fields[name].type
            if _takes_one(type_):
                inside = self.literal(GraphQLNonNull(field_type), variables=variables, strict=True)
            else:
                inside = self.literal(field_type, variables=variables * 0.7)
            parts.append(f"{name}: {inside}")
        return "{" + ", ".join(parts) + "}"

    def _keys(self, type_: GraphQLInputObjectType) -> list[str]:
        if _takes_one(type_):
            return [self.random.choice(list(type_.fields))]
        return [
            name
            for name, field in type_.fields.items()
            if is_required_input_field(field) or self.random.random() < 0.35
        ]

    def _plain_of_nullable(self, type_: Any) -> Any:
        random = self.random
        if is_list_type(type_):
            if random.random() < 0.15 and not is_list_type(get_nullable_type(type_.of_type)):
                return self._plain_of_nullable(get_nullable_type(type_.of_type))
            return [self.plain(type_.of_type) for _ in range(random.randint(0, 3))]
        if is_input_object_type(type_):
            fields: Any = type_.fields
            return {
                name: self.plain(GraphQLNonNull(fields[name].type) if _takes_one(type_) else fields[name].type)
                for name in self._keys(type_)
            }
        if is_enum_type(type_):
            return random.choice(list(type_.values))
        return random.choice(self.samples[type_.name])


def _takes_one(type_: GraphQLInputObjectType) -> bool:
    """Whether exactly one key may be given. Strawberry keeps that to itself."""
    definition = type_.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    return type_.is_one_of or bool(getattr(definition, "is_one_of", False))


def _written(value: Any) -> str:
    """A JSON value as a GraphQL literal."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {_written(item)}" for name, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_written, value)) + "]"
    return json.dumps(value)
