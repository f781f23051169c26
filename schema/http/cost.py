"""What an operation may cost at most, from the sizes of its lists, before anything of it runs.

An object costs 1 and a value 0. What a list holds is multiplied by the list's size: `first` or `last` of its
connection where there is one (the default page size if neither is given), the number of `ids` where those are what is
asked for, else a guess. A mutation's own work costs 10 more. So
`products(first: 10) {edges {node {name thumbnail {url}}}}` costs 1 (connection) +
10 x (1 edge + 1 node + 1 thumbnail) = 31.

The document is turned into a `Price` once; only the sizes that come in variables are filled in per request.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from graphql import (
    ArgumentNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_composite_type,
    is_list_type,
)

from schema.limits import Limits, require_at_most

GUESSED_LIST_SIZE: Final = 5
MUTATION_COST: Final = 10
PAGE_ARGUMENTS: Final = ("first", "last")
PAGE_FIELDS: Final = ("edges", "nodes")
IDS_ARGUMENT: Final = "ids"


@dataclass(frozen=True, slots=True)
class Size:
    """How many items a list has: the largest of the figures given, `default` if there are none."""

    literals: tuple[int, ...]
    variables: tuple[str, ...]
    default: int

    def of(self, variables: Mapping[str, object]) -> int:
        """The size with the request's variables filled in. Never negative: the field itself refuses that."""
        given = [*self.literals]
        for name in self.variables:
            value = list_size(variables.get(name))
            if value is not None:
                given.append(value)
        return max(0, *given) if given else self.default


def list_size(value: object) -> int | None:
    """How many items a variable asks for: a page size, or the length of a list of ids."""
    return len(value) if isinstance(value, list) else page_size(value)


def page_size(value: object) -> int | None:
    """The integer that GraphQL's Int will make of a JSON number; None for anything else."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return int(value)
    return None


@dataclass(slots=True, eq=False)
class Price:
    """`fixed`, plus each part as often as it occurs, times its size."""

    fixed: int = 0
    parts: Counter[tuple[Size, Price]] = field(default_factory=Counter)

    def add(self, other: Price) -> None:
        """Take in the price of something selected beside."""
        self.fixed += other.fixed
        self.parts.update(other.parts)

    def add_times(self, size: Size, item: Price) -> None:
        """Take in a list of `size` items."""
        if not item.fixed and not item.parts:
            return
        if not size.variables and not item.parts:
            self.fixed += size.of({}) * item.fixed
        else:
            self.parts[(size, item)] += 1

    def of(self, variables: Mapping[str, object], _known: dict[int, int] | None = None) -> int:
        """The figure for one request's variables. Shared parts are computed once."""
        known = {} if _known is None else _known
        figure = known.get(id(self))
        if figure is None:
            figure = self.fixed + sum(
                count * size.of(variables) * item.of(variables, known) for (size, item), count in self.parts.items()
            )
            known[id(self)] = figure
        return figure


class Pricing:
    """Prices the operations of one valid document."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, limits: Limits) -> None:
        self._schema = schema
        self._limits = limits
        self._fragments = {
            node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
        }
        self._priced: dict[tuple[str, Size | None], Price] = {}
        self.page_variables: dict[str, str] = {}

    def operation(self, operation: OperationDefinitionNode) -> Price:
        """The price of one operation. Raises LimitExceeded for a page size above the limit."""
        root = self._schema.get_root_type(operation.operation)
        price = self._selections(operation.selection_set, root, None)
        if operation.operation is OperationType.MUTATION:
            price.fixed += MUTATION_COST * len(operation.selection_set.selections)
        return price

    def _selections(self, selections: SelectionSetNode, parent: GraphQLNamedType | None, page: Size | None) -> Price:
        price = Price()
        for selection in selections.selections:
            if isinstance(selection, FieldNode):
                self._field(selection, parent, page, price)
            elif isinstance(selection, FragmentSpreadNode):
                price.add(self._fragment(selection.name.value, page))
            elif isinstance(selection, InlineFragmentNode):
                condition = selection.type_condition
                inner = self._schema.get_type(condition.name.value) if condition else parent
                price.add(self._selections(selection.selection_set, inner, page))
        return price

    def _fragment(self, name: str, page: Size | None) -> Price:
        key = (name, page)
        price = self._priced.get(key)
        if price is None:
            fragment = self._fragments[name]
            parent = self._schema.get_type(fragment.type_condition.name.value)
            price = self._priced[key] = self._selections(fragment.selection_set, parent, page)
        return price

    def _field(self, node: FieldNode, parent: GraphQLNamedType | None, page: Size | None, price: Price) -> None:
        definition = self._definition(node, parent)
        if definition is None:
            return  # introspection: its depth has a limit of its own, and it reads nothing
        own_page = self._page(node, definition)
        named = get_named_type(definition.type)
        is_list = is_list_type(get_nullable_type(definition.type))
        item = Price(fixed=1 if is_composite_type(named) else 0)
        if node.selection_set is not None:
            item.add(self._selections(node.selection_set, named, None if is_list else own_page))
        if not is_list:
            price.add(item)
        elif own_page is not None:
            price.add_times(own_page, item)
        elif page is not None and node.name.value in PAGE_FIELDS:
            price.add_times(page, item)
        elif (asked := _ids(node, definition)) is not None:
            price.add_times(asked, item)
        else:
            price.add_times(Size((), (), GUESSED_LIST_SIZE), item)

    def _definition(self, node: FieldNode, parent: GraphQLNamedType | None) -> GraphQLField | None:
        if node.name.value.startswith("__"):
            return None
        fields = getattr(parent, "fields", None)
        return fields[node.name.value] if fields is not None else None

    def _page(self, node: FieldNode, definition: GraphQLField) -> Size | None:
        """The page that a connection field is asked for; None for a field without `first` and `last`."""
        if not any(name in definition.args for name in PAGE_ARGUMENTS):
            return None
        literals: list[int] = []
        variables: list[str] = []
        for argument in node.arguments or ():
            if argument.name.value not in PAGE_ARGUMENTS:
                continue
            if isinstance(argument.value, IntValueNode):
                literals.append(self._checked(argument, int(argument.value.value)))
            elif isinstance(argument.value, VariableNode):
                variables.append(argument.value.name.value)
                self.page_variables[argument.value.name.value] = argument.name.value
        return Size(tuple(literals), tuple(variables), self._limits.default_page_size)

    def _checked(self, argument: ArgumentNode, size: int) -> int:
        require_at_most(argument.name.value, self._limits.page_size, size, "items on a page")
        return size


def _ids(node: FieldNode, definition: GraphQLField) -> Size | None:
    """As many as ids are given, for a list that is asked for by them; None for any other."""
    if IDS_ARGUMENT not in definition.args:
        return None
    given = next((each.value for each in node.arguments or () if each.name.value == IDS_ARGUMENT), None)
    if isinstance(given, VariableNode):
        return Size((), (given.name.value,), GUESSED_LIST_SIZE)
    return Size((len(given.values) if isinstance(given, ListValueNode) else 1,), (), GUESSED_LIST_SIZE)


def defaults_of(operation: OperationDefinitionNode) -> dict[str, int]:
    """The integers that the operation's variables have if the request does not give them."""
    return {
        variable.variable.name.value: int(variable.default_value.value)
        for variable in operation.variable_definitions or ()
        if isinstance(variable.default_value, IntValueNode)
    }


def root_fields(operation: OperationDefinitionNode, document: DocumentNode) -> frozenset[str]:
    """The names of the root fields that a valid operation selects, through its fragments."""
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    names: set[str] = set()
    seen: set[str] = set()
    pending = [operation.selection_set]
    while pending:
        for selection in pending.pop().selections:
            if isinstance(selection, FieldNode):
                names.add(selection.name.value)
            elif isinstance(selection, InlineFragmentNode):
                pending.append(selection.selection_set)
            elif isinstance(selection, FragmentSpreadNode) and selection.name.value not in seen:
                seen.add(selection.name.value)
                pending.append(fragments[selection.name.value].selection_set)
    return frozenset(names)
