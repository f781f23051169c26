"""The limits on what comes in variables; the document's own literals are checked when it is prepared."""

from __future__ import annotations

from collections.abc import Mapping

from schema.http.cost import page_size
from schema.http.documents import Operation
from schema.limits import Limits, require_at_most


def check_variables(operation: Operation, variables: Mapping[str, object], limits: Limits) -> int:
    """Raise LimitExceeded for lists, nesting or page sizes that are too large, or a cost that is. Returns the cost."""
    known = {**operation.defaults, **variables}
    for name, argument in operation.page_variables.items():
        size = page_size(known.get(name))
        if size is not None:
            require_at_most(argument, limits.page_size, size, "items on a page")
    _check_values(variables, limits)
    cost = operation.price.of(known)
    require_at_most("cost", limits.cost, cost, "points, estimated from the sizes of its lists")
    return cost


def _check_values(variables: Mapping[str, object], limits: Limits) -> None:
    depth = 0
    level: list[object] = list(variables.values())
    while containers := [value for value in level if isinstance(value, list | dict)]:
        depth += 1
        level = []
        for value in containers:
            if isinstance(value, list):
                require_at_most("listItems", limits.list_items, len(value), "items in a list")
                level += value
            else:
                level += value.values()
        require_at_most("inputDepth", limits.input_depth, depth, "levels of input")
