"""Arguments that are the same in every request: coerced once for a plan."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import NoneType
from typing import Any, Final

from graphql import ListValueNode, ObjectValueNode, ValueNode, VariableNode

_UNCHANGING: Final = (str, int, float, bool, NoneType, Enum)


def has_variables(value: ValueNode) -> bool:
    """Whether the value of an argument depends on a variable."""
    if isinstance(value, VariableNode):
        return True
    if isinstance(value, ListValueNode):
        return any(map(has_variables, value.values))
    if isinstance(value, ObjectValueNode):
        return any(has_variables(field.value) for field in value.fields)
    return False


def can_be_shared(arguments: Mapping[str, Any]) -> bool:
    """Whether coerced arguments may be given to many requests: no resolver can change a value among them."""
    return all(isinstance(value, _UNCHANGING) for value in arguments.values())
