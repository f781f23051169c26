"""Locking and changing stock rows, any number of them at once, always in id order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple
from uuid import UUID

from django.db import connection

from commerce.core.statements import Statement
from commerce.core.transactions import is_first_try
from commerce.inventory.spreading import Promised, spread

# What is taken fits into what is on hand and the limit. What is given back pays off first what was overdrawn.
_OVERDRAWN: Final = "least(s.overdrawn, greatest(0, s.reserved + {delta} - s.on_hand - s.backorder_limit))"
_FITS: Final = "(s.oversellable OR {delta} <= 0 OR s.reserved + {delta} <= s.on_hand + s.backorder_limit)"
_TAKE_ONE: Final = Statement(
    "take_of_stock",
    tuple,
    f"""
    UPDATE inventory_stock s
    SET reserved = s.reserved + $2, overdrawn = {_OVERDRAWN.format(delta="$2")}, updated_at = now()
    WHERE s.id = $1 AND {_FITS.format(delta="$2")}
""",  # noqa: S608 - constants
    "uuid",
    "int",
    is_read=False,
)

# Sent along with COMMIT, where nobody reads how many rows it has changed.
_TAKE_OR_FAIL: Final = Statement(
    "take_of_stock_or_fail",
    tuple,
    f"WITH taken AS ({_TAKE_ONE.sql} RETURNING 1) SELECT inventory_require(count(*) = 1) FROM taken",  # noqa: S608
    "uuid",
    "int",
    is_read=False,
)
_MOST_AT_COMMIT: Final = 10
"""Of more rows than so many at once, one statement for all costs less."""

# Two statements, and no join in the one that locks: whoever has had to wait for a row has PostgreSQL look at the joined
# rows again one by one, which loses all but the first of them. An UPDATE that begins after the locks were taken sees
# the newest rows and has nothing to look at again.
_LOCK: Final = """
    SELECT id, oversellable, on_hand + backorder_limit - reserved FROM inventory_stock
    WHERE id = ANY(%s::uuid[]) ORDER BY id FOR NO KEY UPDATE
"""
_TAKE_LOCKED: Final = f"""
    UPDATE inventory_stock s
    SET reserved = s.reserved + asked.delta, overdrawn = {_OVERDRAWN.format(delta="asked.delta")}, updated_at = now()
    FROM unnest(%s::uuid[], %s::int[]) AS asked(id, delta)
    WHERE s.id = asked.id AND {_FITS.format(delta="asked.delta")}
"""  # noqa: S608 - constants

_COLUMNS: Final = """
    s.id, s.warehouse_id, s.variant_id, s.shard, s.is_closed, s.on_hand, s.reserved, s.oversellable, s.backorder_limit,
    s.overdrawn, s.low_stock_threshold
"""
_OF_VARIANTS: Final = """
    FROM inventory_stock s WHERE s.variant_id = ANY(%s::uuid[]) AND s.channel_id IS NULL
     AND NOT EXISTS (SELECT FROM catalog_bundlecomponent part WHERE part.bundle_id = s.variant_id)
"""
_OF_ROWS: Final = """
    FROM inventory_stock s WHERE s.id = ANY(ARRAY(
        SELECT shard.id FROM inventory_stock named
        JOIN inventory_stock shard ON shard.warehouse_id = named.warehouse_id AND shard.variant_id = named.variant_id
        WHERE named.id = ANY(%s::uuid[]) AND shard.channel_id IS NULL
    ))
"""
_WRITE: Final = """
    WITH noted AS (
        INSERT INTO inventory_stockmovement (stock_id, delta, reason, reference, note, actor_id, created_at)
        SELECT e.*, %s::uuid, now()
        FROM unnest(%s::uuid[], %s::int[], %s::text[], %s::uuid[], %s::text[]) AS e(id, delta, reason, reference, note)
    )
    UPDATE inventory_stock s
    SET on_hand = a.on_hand, reserved = a.reserved, oversellable = a.oversellable, backorder_limit = a.backorder_limit,
        overdrawn = a.overdrawn, low_stock_threshold = a.low_stock_threshold, is_closed = a.is_closed,
        updated_at = now()
    FROM unnest(%s::uuid[], %s::int[], %s::int[], %s::bool[], %s::int[], %s::int[], %s::int[], %s::bool[])
        AS a(id, on_hand, reserved, oversellable, backorder_limit, overdrawn, low_stock_threshold, is_closed)
    WHERE s.id = a.id
"""


class StockRow(NamedTuple):
    """A locked row of a stock."""

    id: UUID
    warehouse_id: UUID
    variant_id: UUID
    shard: int
    is_closed: bool
    on_hand: int
    reserved: int
    oversellable: bool
    backorder_limit: int
    overdrawn: int
    low_stock_threshold: int | None


@dataclass(slots=True)
class WholeStock:
    """A variant in a warehouse: all its rows, locked, by shard. Change its figures, then write it."""

    rows: list[StockRow]

    def __post_init__(self) -> None:
        self.rows.sort(key=lambda row: row.shard)

    @property
    def base(self) -> StockRow:
        """The row that gives the stock its id and has its account."""
        return self.rows[0]

    @property
    def on_hand(self) -> int:
        """How many units there are."""
        return sum(row.on_hand for row in self.rows)

    @property
    def reserved(self) -> int:
        """How many are promised."""
        return sum(row.reserved for row in self.rows)

    @property
    def backorder_limit(self) -> int:
        """How many may be promised beyond what is on hand."""
        return sum(row.backorder_limit for row in self.rows)

    @property
    def overdrawn(self) -> int:
        """How many are promised beyond that."""
        return sum(row.overdrawn for row in self.rows)

    def bears(self, on_hand: int) -> bool:
        """Whether what is promised stays within what was allowed, if there are no more units than that."""
        return self.base.oversellable or self.reserved <= on_hand + self.backorder_limit + self.overdrawn

    def set(
        self, *, on_hand: int | None = None, backorder_limit: int | None = None, endless: bool | None = None
    ) -> None:
        """Say how many units there are, or how many may be promised beyond them; the rows get their shares of it."""
        endless = self.base.oversellable if endless is None else endless
        shares = spread(
            [Promised(row.reserved, row.is_closed) for row in self.rows],
            self.on_hand if on_hand is None else on_hand,
            self.backorder_limit if backorder_limit is None else backorder_limit,
            endless=endless,
        )
        self.rows = [
            row._replace(
                on_hand=share.on_hand,
                backorder_limit=share.backorder_limit,
                overdrawn=share.overdrawn,
                oversellable=endless,
            )
            for row, share in zip(self.rows, shares, strict=True)
        ]


@dataclass(frozen=True, slots=True)
class Entry:
    """Why the units of a stock, whose figures are to be written, have changed by `delta`."""

    stock: WholeStock
    delta: int
    reason: str
    reference: UUID | None = None
    note: str = ""


def shift_reserved(deltas: Mapping[UUID, int]) -> bool:
    """Add each delta to its stock row's `reserved`: to all of them, or (and then False) to none.

    False if one of them has not so many free units, or is gone. The rows stay locked until the transaction ends, so let
    this be its last statement where it can be. A single row, the hot one of a flash sale, takes a single UPDATE.
    """
    wanted = {stock_id: delta for stock_id, delta in deltas.items() if delta}
    if not wanted:
        return True
    if len(wanted) == 1:
        ((stock_id, delta),) = wanted.items()
        return _TAKE_ONE.run(str(stock_id), delta) == 1
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [list(wanted)])
        locked = cursor.fetchall()
        fitting = [stock_id for stock_id, endless, free in locked if endless or wanted[stock_id] <= max(0, free)]
        if len(fitting) != len(wanted):
            return False
        cursor.execute(_TAKE_LOCKED, [list(wanted), list(wanted.values())])
        if cursor.rowcount != len(wanted):
            raise AssertionError("locked rows cannot change")
    return True


def shift_at_commit(deltas: Mapping[UUID, int]) -> bool:
    """`shift_reserved` along with this transaction's COMMIT: the rows are locked for as long as that takes.

    Where one of them has not so many free units the transaction fails, and `retry_on_deadlock` repeats it. False, and
    nothing is sent, if it is repeated already or by nobody, or wants very many rows: use `shift_reserved` then.
    """
    wanted = sorted((stock_id, delta) for stock_id, delta in deltas.items() if delta)
    if not is_first_try() or len(wanted) > _MOST_AT_COMMIT:
        return False
    for stock_id, delta in wanted:
        _TAKE_OR_FAIL.run_later(str(stock_id), delta)
    return True


def lock_stocks_of(variant_ids: Collection[UUID]) -> dict[tuple[UUID, UUID], WholeStock]:
    """Lock every stock of these variants: (warehouse, variant) -> stock. A later statement may change them at will."""
    return _locked(_OF_VARIANTS, variant_ids)


def lock_whole_stocks(stock_ids: Collection[UUID]) -> dict[tuple[UUID, UUID], WholeStock]:
    """Lock the stocks that these rows belong to, with all their shards: (warehouse, variant) -> stock."""
    return _locked(_OF_ROWS, stock_ids)


def write_stocks(stocks: Iterable[WholeStock], entries: Iterable[Entry] = (), actor_id: UUID | None = None) -> None:
    """Write the figures of locked stocks, with the entries of their accounts. One statement."""
    rows = [row for stock in stocks for row in stock.rows]
    if not rows:
        return
    noted = [entry for entry in entries if entry.delta]
    with connection.cursor() as cursor:
        cursor.execute(
            _WRITE,
            [
                actor_id,
                [entry.stock.base.id for entry in noted],
                [entry.delta for entry in noted],
                [entry.reason for entry in noted],
                [entry.reference for entry in noted],
                [entry.note for entry in noted],
                [row.id for row in rows],
                [row.on_hand for row in rows],
                [row.reserved for row in rows],
                [row.oversellable for row in rows],
                [row.backorder_limit for row in rows],
                [row.overdrawn for row in rows],
                [row.low_stock_threshold for row in rows],
                [row.is_closed for row in rows],
            ],
        )
        if cursor.rowcount != len(rows):
            raise AssertionError("locked rows cannot go away")


def _locked(which: str, ids: Collection[UUID]) -> dict[tuple[UUID, UUID], WholeStock]:
    # Whoever waits for a stock that is being split sees its old rows only: what was added is there the next time.
    with connection.cursor() as cursor:
        while True:
            cursor.execute(f"SELECT {_COLUMNS} {which} ORDER BY s.id FOR NO KEY UPDATE", [list(ids)])
            rows = [StockRow(*values) for values in cursor.fetchall()]
            cursor.execute(f"SELECT count(*) {which}", [list(ids)])
            if cursor.fetchone()[0] == len(rows):
                break
    found: defaultdict[tuple[UUID, UUID], list[StockRow]] = defaultdict(list)
    for row in rows:
        found[row.warehouse_id, row.variant_id].append(row)
    return {key: WholeStock(own) for key, own in found.items()}
