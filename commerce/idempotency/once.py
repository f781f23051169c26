"""Carrying a request out once, however often it comes.

The crash that matters is the one between the verb's commit and the answer: the retry must not do it twice. So the
answer is written inside the verb's last transaction. There are two ways:

A verb of one transaction says nothing. `once` puts a transaction around it and writes the answer into that.

A verb of several phases (it commits before it calls a gateway) is run with `phased=True`, and says `done(result)`
as the last thing inside its last transaction, with the very object that it returns:

    with transaction.atomic(durable=True):
        return done(settle(checkout_id, attempt, outcome))

Without an idempotency key, `done` only returns its argument.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import DatabaseError, connection, transaction

from commerce.core.errors import CommerceError, Rejected
from commerce.core.transactions import retry_on_deadlock
from commerce.idempotency.errors import InProgress
from commerce.idempotency.services import WAIT_SECONDS, Claim, Json, Replay, begin, mark_done, release

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Fresh(Generic[T]):
    """What the verb returned: this request was the first with its key."""

    result: T


class DoneOutsideTransaction(RuntimeError):
    """The answer could be kept while the change is lost, or the other way round."""


def once(
    verb: Callable[[], T],
    *,
    scope: str,
    key: str,
    input_hash: str,
    record: Callable[[T], Json],
    record_refusal: Callable[[CommerceError | Rejected], Json | None],
    phased: bool = False,
    wait_seconds: float = WAIT_SECONDS,
) -> Fresh[T] | Replay:
    """Run `verb` unless a request with this key was carried out before; then return what was answered.

    `record` turns the verb's result into what is kept (ids, not whole objects), `record_refusal` does so for an error;
    None means that the error is not worth keeping and that the next request may try again. The error is raised in any
    case. Any other exception frees the key. Raises what `begin` raises, and LeaseLost.
    """
    decided = begin(scope=scope, key=key, input_hash=input_hash, wait_seconds=wait_seconds)
    if isinstance(decided, Replay):
        return decided
    slot = _Slot(decided, record)
    with _freed_unless_answered(slot):
        try:
            return Fresh(_run_in_phases(verb, slot) if phased else _run_in_one(verb, slot))
        except InProgress:
            raise
        except (CommerceError, Rejected) as refusal:
            answer = record_refusal(refusal)
            if answer is not None and not slot.committed:
                mark_done(slot.claim, answer)
                slot.committed = True
            raise


def done(result: T) -> T:
    """Say inside a verb's last transaction that it returns `result`. Raises DoneOutsideTransaction and LeaseLost."""
    slot = _current.get()
    if slot is not None:
        if not connection.in_atomic_block:
            raise DoneOutsideTransaction("A verb says that it is done inside its last transaction.")
        slot.write(result)
    return result


class _Slot:
    """The claim that the running verb will answer."""

    def __init__(self, claim: Claim, record: Callable[[Any], Json]) -> None:
        self.claim = claim
        self.committed = False
        self._record = record

    def write(self, result: object) -> None:
        mark_done(self.claim, self._record(result))
        # A transaction that is undone after this must not count: the retry writes again.
        transaction.on_commit(self._note_commit)

    def _note_commit(self) -> None:
        self.committed = True


_current: ContextVar[_Slot | None] = ContextVar("idempotency_slot", default=None)


def _run_in_one(verb: Callable[[], T], slot: _Slot) -> T:
    def attempt() -> T:
        with transaction.atomic():
            result = verb()
            slot.write(result)
            return result

    return retry_on_deadlock(attempt)


def _run_in_phases(verb: Callable[[], T], slot: _Slot) -> T:
    token = _current.set(slot)
    try:
        result = verb()
    finally:
        _current.reset(token)
    if not slot.committed:  # it had nothing left to do, and so no last transaction
        slot.write(result)
    return result


@contextmanager
def _freed_unless_answered(slot: _Slot) -> Iterator[None]:
    has_result = False
    try:
        yield
        has_result = True
    finally:
        if not (has_result or slot.committed):
            with suppress(DatabaseError):  # then the lease frees it
                release(slot.claim)
