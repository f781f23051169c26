"""Random documents that are valid for a schema, and values for their variables.

Response keys are chosen so that selections always merge: a key stands for one field with one set of arguments
throughout a document, save where two different object types cannot meet. That makes merging frequent, too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from graphql import (
    GraphQLArgument,
    GraphQLCompositeType,
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
    is_composite_type,
    is_non_null_type,
    is_object_type,
    is_required_argument,
    is_union_type,
)
from graphql.type import SchemaMetaFieldDef, TypeMetaFieldDef

from tests.schema.engine.values import Values, Variable

TYPENAME: Final = "__typename"
INTROSPECTION: Final = 0.02
ANOTHER_OPERATION: Final = "query Other { __typename }"


@dataclass(frozen=True, slots=True)
class Document:
    """A document, the operation to run (None if there is only one), and several sets of variables for it."""

    text: str
    operation_name: str | None
    variables: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What a response key stands for at one place."""

    parent: GraphQLCompositeType
    text: str
    type: str

    def agrees_with(self, other: _Meaning) -> bool:
        """Whether both may have the same key: the same thing, or never met by one row and of one type."""
        if self.type != other.type:
            return False
        apart = is_object_type(self.parent) and is_object_type(other.parent) and self.parent is not other.parent
        return self.text == other.text or apart


@dataclass(frozen=True, slots=True)
class _Fragment:
    name: str
    on: GraphQLCompositeType
    depth: int


Fields = list[tuple[str, GraphQLField]]


class Outline:
    """What the writer must know of a schema, worked out once. `samples` are JSON values of its custom scalars."""

    def __init__(self, schema: GraphQLSchema, samples: Mapping[str, Sequence[Any]]) -> None:
        self.schema = schema
        self.samples = samples
        self._fields: dict[Any, tuple[Fields, Fields]] = {}
        self._overlapping: dict[Any, list[GraphQLCompositeType]] = {}

    def fields_of(self, parent: Any) -> tuple[Fields, Fields]:
        """The fields of an object or interface type: those with leaves, and those with selections below."""
        if parent not in self._fields:
            split: tuple[Fields, Fields] = ([], [])
            for name, field in parent.fields.items():
                split[is_composite_type(get_named_type(field.type))].append((name, field))
            self._fields[parent] = split
        return self._fields[parent]

    def overlapping(self, parent: Any) -> list[GraphQLCompositeType]:
        """The types that a fragment among `parent`'s selections may be on."""
        if parent not in self._overlapping:
            possible = self._possible(parent)
            types: Any = self.schema.type_map.values()
            self._overlapping[parent] = [
                each for each in types if is_composite_type(each) and possible & self._possible(each)
            ]
        return self._overlapping[parent]

    def _possible(self, type_: Any) -> set[GraphQLObjectType]:
        return set(self.schema.get_possible_types(type_)) if is_abstract_type(type_) else {type_}


def write_document(random: Random, outline: Outline, *, runs: int = 2) -> Document:
    """A document that is valid for a schema, with `runs` sets of variables."""
    return _Writer(random, outline).write(runs)


class _Writer:
    def __init__(self, random: Random, outline: Outline) -> None:
        self.random = random
        self.outline = outline
        self.schema = outline.schema
        self.values = Values(random, outline.samples)
        self.left = random.choice((8, 20, 40, 70))
        self.fragments: list[_Fragment] = []
        self.definitions: list[str] = []
        self.meanings: dict[str, list[_Meaning]] = {}

    def write(self, runs: int) -> Document:
        random = self.random
        kind = "mutation" if self.schema.mutation_type and random.random() < 0.15 else "query"
        root = self.schema.mutation_type if kind == "mutation" else self.schema.query_type
        assert root is not None
        selections = self._selections(root, depth=random.choice((2, 3, 4, 4)))
        variables = self.values.variables
        name = random.choice((None, "Operation"))
        head = f"{kind} {name or ''}{_definitions(variables)}"
        definitions = [f"{head} {selections}", *self.definitions]
        if name and random.random() < 0.2:
            definitions.append(ANOTHER_OPERATION)
        random.shuffle(definitions)
        text = "\n".join(definitions)
        if kind == "query" and not name and not variables and random.random() < 0.5:
            text = text.replace(f"{head} ", "", 1)
        return Document(text, name, tuple(self.values.for_variables() for _ in range(runs)))

    def _selections(self, parent: GraphQLCompositeType, depth: int) -> str:
        random = self.random
        wanted = random.randint(1, 7)
        written = [self._selection(parent, depth) for _ in range(wanted) if self.left > 0]
        return "{ " + " ".join(written or [self._typename(parent)]) + " }"

    def _selection(self, parent: GraphQLCompositeType, depth: int) -> str:
        self.left -= 1
        chance = self.random.random()
        if chance < 0.12:
            return self._inline_fragment(parent, depth)
        if chance < 0.22:
            return self._spread(parent, depth)
        if chance < 0.28 or is_union_type(parent):
            return self._inline_fragment(parent, depth) if chance > 0.4 else self._typename(parent)
        return self._field(parent, depth)

    def _typename(self, parent: GraphQLCompositeType) -> str:
        key = self._key(_Meaning(parent, TYPENAME, "String!"), TYPENAME)
        return f"{'' if key == TYPENAME else f'{key}: '}{TYPENAME}{self._directives()}"

    def _field(self, parent: GraphQLCompositeType, depth: int) -> str:
        name, field = self._choice_of_field(parent, depth)
        if field is None:
            return self._typename(parent)
        arguments = self._arguments(field)
        key = self._key(_Meaning(parent, f"{name}{arguments}", str(field.type)), name)
        alias = "" if key == name else f"{key}: "
        inner = get_named_type(field.type)
        below = f" {self._selections(inner, depth - 1)}" if is_composite_type(inner) else ""
        return f"{alias}{name}{arguments}{self._directives()}{below}"

    def _choice_of_field(self, parent: Any, depth: int) -> tuple[str, GraphQLField | None]:
        random = self.random
        if parent is self.schema.query_type and random.random() < INTROSPECTION:
            return random.choice((("__schema", SchemaMetaFieldDef), ("__type", TypeMetaFieldDef)))
        leaves, composites = self.outline.fields_of(parent)
        if parent.name.startswith("__"):
            depth = min(depth, 2)
        if composites and depth > 0 and (random.random() < 0.5 or not leaves):
            return random.choice(composites)
        return random.choice(leaves) if leaves else (TYPENAME, None)

    def _key(self, meaning: _Meaning, name: str) -> str:
        random = self.random
        candidates = [name] if random.random() < 0.7 else []
        candidates += random.sample(("a", "b", "value", "class", "self", "data"), 2)
        candidates += [f"{name}_{number}" for number in range(len(self.meanings) + 50)]
        for key in candidates:
            before = self.meanings.setdefault(key, [])
            if all(meaning.agrees_with(other) for other in before):
                before.append(meaning)
                return key
        raise AssertionError("There is always another name.")

    def _arguments(self, field: GraphQLField) -> str:
        chosen = {
            name: argument
            for name, argument in field.args.items()
            if is_required_argument(argument) or self.random.random() < 0.5
        }
        if not chosen:
            return ""
        return "(" + ", ".join(f"{name}: {self._argument(argument)}" for name, argument in chosen.items()) + ")"

    def _argument(self, argument: GraphQLArgument) -> str:
        has_default = is_non_null_type(argument.type) and not is_required_argument(argument)
        return self.values.literal(argument.type, has_default=has_default)

    def _directives(self) -> str:
        random = self.random
        written = ""
        for name in random.sample(("skip", "include"), 2):
            if random.random() < 0.07:
                written += f" @{name}(if: {self.values.condition()})"
        return written

    def _inline_fragment(self, parent: GraphQLCompositeType, depth: int) -> str:
        on = self._condition(parent)
        condition = f" on {on.name}" if on is not parent or self.random.random() < 0.5 else ""
        return f"...{condition}{self._directives()} {self._selections(on, depth)}"

    def _spread(self, parent: GraphQLCompositeType, depth: int) -> str:
        overlapping = self.outline.overlapping(parent)
        fitting = [each for each in self.fragments if each.on in overlapping and each.depth <= depth]
        if fitting and self.random.random() < 0.6:
            return f"...{self.random.choice(fitting).name}{self._directives()}"
        on = self._condition(parent)
        name = f"Part{len(self.definitions)}_{len(self.fragments)}_{self.left}"
        selections = self._selections(on, depth)
        self.definitions.append(f"fragment {name} on {on.name} {selections}")
        # Known only from here on, so that no fragment can reach itself.
        self.fragments.append(_Fragment(name, on, depth))
        return f"...{name}{self._directives()}"

    def _condition(self, parent: GraphQLCompositeType) -> GraphQLCompositeType:
        if self.random.random() < 0.25:
            return parent
        overlapping = self.outline.overlapping(parent)
        objects = [each for each in overlapping if is_object_type(each)]
        return self.random.choice(objects if self.random.random() < 0.5 else overlapping)


def _definitions(variables: Sequence[Variable]) -> str:
    return f"({', '.join(variable.definition for variable in variables)})" if variables else ""
