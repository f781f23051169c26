"""Building the rows of a level one by one, after the generated code met a value that it could not write."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from graphql import Undefined

from schema.engine.completion import null_error
from schema.engine.levels import Level
from schema.engine.places import Place, value_path
from schema.engine.selection import NULLED, LeafField, SelectedLevel, written

if TYPE_CHECKING:
    from schema.engine.run import Run


def careful_rows(
    run: Run, selected: SelectedLevel, level: Level[Any], columns: Sequence[list[Any]], place: Place
) -> list[Any]:
    """The rows with every plain value in them; a row is NULLED where one that may not be null is wrong or missing."""
    return [
        _row(run, selected, row, [column[index] for column in columns], place, index) for index, row in enumerate(level)
    ]


def _row(run: Run, selected: SelectedLevel, row: Any, cells: list[Any], place: Place, index: int) -> Any:
    answer = dict(selected.template)
    for leaf in selected.leaves:
        field = leaf.field
        try:
            value = leaf.read(row) if leaf.read is not None else cells[leaf.column]
            answer[field.key] = _written(leaf, value)
        except Exception as error:  # noqa: BLE001 - whatever it is, it becomes the field's error
            forces_null = leaf.shape.non_null
            run.fail(field, value_path(place, index, field), error, forces_null=forces_null)
            if forces_null:
                return NULLED
            answer[field.key] = None
    return answer


def _written(leaf: LeafField, value: Any) -> Any:
    if isinstance(value, Exception):
        raise value
    if value is None or value is Undefined:
        if leaf.shape.non_null:
            raise null_error(leaf.field)
        return None
    return written(leaf.shape.leaf, value)
