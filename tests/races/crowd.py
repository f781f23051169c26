"""Many shoppers at once: real processes with real connections, let go at the same moment."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

import pytest
from django.db import connection, connections
from django.utils.module_loading import import_string

from commerce.core.errors import CommerceError, Rejected

PROCESSES = 5
_FORK = multiprocessing.get_context("fork")


@dataclass(frozen=True)
class Result:
    """What became of one of them: a value or the codes of a refusal, and when (seconds on one clock of the machine)."""

    value: Any
    codes: tuple[str, ...]
    process: int
    started: float
    ended: float


def crowd(work: Callable[[int], Any], count: int, processes: int = PROCESSES) -> list[Result]:
    """Run `work(0)` ... `work(count - 1)`, all at once, in `processes` processes with a thread for each.

    A CommerceError or Rejected is a result; any other error fails the test. Fails too if they did not overlap.
    """
    connections.close_all()  # a connection cannot be shared with a child
    shares = [range(count)[start::processes] for start in range(processes)]
    barrier = _FORK.Barrier(count)
    children = []
    for number, share in enumerate(shares):
        ours, theirs = _FORK.Pipe(duplex=False)
        child = _FORK.Process(target=_child, args=(work, number, share, barrier, theirs), daemon=True)
        child.start()
        theirs.close()
        children.append((child, ours))
    results: list[Result] = []
    faults: list[str] = []
    for child, ours in children:
        found = ours.recv()
        child.join(60)
        faults += [found] if isinstance(found, str) else []
        results += [] if isinstance(found, str) else found
    assert not faults, faults
    assert len({result.process for result in results}) == min(processes, count)
    assert peak(results) >= min(count, 4), "they did not run at the same time"
    return results


def peak(results: list[Result]) -> int:
    """The largest number of results that were in the making at one moment, of all processes together."""
    return max(sum(1 for other in results if other.started <= result.started < other.ended) for result in results)


def hesitate(monkeypatch: pytest.MonkeyPatch, *functions: str, seconds: float = 0.1) -> None:
    """Let every process pause before each of these functions: what was read before is old by then.

    On two cores a window of a millisecond is rarely hit; a rule that is missing should fail every time.
    """
    for path in functions:
        real = import_string(path)

        def slow(*args: Any, _real: Callable[..., Any] = real, **kwargs: Any) -> Any:
            time.sleep(seconds)
            return _real(*args, **kwargs)

        monkeypatch.setattr(path, slow)


def told(verb: Callable[[], Any]) -> str:
    """What somebody is told who does this: "done", or the codes of the refusal."""
    try:
        verb()
    except Rejected as refusal:
        return ",".join(sorted({error.code for error in refusal.errors}))
    except CommerceError as error:
        return error.code
    return "done"


def deadlocks() -> int:
    """How many deadlocks PostgreSQL has had to break in this database so far."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return int(cursor.fetchone()[0])


def _child(work: Callable[[int], Any], number: int, share: range, barrier: Any, answer: Connection) -> None:
    def one(index: int) -> Result:
        connection.ensure_connection()
        barrier.wait(60)
        started = time.monotonic()
        value: Any = None
        codes: tuple[str, ...] = ()
        try:
            value = work(index)
        except Rejected as refusal:
            codes = tuple(error.code for error in refusal.errors)
        except CommerceError as error:
            codes = (error.code,)
        finally:
            ended = time.monotonic()
            connection.close()
        return Result(value, codes, number, started, ended)

    try:
        with ThreadPoolExecutor(len(share)) as pool:
            answer.send(list(pool.map(one, share)))
    except Exception as error:  # noqa: BLE001 - a process boundary: the parent fails the test
        answer.send(f"{type(error).__name__}: {error}")
