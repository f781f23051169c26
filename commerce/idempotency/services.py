"""The table of idempotency keys: who may carry a request out, and what was answered.

    begin -> Claim       this process carries the request out, then says `mark_done` (or `release`)
    begin -> Replay      it was carried out before: here is the answer

`commerce.idempotency.once` puts these together for a caller who has a verb to run.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, NamedTuple, TypeAlias
from uuid import UUID, uuid4

from django.db import connection
from django.db.models import Q
from django.db.models.functions import Now

from commerce.core.errors import InvalidInput
from commerce.core.ids import uuid7
from commerce.core.keys import keyed_digest
from commerce.idempotency.errors import IdempotencyKeyReused, InProgress, LeaseLost
from commerce.idempotency.models import IdempotencyKey

Json: TypeAlias = Any
"""Whatever JSON can hold."""

KEPT: Final = timedelta(hours=24)
"""How long an answer is repeated."""
LEASE: Final = timedelta(seconds=60)
"""How long a request may take before another with the same key takes its place. Well above any request deadline."""
WAIT_SECONDS: Final = 5.0
"""How long a second request waits for the first."""

_LONGEST_KEY: Final = 255
_FIRST_PAUSE: Final = 0.02
_LONGEST_PAUSE: Final = 0.25
_PURGED_AT_ONCE: Final = 5_000
_RUNNING: Final = IdempotencyKey.Status.RUNNING.value
_DONE: Final = IdempotencyKey.Status.DONE.value

# One statement decides: insert; or take the row over if it has expired, or if its holder died with the same input.
_CLAIM: Final = f"""
INSERT INTO {IdempotencyKey._meta.db_table} AS kept
    (id, scope, key, input_hash, status, lease_owner, lease_until, created_at)
VALUES (%(id)s, %(scope)s, %(key)s, %(input_hash)s, '{_RUNNING}', %(owner)s,
        statement_timestamp() + %(lease)s, statement_timestamp())
ON CONFLICT (scope, key) DO UPDATE SET
    input_hash = EXCLUDED.input_hash, status = EXCLUDED.status, answer = NULL,
    lease_owner = EXCLUDED.lease_owner, lease_until = EXCLUDED.lease_until, created_at = EXCLUDED.created_at
WHERE (kept.status = '{_DONE}' OR kept.lease_until < statement_timestamp())
    AND (kept.created_at < statement_timestamp() - %(kept)s
        OR (kept.status = '{_RUNNING}' AND kept.input_hash = EXCLUDED.input_hash))
RETURNING id
"""  # noqa: S608 - our own names only


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to carry out the request of one key, until the lease ends."""

    id: UUID
    owner: UUID


@dataclass(frozen=True, slots=True)
class Replay:
    """What the first request with this key was answered."""

    answer: Json


def hash_of(field: str, arguments: Mapping[str, Any]) -> str:
    """64 hex digits for a root field and its coerced arguments. Their order and the selection do not count.

    Arguments are JSON, or have a `str` that says all that counts (UUID, Decimal, date). Nobody who has only the table
    can find out by trying what the input was.
    """
    text = json.dumps([field, arguments], sort_keys=True, separators=(",", ":"), default=str)
    return keyed_digest("input of an idempotent request", text)


def begin(*, scope: str, key: str, input_hash: str, wait_seconds: float = WAIT_SECONDS) -> Claim | Replay:
    """Claim the key, or return the answer that it has. Call it outside a transaction: others must see the claim.

    `scope` holds schema, actor or checkout, and root field: the keys of two callers never meet. Raises
    IdempotencyKeyReused for a key that came with another input in the last 24 hours, InProgress when the first
    request is not through after `wait_seconds`, and InvalidInput for a key that is empty or over 255 characters.
    """
    if not 0 < len(key) <= _LONGEST_KEY or not key.isprintable():
        raise InvalidInput(f"An idempotency key is 1 to {_LONGEST_KEY} printable characters.")
    until = time.monotonic() + wait_seconds
    pause = _FIRST_PAUSE
    is_held = False
    while True:
        # A claim that is refused locks the row all the same. Who waits only reads, or the first would wait for them.
        claim = None if is_held else _claim(scope, key, input_hash)
        if claim is not None:
            return claim
        row = _row(scope, key, input_hash)
        if row is not None and row.status == _DONE:
            return Replay(row.answer)
        is_held = row is not None and row.is_held
        if time.monotonic() + pause > until:
            raise InProgress("The first request with this idempotency key is still being carried out.")
        time.sleep(pause)
        pause = min(pause * 1.5, _LONGEST_PAUSE)


def mark_done(claim: Claim, answer: Json) -> None:
    """Keep `answer`. Inside the transaction of the change itself: both are there after a crash, or neither is.

    Raises LeaseLost, which must undo that transaction, if another request has taken over.
    """
    if not IdempotencyKey.objects.filter(id=claim.id, lease_owner=claim.owner).update(status=_DONE, answer=answer):
        raise LeaseLost("Another request with this idempotency key has taken over.")


def release(claim: Claim) -> None:
    """Forget a claim that came to nothing, so that the next request with its key starts afresh."""
    IdempotencyKey.objects.filter(id=claim.id, lease_owner=claim.owner, status=_RUNNING).delete()


def purge_expired_keys() -> int:
    """Delete keys older than 24 hours that nobody holds. Returns how many; run it regularly."""
    expired = Q(created_at__lt=Now() - KEPT) & (Q(status=_DONE) | Q(lease_until__lt=Now()))
    oldest = IdempotencyKey.objects.filter(expired).order_by("created_at").values("id")[:_PURGED_AT_ONCE]
    return IdempotencyKey.objects.filter(expired, id__in=oldest).delete()[0]


def _claim(scope: str, key: str, input_hash: str) -> Claim | None:
    owner = uuid4()
    values: dict[str, Any] = {"id": uuid7(), "owner": owner, "scope": scope, "key": key, "input_hash": input_hash}
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, values | {"lease": LEASE, "kept": KEPT})
        row = cursor.fetchone()
    return None if row is None else Claim(row[0], owner)


class _Row(NamedTuple):
    """The row of a key that could not be claimed."""

    status: str
    answer: Json
    is_held: bool


def _row(scope: str, key: str, input_hash: str) -> _Row | None:
    """What is kept of the key; None when its row has just gone. Raises IdempotencyKeyReused."""
    found = (
        IdempotencyKey.objects.filter(scope=scope, key=key)
        .annotate(is_held=Q(lease_until__gte=Now()))
        .values_list("input_hash", "status", "answer", "is_held")
        .first()
    )
    if found is None:
        return None
    if found[0] != input_hash:
        raise IdempotencyKeyReused("This idempotency key came with another input before.")
    return _Row(*found[1:])
