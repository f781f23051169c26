"""Counts what an operation asks for, through its fragments, in time linear in the document.

Each fragment is measured once and its figures are added wherever it is spread, so that fragments which spread
each other a hundred times cost nothing. Runs before validation, and therefore trusts nothing: unknown fragments
count as empty, a fragment that reaches itself counts as empty there (validation refuses both).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    ValueNode,
)

from schema.limits import LimitExceeded, Limits, require_at_most

# Figures stop growing here: fragments can multiply them past anything that is worth computing with.
CEILING = 1_000_000

# Selection sets in selection sets, through fragments: what Python's stack surely bears.
NESTING = 100


@dataclass(slots=True)
class Figures:
    """What a selection set holds.

    `fields` counts its top level. `repeats` is how often, at most, one path of response names is selected below it;
    `names` holds the same for the paths that begin with each name of the top level.
    """

    depth: int = 0
    introspection_depth: int = 0
    aliases: int = 0
    directives: int = 0
    fields: int = 0
    repeats: int = 0
    names: Counter[str] = field(default_factory=Counter)

    def add(self, other: Figures, *, levels: int = 0, introspection: bool = False) -> None:
        """Take in what a child holds; it stands `levels` deeper, `introspection` if below `__schema` or `__type`."""
        depth = other.depth + levels
        if introspection:
            self.introspection_depth = max(self.introspection_depth, depth)
        else:
            self.depth = max(self.depth, depth)
        if other.introspection_depth:
            self.introspection_depth = max(self.introspection_depth, other.introspection_depth + levels)
        self.aliases = min(CEILING, self.aliases + other.aliases)
        self.directives = min(CEILING, self.directives + other.directives)
        self.repeats = max(self.repeats, other.repeats)


class Measure:
    """The figures of every operation and fragment of one document."""

    def __init__(self, document: DocumentNode) -> None:
        definitions = document.definitions
        self.operations = [node for node in definitions if isinstance(node, OperationDefinitionNode)]
        self._fragments = {node.name.value: node for node in definitions if isinstance(node, FragmentDefinitionNode)}
        self._measured: dict[str, Figures] = {}
        self._open: set[str] = set()
        self._nesting = 0

    def operation(self, operation: OperationDefinitionNode) -> Figures:
        """What one operation asks for."""
        figures = self._selections(operation.selection_set)
        own = len(operation.directives or ())
        own += sum(len(variable.directives or ()) for variable in operation.variable_definitions or ())
        figures.directives = min(CEILING, figures.directives + own)
        return figures

    def _selections(self, selection_set: SelectionSetNode) -> Figures:
        self._nesting += 1
        if self._nesting > NESTING:
            message = f"The limit nesting is {NESTING} selection sets in each other, through fragments."
            raise LimitExceeded("nesting", maximum=NESTING, message=message)
        figures = self._collected(selection_set)
        self._nesting -= 1
        return figures

    def _collected(self, selection_set: SelectionSetNode) -> Figures:
        figures = Figures()
        for selection in selection_set.selections:
            figures.directives += len(selection.directives or ())
            if isinstance(selection, FieldNode):
                self._field(selection, figures)
                continue
            inner = (
                self._fragment(selection.name.value)
                if isinstance(selection, FragmentSpreadNode)
                else self._selections(selection.selection_set)  # type: ignore[attr-defined]
            )
            figures.add(inner)
            figures.fields = min(CEILING, figures.fields + inner.fields)
            figures.names.update(inner.names)
        if figures.names:
            figures.repeats = max(figures.repeats, max(figures.names.values()))
        return figures

    def _field(self, node: FieldNode, figures: Figures) -> None:
        name = node.name.value
        inner = self._selections(node.selection_set) if node.selection_set else Figures()
        figures.add(inner, levels=1, introspection=name in ("__schema", "__type"))
        figures.aliases = min(CEILING, figures.aliases + (node.alias is not None))
        figures.fields = min(CEILING, figures.fields + 1)
        figures.names[node.alias.value if node.alias else name] += max(1, inner.repeats)

    def _fragment(self, name: str) -> Figures:
        known = self._measured.get(name)
        if known is not None:
            return known
        fragment = self._fragments.get(name)
        if fragment is None or name in self._open:
            return Figures()
        self._open.add(name)
        figures = self._selections(fragment.selection_set)
        figures.directives = min(CEILING, figures.directives + len(fragment.directives or ()))
        figures.names = Counter({key: min(CEILING, count) for key, count in figures.names.items()})
        self._open.discard(name)
        self._measured[name] = figures
        return figures


def check_shape(document: DocumentNode, limits: Limits) -> None:
    """Raise LimitExceeded if an operation of the document is too deep or too wide, or an input too long or too deep."""
    measure = Measure(document)
    for operation in measure.operations:
        figures = measure.operation(operation)
        roots = figures.fields
        require_at_most("depth", limits.depth, figures.depth, "levels of fields")
        require_at_most(
            "introspectionDepth", limits.introspection_depth, figures.introspection_depth, "levels of introspection"
        )
        require_at_most("aliases", limits.aliases, figures.aliases, "aliases")
        require_at_most("directives", limits.directives, figures.directives, "directives")
        require_at_most("rootFields", limits.root_fields, roots, "root fields")
        if operation.operation is OperationType.MUTATION:
            require_at_most("mutations", limits.mutations, roots, "mutations")
        require_at_most("repeats", limits.repeats, figures.repeats, "selections of one field")
    for value, depth in _literals(document):
        require_at_most("inputDepth", limits.input_depth, depth, "levels of input")
        if isinstance(value, ListValueNode):
            require_at_most("listItems", limits.list_items, len(value.values), "items in a list")


def _literals(document: DocumentNode) -> Iterator[tuple[ValueNode, int]]:
    """Every list and object that is written out in the document, with its depth in its argument."""
    for node in document.definitions:
        selection_set = getattr(node, "selection_set", None)
        pending: list[object] = [selection_set]
        for variable in getattr(node, "variable_definitions", None) or ():
            if variable.default_value is not None:
                yield from _nested(variable.default_value)
        while pending:
            current = pending.pop()
            if current is None:
                continue
            for selection in current.selections:  # type: ignore[attr-defined]
                pending.append(getattr(selection, "selection_set", None))
                for argument in getattr(selection, "arguments", None) or ():
                    yield from _nested(argument.value)


def _nested(value: ValueNode) -> Iterator[tuple[ValueNode, int]]:
    pending = [(value, 1)]
    while pending:
        current, depth = pending.pop()
        if isinstance(current, ListValueNode):
            yield current, depth
            pending += [(item, depth + 1) for item in current.values]
        elif isinstance(current, ObjectValueNode):
            yield current, depth
            pending += [(item.value, depth + 1) for item in current.fields]
