"""Several reads in one round trip: the rows of several named statements, one statement's after the other's.

Asking PostgreSQL costs both sides more than a small read itself does: two switches of the process, a plan to be opened,
a description of the columns. A page of products asks eight times; here it asks once.

    AROUND = Together("around_products", "uuid[]", parts={"media": Part(_MEDIA, [str, MediaRow], "$1"), ...})
    AROUND.all({"media"}, uuid_array(product_ids))["media"]

Rows of several kinds share their columns: each part puts its values where the types fit, NULL elsewhere. Where there
would be many of those, as for rows of whole models, each row is one JSON array instead: PostgreSQL sets up every column
of every part for each call, and a cart of one line costs more to set up than to read.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import partial
from operator import itemgetter
from types import NoneType
from typing import Any, Final, get_args, get_type_hints
from uuid import UUID

import orjson
from django.db.models import Field

from commerce.core.ids import stored_uuid
from commerce.core.records import Records, sql_type
from commerce.core.statements import Parameter, Statement

_SQL_TYPES: Final[dict[Any, str]] = {
    str: "text",
    int: "bigint",
    bool: "bool",
    Decimal: "numeric",
    datetime: "timestamptz",
    UUID: "uuid",
    list[str]: "text[]",
    Sequence[str]: "text[]",
    list[UUID]: "uuid[]",
}
MOST_SETS: Final = 32
"""How many sets of wanted parts have a statement of their own."""

MOST_COLUMNS: Final = 40
"""Of more than so many shared columns, each row is one JSON array."""

_MOST_PACKED: Final = 100
"""As many values as a function of PostgreSQL takes."""

_AS_THEY_ARE: Final = ("bigint", "bool", "integer", "smallint", "text", "text[]", "timestamptz", "uuid", "uuid[]")
_IN_JSON: Final = dict.fromkeys(_AS_THEY_ARE, "{}::{}") | {"jsonb": "{}::text", "numeric": "{}::text"}
"""How columns get into an array: documents, which models read from their text, and numbers, which stay exact, as text.
Rows with columns of other types are not packed.
"""

_FROM_JSON: Final[dict[str, Callable[[Any], Any]]] = {
    "numeric": Decimal,
    "timestamptz": datetime.fromisoformat,
    "uuid": stored_uuid,
    "uuid[]": lambda found: [stored_uuid(each) for each in found],
}
"""How those come back that are text in JSON."""

_ALIASES: Final = {"timestamp with time zone": "timestamptz", "boolean": "bool"}
_PARAMETER: Final = re.compile(r"\$(\d+)")


class Part:
    """One of the statements, with its columns' types and what stands in place of its parameters."""

    def __init__(
        self,
        statement: Statement[Any],
        columns: Sequence[Any],
        *given: str,
        make: Callable[[tuple[Any, ...]], Any] | None = None,
        order: Callable[[Any], Any] | None = None,
    ) -> None:
        """`columns` are Python types, named tuples of them and fields of models, one after the other. `given` is SQL,
        in which `$1` is the first parameter of all parts together, and a part that was named before is a table with
        columns c1, c2 ... A row is what `make` makes of its columns, without it what the statement says. Rows are
        sorted by `order` if it is there.
        """
        if len(given) != len(statement.types):
            raise ValueError(f"{statement.name} takes {len(statement.types)} parameters.")
        self.statement: Final = statement
        self.make: Final = make
        self.order: Final = order
        self.types: Final = [each for column in columns for each in _sql_types(column)]
        self.sql: Final = _PARAMETER.sub(lambda found: f"({given[int(found[1]) - 1]})", statement.sql)

    @classmethod
    def of(cls, records: Records[Any], *given: str, extra: Sequence[Any] = ()) -> Part:
        """Instances of a model, in their columns and those of `extra`, whose types are to be named."""
        return cls(records.statement, [*records.fields, *extra], *given, make=records.made, order=records.order)


def column_of(records: Records[Any], name: str) -> str:
    """How the column of a foreign key or value (`variant_id`, `variant__product_id`) is called in a part of these."""
    return f"c{records.names.index(name) + 1}"


def value_of(part: str, records: Records[Any], name: str) -> str:
    """SQL for a column of the only row of a part of these records that was named before; NULL without the row."""
    return f"(SELECT {column_of(records, name)} FROM {part})"  # noqa: S608 - our own names only


def _sql_types(column: Any) -> list[str]:
    if isinstance(column, Field):
        named = sql_type(column)
        return [_ALIASES.get(named, named)]
    if hasattr(column, "_fields"):
        hints = get_type_hints(column)
        return [each for name in column._fields for each in _sql_types(hints[name])]
    kinds = [kind for kind in get_args(column) if kind is not NoneType] if NoneType in get_args(column) else [column]
    return [_SQL_TYPES[kinds[0]]]


class _Asking:
    """The statement that asks for some of the parts, and who makes their rows."""

    def __init__(
        self,
        name: str,
        types: Sequence[str],
        parts: Mapping[str, Part],
        wanted: Collection[str] | None = None,
        *,
        listed: bool = False,
    ) -> None:
        """Without `wanted` its last parameter, an array of names, says which of the parts are."""
        chooses = wanted is None
        self.names: Final = [key for key in parts if wanted is None or key in wanted]
        self.makers: Final[list[Callable[[tuple[Any, ...]], Any]]] = []
        slots = _slots([parts[key] for key in self.names])
        is_packed = len(slots) > MOST_COLUMNS and all(_can_be_packed(parts[key]) for key in self.names)
        tables: list[str] = []
        branches: list[str] = []
        for key, part in parts.items():
            if key not in self.names:
                # What another one refers to. (If it is only called so there, PostgreSQL leaves it out of the plan.)
                if any(re.search(rf"\b{key}\b", parts[name].sql) for name in self.names):
                    tables.append(f"{key}({', '.join(_columns(part))}) AS ({part.sql})")
                continue
            columns = _columns(part)
            shown, maker = _packed(part, columns) if is_packed else _spread(part, columns, slots)
            condition = f" WHERE '{key}' = ANY(${len(types) + 1})" if chooses else ""
            tables.append(f"{key}({', '.join(columns)}) AS ({part.sql})")
            branches.append(f"SELECT {len(branches)}, {shown} FROM {key}{condition}")  # noqa: S608 - our own names only
            self.makers.append(maker)
        sql = f"WITH {', '.join(tables)}\n{' UNION ALL '.join(branches)}"
        every = (*types, "text[]") if chooses else types
        self.statement: Final[Statement[tuple[Any, ...]]] = Statement(name, tuple, sql, *every, is_read=listed)


class Together:
    """Named statements that are asked in one. Of the parts, those that are not wanted are not run."""

    def __init__(self, name: str, *types: str, parts: Mapping[str, Part], listed: bool = True) -> None:
        """`types` are the SQL types of the parameters. Parts may refer to those before them.

        What is made as it is needed stands in no list of reads (`listed` False).
        """
        self._name: Final = name
        self._types: Final = types
        self._parts: Final = dict(parts)
        self._every: Final = _Asking(name, types, parts, listed=listed)
        self._some: dict[frozenset[str], _Asking] = {}
        self.statement: Final = self._every.statement

    def all(self, wanted: Collection[str], *parameters: Parameter) -> dict[str, list[Any]]:
        """The rows of each wanted part, in its order. Raises as Statement.all does."""
        if not wanted:
            return {}
        found: dict[str, list[Any]] = {name: [] for name in wanted}
        asking = self._for(frozenset(wanted))
        given = (*parameters, list(wanted)) if asking is self._every else parameters
        names, makers = asking.names, asking.makers
        # Where the branches of a UNION ALL are read one after the other, each in its own order, as in every plan that
        # is not parallel; and a part that stands in WITH and is read more than once never is.
        for row in asking.statement.all(*given):
            number = row[0]
            found[names[number]].append(makers[number](row))
        for name, rows in found.items():
            if (order := self._parts[name].order) is not None:
                rows.sort(key=order)
        return found

    def _for(self, wanted: frozenset[str]) -> _Asking:
        """The statement of just these parts: a session must not go through those that nobody wants.

        Each statement is a plan in the memory of each session, so there are not too many: the one with all parts, which
        is told what is wanted, does the rest.
        """
        asking = self._some.get(wanted)
        if asking is not None:
            return asking
        if len(self._some) >= MOST_SETS:
            return self._every
        bits = sum(1 << place for place, name in enumerate(self._parts) if name in wanted)
        asking = self._some[wanted] = _Asking(f"{self._name}_{bits}", self._types, self._parts, wanted)
        return asking


def _columns(part: Part) -> list[str]:
    return [f"c{place}" for place in range(1, len(part.types) + 1)]


def _can_be_packed(part: Part) -> bool:
    return len(part.types) <= _MOST_PACKED and _IN_JSON.keys() >= set(part.types)


def _packed(part: Part, columns: Sequence[str]) -> tuple[str, Callable[[tuple[Any, ...]], Any]]:
    """The columns of a part as one, and what reads a row of it."""
    shown = [_IN_JSON[kind].format(column, kind) for column, kind in zip(columns, part.types, strict=True)]
    reads = [(place, _FROM_JSON[kind]) for place, kind in enumerate(part.types) if kind in _FROM_JSON]
    make = _making(part)

    def read(found: tuple[Any, ...]) -> Any:
        values = orjson.loads(found[1])
        for place, of_text in reads:
            if values[place] is not None:
                values[place] = of_text(values[place])
        return make(values)

    return f"json_build_array({', '.join(shown)})::text", read


def _making(part: Part) -> Callable[[Iterable[Any]], Any]:
    if part.make is not None:
        make = part.make
        return lambda values: make(tuple(values))
    return tuple if part.statement.row is tuple else partial(tuple.__new__, part.statement.row)


def _spread(part: Part, columns: Sequence[str], slots: Sequence[str]) -> tuple[str, Callable[[tuple[Any, ...]], Any]]:
    """The shared columns with those of a part in them, and what reads a row of it."""
    places = _places(part.types, slots)
    values = dict(zip(places, columns, strict=True))
    shown = ", ".join(f"{values.get(place, 'NULL')}::{kind}" for place, kind in enumerate(slots))
    return shown, _maker(part, [place + 1 for place in places])


def _slots(parts: Collection[Part]) -> list[str]:
    """The types of the shared columns: as many of each as the part that has most of them."""
    most: Counter[str] = Counter()
    for part in parts:
        most |= Counter(part.types)
    return sorted(most.elements())


def _places(types: Sequence[str], slots: Sequence[str]) -> list[int]:
    """Which of the shared columns each of a part's columns goes to."""
    free = {kind: [place for place, of in enumerate(slots) if of == kind] for kind in set(types)}
    return [free[kind].pop(0) for kind in types]


def _maker(part: Part, places: list[int]) -> Callable[[tuple[Any, ...]], Any]:
    pick, row, make = itemgetter(*places), part.statement.row, part.make
    if make is not None:
        return lambda found: make(pick(found))
    if len(places) == 1:
        return lambda found: tuple.__new__(row, (pick(found),))
    if row is tuple:
        return pick
    return lambda found: tuple.__new__(row, pick(found))
