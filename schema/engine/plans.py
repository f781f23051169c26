"""The plans of one schema: found by the text of a document, made on its second sighting, bounded in number."""

from __future__ import annotations

import threading
from collections.abc import Hashable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakKeyDictionary

from graphql import (
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    Node,
    OperationDefinitionNode,
    VariableNode,
    Visitor,
    print_ast,
    visit,
)

from schema.engine.binding import Unsupported
from schema.engine.plan import Plan, compile_plan
from schema.engine.recent import Recent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphql.execution.values import VariableValues

CHOICES_REMEMBERED: Final = 64
"""How many combinations of conditions of one document are counted until they are compiled."""

CONDITIONS: Final = ("skip", "include")


@dataclass(slots=True)
class Figures:
    """What happened so far: executions with a plan and without, plans made, and operations that cannot have one."""

    planned: int = 0
    left_to_core: int = 0
    compiled: int = 0
    unsupported: int = 0


@dataclass(slots=True, eq=False)
class _Known:
    """An operation that came often enough: its plans by the values of the variables that choose fields.

    None stands for a choice that cannot be planned. `node` is the parsed operation that it was last met as.
    """

    conditions: tuple[str, ...]
    node: OperationDefinitionNode | None = None
    plans: dict[Hashable, Plan | None] = field(default_factory=dict)
    sightings: Recent[int] = field(default_factory=lambda: Recent(CHOICES_REMEMBERED))


class Plans:
    """Finds and makes the plans of one schema. Thread-safe.

    `documents` bounds how many operations are known, and how many are remembered until they come again;
    `plans_per_document` how many plans one of them may have. So neither a flood of documents nor the combinations of
    n conditions can fill the memory or push out what is in use. At the `compile_after`th sighting of an operation, and
    again of each choice of its conditions, it is compiled: what comes once is not worth it. Switched off by
    `enabled = False`.
    """

    def __init__(
        self, *, documents: int = 1_000, plans_per_document: int = 16, compile_after: int = 2, enabled: bool = True
    ) -> None:
        self.enabled = enabled
        self.figures = Figures()
        self._plans_per_document = plans_per_document
        self._compile_after = compile_after
        # By identity first: whoever keeps parsed documents comes with the same node again, and no text is hashed.
        self._by_node: Recent[tuple[OperationDefinitionNode, _Known]] = Recent(documents)
        self._known: Recent[_Known] = Recent(documents)
        self._sighted: Recent[int] = Recent(documents)
        self._lock = threading.Lock()

    def plan(
        self,
        schema: GraphQLSchema,
        operation: OperationDefinitionNode,
        fragments: Mapping[str, FragmentDefinitionNode],
        variables: VariableValues,
    ) -> Plan | None:
        """The plan of `operation`; None if it has none, yet or ever, and graphql-core has to do."""
        known = self._find(operation, fragments)
        plan = None if known is None else self._choose(known, schema, operation, fragments, variables)
        if plan is None:
            self.figures.left_to_core += 1
        else:
            self.figures.planned += 1
        return plan

    def prepare(
        self,
        schema: GraphQLSchema,
        operation: OperationDefinitionNode,
        fragments: Mapping[str, FragmentDefinitionNode],
        variables: VariableValues,
    ) -> Plan | None:
        """Compile `operation` now, before the first request: for documents that are known to come."""
        with self._lock:
            known = self._know(_key(operation, fragments), operation, fragments)
        return self._compile(known, _choice(known, variables), schema, operation, fragments, variables)

    def sizes(self) -> dict[str, int]:
        """How much is kept: known operations, those seen too seldom so far, and plans."""
        with self._lock:
            plans = sum(len(known.plans) for known in self._known.values())
            return {"known": len(self._known), "sighted": len(self._sighted), "plans": plans}

    def _find(
        self, operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]
    ) -> _Known | None:
        with self._lock:
            held = self._by_node.get(id(operation))
            if held is not None and held[0] is operation:
                return held[1]
        key = _key(operation, fragments)
        with self._lock:
            known = self._known.get(key)
            if known is None:
                sightings = (self._sighted.get(key) or 0) + 1
                if sightings < self._compile_after:
                    self._sighted.put(key, sightings)
                    return None
                self._sighted.drop(key)
                return self._know(key, operation, fragments)
            self._recognise(operation, known)
        return known

    def _recognise(self, operation: OperationDefinitionNode, known: _Known) -> None:
        """Find `known` by this node from now on, and no longer by an older one: a parsed document is large."""
        if known.node is not None:
            self._by_node.drop(id(known.node))
        known.node = operation
        self._by_node.put(id(operation), (operation, known))

    def _know(
        self, key: Hashable, operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]
    ) -> _Known:
        known = self._known.get(key)
        if known is None:
            known = _Known(_conditions(operation, fragments))
            # The choice that made it known has been seen as often as the document.
            self._known.put(key, known)
        self._recognise(operation, known)
        return known

    def _choose(
        self,
        known: _Known,
        schema: GraphQLSchema,
        operation: OperationDefinitionNode,
        fragments: Mapping[str, FragmentDefinitionNode],
        variables: VariableValues,
    ) -> Plan | None:
        choice = _choice(known, variables)
        plans = known.plans
        if choice in plans:
            return plans[choice]
        with self._lock:
            if len(plans) >= self._plans_per_document:
                return None
            if plans:
                sightings = (known.sightings.get(choice) or 0) + 1
                known.sightings.put(choice, sightings)
                if sightings < self._compile_after:
                    return None
        return self._compile(known, choice, schema, operation, fragments, variables)

    def _compile(
        self,
        known: _Known,
        choice: Hashable,
        schema: GraphQLSchema,
        operation: OperationDefinitionNode,
        fragments: Mapping[str, FragmentDefinitionNode],
        variables: VariableValues,
    ) -> Plan | None:
        try:
            plan: Plan | None = compile_plan(schema, operation, fragments, variables)
        except (Unsupported, GraphQLError):
            plan = None
        with self._lock:
            self.figures.compiled += plan is not None
            self.figures.unsupported += plan is None
            if choice in known.plans or len(known.plans) < self._plans_per_document:
                known.plans[choice] = plan
        return plan


def _key(operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]) -> Hashable:
    """What an operation is found by when its document was parsed again: the document's text and its own name."""
    name = operation.name.value if operation.name else None
    source = operation.loc.source if operation.loc else None
    if source is not None and all(node.loc and node.loc.source is source for node in fragments.values()):
        text = source.body
    else:
        text = "\n".join(print_ast(node) for node in (operation, *fragments.values()))
    return sha256(text.encode("utf-8", "surrogatepass")).digest(), name


def _conditions(operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]) -> tuple[str, ...]:
    """The variables that stand in @skip and @include, in a fixed order."""
    names: set[str] = set()

    class Conditions(Visitor):
        def enter_directive(self, node: Any, *_: Any) -> None:
            if node.name.value in CONDITIONS:
                names.update(each.value.name.value for each in node.arguments if isinstance(each.value, VariableNode))

    nodes: list[Node] = [operation, *fragments.values()]
    for node in nodes:
        visit(node, Conditions())
    return tuple(sorted(names))


def _choice(known: _Known, variables: VariableValues) -> Hashable:
    coerced = variables.coerced
    return tuple(coerced.get(name) for name in known.conditions)


_plans: WeakKeyDictionary[GraphQLSchema, Plans] = WeakKeyDictionary()
_making = threading.Lock()


def plans_of(schema: GraphQLSchema) -> Plans:
    """The plans of a schema, which live as long as it does."""
    plans = _plans.get(schema)
    if plans is None:
        with _making:
            plans = _plans.setdefault(schema, Plans())
    return plans


def set_plans(schema: GraphQLSchema, plans: Plans) -> None:
    """Give a schema plans with other bounds."""
    with _making:
        _plans[schema] = plans
