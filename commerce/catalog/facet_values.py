"""Attribute values by their ids, each with its attribute."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from commerce.catalog.described import DESCRIBED_COLUMNS, AttributeRow, ValueRow
from commerce.core.statements import Statement, uuid_array

_SQL: Final = """
SELECT {columns}
  FROM attributes_attributevalue AS value
  JOIN attributes_attribute AS attribute ON attribute.id = value.attribute_id
 WHERE value.id = ANY($1)
 ORDER BY attribute.name, attribute.id, value.sort_order, value.id
"""
# The columns of an AttributeRow, then those of a ValueRow.
_VALUES: Final[Statement[tuple[Any, ...]]] = Statement(
    "attribute_values_by_id", tuple, _SQL.format(columns=DESCRIBED_COLUMNS), "uuid[]"
)
_WIDTH: Final = len(AttributeRow._fields)


def values_by_id(ids: Collection[str]) -> list[tuple[AttributeRow, ValueRow]]:
    """The values with these ids, by the names of their attributes, in the order of the shop; in one statement."""
    if not ids:
        return []
    return [(AttributeRow._make(row[:_WIDTH]), ValueRow._make(row[_WIDTH:])) for row in _VALUES.all(uuid_array(ids))]
