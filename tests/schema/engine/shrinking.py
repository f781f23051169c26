"""Makes a document that shows a difference as small as it can be while it still does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from graphql import (
    REMOVE,
    DocumentNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    Visitor,
    parse,
    print_ast,
    visit,
)
from graphql.language.ast import Node

_PARTS = ("selections", "arguments", "directives", "fields", "values")


def shrink(text: str, still: Callable[[str], bool], *, tries: int = 2_000) -> str:
    """The smallest document found by leaving out selections, arguments, directives and parts of values.

    `still(text)` says whether a smaller document is valid and still shows the difference; it is asked at most `tries`
    times.
    """
    smaller = True
    while smaller and tries > 0:
        smaller = False
        for candidate in _smaller(text):
            tries -= 1
            if still(candidate):
                text, smaller = candidate, True
                break
            if tries <= 0:
                break
    return text


def _smaller(text: str) -> Iterator[str]:
    """Documents with one part less, larger parts first, then with one fragment's selections set in its place."""
    document = parse(text, no_location=True)
    nodes = _nodes(document)
    parts = [
        each
        for node in nodes
        for part in _PARTS
        for each in getattr(node, part, None) or ()
        if part != "selections" or len(node.selections) > 1
    ]
    for each in sorted(parts, key=lambda node: -len(print_ast(node))):
        yield print_ast(_pruned(_with(document, each, REMOVE)))
    fragments = {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}
    for node in nodes:
        if isinstance(node, SelectionSetNode):
            for index, each in enumerate(node.selections):
                inner = fragments.get(each.name.value) if isinstance(each, FragmentSpreadNode) else each
                if isinstance(inner, InlineFragmentNode | FragmentDefinitionNode):
                    selections = (
                        *node.selections[:index],
                        *inner.selection_set.selections,
                        *node.selections[index + 1 :],
                    )
                    yield print_ast(_pruned(_with(document, node, replace(node, selections=selections))))


def _nodes(document: DocumentNode) -> list[Any]:
    nodes: list[Any] = []

    class Finder(Visitor):
        def enter(self, node: Node, *_: Any) -> None:
            nodes.append(node)

    visit(document, Finder())
    return nodes


def _with(document: DocumentNode, target: Node, replacement: Any) -> DocumentNode:
    class Editor(Visitor):
        def leave(self, node: Node, *_: Any) -> Any:
            return replacement if node is target else None

    changed: DocumentNode = visit(document, Editor())
    return changed


def _pruned(document: DocumentNode) -> DocumentNode:
    """Without fragments and variables that nothing uses any more."""
    while True:
        spread = {node.name.value for node in _nodes(document) if isinstance(node, FragmentSpreadNode)}
        kept = tuple(
            each
            for each in document.definitions
            if not isinstance(each, FragmentDefinitionNode) or each.name.value in spread
        )
        if len(kept) == len(document.definitions):
            break
        document = replace(document, definitions=kept)
    bare = replace(document, definitions=tuple(_with_variables(each, set()) for each in document.definitions))
    used = {node.name.value for node in _nodes(bare) if isinstance(node, VariableNode)}
    return replace(document, definitions=tuple(_with_variables(each, used) for each in document.definitions))


def _with_variables(definition: Any, names: set[str]) -> Any:
    if not isinstance(definition, OperationDefinitionNode):
        return definition
    kept = tuple(each for each in definition.variable_definitions or () if each.variable.name.value in names)
    return replace(definition, variable_definitions=kept)
