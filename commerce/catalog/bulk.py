"""Many rows at once, and what becomes of the rest when some of them are refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final, TypeVar

from django.db import transaction

from commerce.core.errors import CommerceError, InvalidInput, NotAuthenticated, PermissionDenied, Rejected
from commerce.core.transactions import retry_on_deadlock

R = TypeVar("R")

MAX_ROWS: Final = 100
_MAX_TRIES: Final = 20
_WHOLE_REQUEST: Final = (NotAuthenticated, PermissionDenied)


class ErrorPolicy(Enum):
    """What becomes of everything else when something is refused."""

    REJECT_EVERYTHING = "reject_everything"
    REJECT_FAILED_ROWS = "reject_failed_rows"
    IGNORE_FAILED = "ignore_failed"


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row, or a part of it, was refused; `path` begins with the row's place."""

    code: str
    message: str
    path: tuple[str, ...]


@dataclass(slots=True)
class RowResult:
    """What became of a row: whether it was written, what it is now, and what was wrong with it."""

    done: bool
    row: Any = None
    problems: list[Problem] = field(default_factory=list)


def run_bulk(
    rows: Sequence[R],
    write: Callable[[R], Any],
    *,
    policy: ErrorPolicy,
    name: str,
    without: Callable[[R, Sequence[CommerceError]], R | None] | None = None,
) -> list[RowResult]:
    """`write` each of `rows`, the argument `name`, in one transaction, and say what became of each.

    REJECT_EVERYTHING writes nothing if one row is refused, REJECT_FAILED_ROWS leaves out those that are, and
    IGNORE_FAILED also leaves out of a row what is wrong with it: `without(row, errors)` is the row without that, and
    None if nothing of it can be written; it moves the paths of the errors to where they are in the row as it came.
    Raises InvalidInput for too many rows, and refusals of permission, which are about the whole request.
    """
    if len(rows) > MAX_ROWS:
        raise InvalidInput(f"At most {MAX_ROWS} at once.", path=(name,))
    lenient = without if policy is ErrorPolicy.IGNORE_FAILED else None
    return retry_on_deadlock(lambda: _transaction(rows, write, policy, name, lenient))


def _transaction(
    rows: Sequence[R],
    write: Callable[[R], Any],
    policy: ErrorPolicy,
    name: str,
    without: Callable[[R, Sequence[CommerceError]], R | None] | None,
) -> list[RowResult]:
    with transaction.atomic():
        results = [_one(row, write, (name, str(index)), without) for index, row in enumerate(rows)]
        if policy is ErrorPolicy.REJECT_EVERYTHING and not all(result.done for result in results):
            transaction.set_rollback(True)
            return [RowResult(done=False, problems=result.problems) for result in results]
    return results


def _one(
    row: R,
    write: Callable[[R], Any],
    place: tuple[str, ...],
    without: Callable[[R, Sequence[CommerceError]], R | None] | None,
) -> RowResult:
    problems: list[Problem] = []
    rest: R | None = row
    for _ in range(_MAX_TRIES):
        if rest is None:
            break
        try:
            with transaction.atomic():
                return RowResult(done=True, row=write(rest), problems=problems)
        except _WHOLE_REQUEST:
            raise
        except (CommerceError, Rejected) as refusal:
            errors = refusal.errors if isinstance(refusal, Rejected) else [refusal]
        rest = without(rest, errors) if without is not None else None
        found = [Problem(error.code, error.message, (*place, *error.path)) for error in errors]
        problems += [problem for problem in found if problem not in problems]
    return RowResult(done=False, problems=problems)
