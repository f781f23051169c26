"""A plan: one operation of a document, compiled for one choice of its @skip and @include variables.

Each level of the answer becomes one generated function, which takes all objects of the level, writes their plain
values in one loop, and hands the values of each composite field, flattened, to the function of the level below.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from graphql import (
    ExecutionResult,
    FragmentDefinitionNode,
    GraphQLObjectType,
    OperationDefinitionNode,
    OperationType,
    get_named_type,
    is_abstract_type,
    is_object_type,
)
from graphql.execution.collect_fields import (
    FieldDetailsList,
    FragmentDetails,
    GroupedFieldSet,
    collect_fields,
    collect_subfields,
)
from graphql.execution.values import VariableValues

from schema.engine.batch import Attribute, Read
from schema.engine.binding import Loaded, Typename, Unsupported, attribute_expression, bind
from schema.engine.columns import column_of
from schema.engine.completion import put_any, put_lists, put_objects
from schema.engine.constants import has_variables
from schema.engine.foresight import Ahead, Look, Selections, looking_ahead
from schema.engine.leaves import leaf_statements
from schema.engine.levels import Level
from schema.engine.places import Root
from schema.engine.recurring import may_be_kept
from schema.engine.rows import careful_rows
from schema.engine.run import Run
from schema.engine.selection import (
    NULLED,
    ByName,
    Complete,
    Field,
    LeafField,
    LeafShape,
    ListShape,
    ObjectShape,
    SelectedLevel,
    holds_objects,
    shape_of,
)
from schema.engine.types import abstract, tested

if TYPE_CHECKING:
    from graphql import GraphQLSchema
    from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

MOST_LEVELS: Final = 1_000
"""Levels that a plan may have. Interfaces in interfaces multiply them; what has more is left to graphql-core."""

DEEPEST: Final = 100
"""Levels below each other that a plan may have, so that the interpreter's stack surely bears it."""

_ROOT: Final = Root()
_CONDITIONS: Final = frozenset({"skip", "include"})


class Plan:
    """A compiled operation. It holds nothing of any request and is used by many threads at once."""

    def __init__(self, schema: GraphQLSchema, roots: list[Complete], fields: list[Field], source: str) -> None:
        self.schema = schema
        self.source = source
        self.fields = fields
        self._roots = roots

    def execute(self, executor: StrawberryGraphQLCoreExecutionContext) -> ExecutionResult:
        """Run it for one request."""
        run = Run(executor)
        data: dict[str, Any] = {}
        for complete in self._roots:
            (answer,) = complete(run, Level([executor.root_value]), _ROOT)
            if answer is NULLED:
                return ExecutionResult(None, run.errors(None))
            data.update(answer)
        return ExecutionResult(data, run.errors(data))


def compile_plan(
    schema: GraphQLSchema,
    operation: OperationDefinitionNode,
    fragments: Mapping[str, FragmentDefinitionNode],
    variables: VariableValues,
) -> Plan:
    """Compile `operation`. Of `variables` only those in @skip and @include matter. Raises Unsupported."""
    try:
        return _Compiler(schema, operation, fragments, variables).plan()
    except RecursionError:
        raise Unsupported("the operation is nested too deeply") from None


class _Compiler:
    """Makes one plan. Constants of the generated code stand in its namespace; no text of a client's gets into it."""

    def __init__(
        self,
        schema: GraphQLSchema,
        operation: OperationDefinitionNode,
        fragments: Mapping[str, FragmentDefinitionNode],
        variables: VariableValues,
    ) -> None:
        self._schema = schema
        self._strawberry = getattr(schema, "_strawberry_schema", None)
        self._operation = operation
        self._fragments = {name: FragmentDetails(node) for name, node in fragments.items()}
        if any(node.variable_definitions for node in fragments.values()):
            raise Unsupported("fragments with variables")
        self._variables = variables
        self._namespace: dict[str, Any] = {
            "Ahead": Ahead,
            "careful_rows": careful_rows,
            "put_any": put_any,
            "put_lists": put_lists,
            "put_objects": put_objects,
        }
        self._functions: list[str] = []
        self._fields: list[Field] = []
        self._levels: dict[tuple[Any, ...], str] = {}
        self._by_name: dict[str, ByName] = {}

    def plan(self) -> Plan:
        operation = self._operation
        root = self._schema.get_root_type(operation.operation)
        if root is None or operation.operation is OperationType.SUBSCRIPTION:
            raise Unsupported("subscriptions and missing root types")
        if operation.directives:
            raise Unsupported("directives of the operation")
        collected = collect_fields(self._schema, self._fragments, self._variables, root, operation)
        if collected.new_defer_usages:
            raise Unsupported("@defer")
        groups = collected.grouped_field_set
        if operation.operation is OperationType.MUTATION:
            names = [self._level(root, {key: details}, ("root", key), 0) for key, details in groups.items()]
        else:
            names = [self._level(root, groups, ("root",), 0)]
        for field in filter(may_be_kept, self._fields):
            field.kept = {}
        source = "\n\n".join(self._functions)
        exec(compile(source, "<plan>", "exec", dont_inherit=True), self._namespace)  # noqa: S102
        return Plan(self._schema, [self._namespace[name] for name in names], self._fields, source)

    def _constant(self, value: Any) -> str:
        name = f"k{len(self._namespace)}"
        self._namespace[name] = value
        return name

    def _level(self, type_: GraphQLObjectType, groups: GroupedFieldSet, key: tuple[Any, ...], depth: int) -> str:
        """The name of the function of a level. The same selections below two parents share one function."""
        known = self._levels.get(key)
        if known is not None:
            return known
        if len(self._levels) >= MOST_LEVELS or depth > DEEPEST:
            raise Unsupported("too many levels")
        name = self._levels[key] = f"level_{len(self._levels)}"
        selected = SelectedLevel(type_, name)
        by_name = self._by_name[name] = {}
        fields = [field for group in groups.items() if (field := self._field(type_, *group)) is not None]
        for field, details in zip(fields, groups.values(), strict=True):
            by_name.setdefault(field.name, []).append(field)
            if holds_objects(field.shape):
                field.child = self._child(field, details, depth + 1)
        look = looking_ahead(type_, by_name)
        self._functions.append(_LevelWriter(selected, fields, self._constant, look, Selections([by_name])).text())
        self._fields += fields
        return name

    def _field(self, type_: GraphQLObjectType, key: str, details: FieldDetailsList) -> Field | None:
        nodes = [each.node for each in details]
        name = nodes[0].name.value
        definition = self._schema.get_field(type_, name)
        if definition is None:
            raise Unsupported(f"unknown field {name}")
        if any(directive.name.value not in _CONDITIONS for node in nodes for directive in node.directives or ()):
            raise Unsupported("directives that are not @skip or @include")
        values = Typename() if name == "__typename" else bind(definition, self._strawberry)
        found = Field(key, name, nodes, type_, definition, shape_of(definition.type), values)
        found.has_constant_arguments = not any(has_variables(each.value) for each in nodes[0].arguments or ())
        return found

    def _child(self, field: Field, details: FieldDetailsList, depth: int) -> Complete:
        type_ = get_named_type(field.definition.type)
        if is_object_type(type_):
            complete = self._below(field, type_, details, depth)
            return tested(field, type_, complete) if type_.is_type_of is not None else complete
        if not is_abstract_type(type_):
            raise Unsupported(f"objects of the type {type_}")
        possible = self._schema.get_possible_types(type_)
        return abstract(field, type_, {each.name: self._below(field, each, details, depth) for each in possible})

    def _below(self, field: Field, type_: GraphQLObjectType, details: FieldDetailsList, depth: int) -> Complete:
        selections = tuple(id(each.node.selection_set) for each in details)
        collected = collect_subfields(self._schema, self._fragments, self._variables, self._operation, type_, details)
        if collected.new_defer_usages:
            raise Unsupported("@defer")
        name = self._level(type_, collected.grouped_field_set, (type_.name, selections), depth)
        field.below.append(self._by_name[name])
        namespace = self._namespace
        # By name: a function may be needed before it is there, where fragments lead back to themselves.
        return lambda run, level, place: namespace[name](run, level, place)


class _LevelWriter:
    """Writes the function of one level."""

    def __init__(
        self,
        selected: SelectedLevel,
        fields: list[Field],
        constant: Callable[[Any], str],
        look: Look | None,
        selections: Selections,
    ) -> None:
        self._look = look
        self._selections = selections
        self._selected = selected
        self._fields = fields
        self._constant = constant
        self._columns: list[str] = []  # the statements that load the columns of plain values
        self._loop: list[str] = []  # the statements that work out one row
        self._entries: list[str] = []  # the entries of its dictionary
        self._after: list[str] = []  # the statements that complete the composite fields

    def text(self) -> str:
        """The function's source."""
        for field in self._fields:
            self._selected.template[field.key] = None
            if isinstance(field.shape, LeafShape):
                self._leaf(field, field.shape)
            else:
                self._composite(field)
        columns = [f"x{number}" for number in range(len(self._columns))]
        selected = self._constant(self._selected)
        careful = f"rows = careful_rows(run, {selected}, level, [{', '.join(f'c_{name}' for name in columns)}], place)"
        target, over = "o", "level"
        if columns:
            target, over = ", ".join(["o", *columns]), f"zip(level, {', '.join(f'c_{name}' for name in columns)})"
        row = "{" + ", ".join(self._entries) + "}"
        lines = []
        if self._look or any(isinstance(field.values, Loaded) and field.below for field in self._fields):
            lines.append(f"level.ahead = Ahead(run, {self._constant(self._selections)})")
        if self._look:
            lines.append(f"{self._constant(self._look)}(run, level)")
        lines += self._columns
        if self._loop:
            lines += ["rows = []", "add = rows.append", "try:", f"    for {target} in {over}:"]
            lines += [f"        {statement}" for statement in [*self._loop, f"add({row})"]]
            lines += ["except Exception:", f"    {careful}"]
        else:
            lines.append(f"rows = [{row} for o in level]")
        lines += [*self._after, "return rows"]
        return "\n    ".join([f"def {self._selected.name}(run, level, place):", *lines])

    def _leaf(self, field: Field, shape: LeafShape) -> None:
        value = f"v{len(self._selected.leaves)}"
        match field.values:
            case Typename():
                self._selected.template[field.key] = field.parent_type.name
                self._entries.append(f"{_quoted(field.key)}: {_quoted(field.parent_type.name)}")
                return
            case Attribute(name=name):
                read: Callable[[Any], Any] | None = _reader(name)
                raw = attribute_expression(name, self._constant)
            case Read(function):
                read, raw = function, f"{self._constant(function)}(o)"
            case _:
                read, raw = None, f"x{len(self._columns)}"
                column = self._constant(column_of(field))
                self._columns.append(f"c_{raw} = {column}(run, level, place)")
        self._selected.leaves.append(LeafField(field, shape, read, len(self._columns) - 1))
        self._loop += [f"{value} = {raw}", *leaf_statements(shape, value, self._constant)]
        self._entries.append(f"{_quoted(field.key)}: {value}")

    def _composite(self, field: Field) -> None:
        self._entries.append(f"{_quoted(field.key)}: None")
        column = f"values = {self._constant(column_of(field))}(run, level, place)"
        if isinstance(field.values, Attribute):
            raw = attribute_expression(field.values.name, self._constant)
            self._after += ["try:", f"    values = [{raw} for o in level]", "except Exception:", f"    {column}"]
        else:
            self._after.append(column)
        put = "put_any"
        if isinstance(field.shape, ObjectShape):
            put = "put_objects"
        elif isinstance(field.shape, ListShape) and isinstance(field.shape.item, ObjectShape):
            put = "put_lists"
        self._after.append(f"{put}(run, {self._constant(field)}, values, rows, level, place)")


def _reader(name: str) -> Callable[[Any], Any]:
    return lambda row: getattr(row, name)


def _quoted(name: str) -> str:
    """A GraphQL name as a text constant. Whoever wrote it, it has only letters, digits and underscores."""
    if not (name.isascii() and name.isidentifier()):
        raise Unsupported(f"{ast.dump(ast.Constant(name))} is not a name")
    return f"'{name}'"
