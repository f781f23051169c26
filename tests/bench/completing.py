"""Completions in process, by processes with a connection each: what PostgreSQL and our own code can take."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Sequence
from multiprocessing.connection import Connection
from typing import Final
from uuid import UUID

PROCESSES: Final = 8
_FORK = multiprocessing.get_context("fork")


def rate(carts: Sequence[UUID]) -> float:
    """Completions per second when PROCESSES buyers at a time complete these carts, each cart once."""
    from django.db import connections

    connections.close_all()
    barrier = _FORK.Barrier(PROCESSES)
    children = []
    for number in range(PROCESSES):
        ours, theirs = _FORK.Pipe(duplex=False)
        child = _FORK.Process(target=_complete, args=(carts[number::PROCESSES], barrier, theirs), daemon=True)
        child.start()
        children.append((child, ours))
    spans = []
    for child, ours in children:
        spans.append(ours.recv())
        child.join()
    assert all(isinstance(span, tuple) for span in spans), spans
    return (len(carts) - PROCESSES) / (max(end for _, end in spans) - min(begin for begin, _ in spans))


def _complete(carts: Sequence[UUID], barrier: object, answer: Connection) -> None:
    from commerce.checkout.complete import complete_checkout
    from commerce.core.actor import ANONYMOUS

    try:
        complete_checkout(checkout_id=carts[0], actor=ANONYMOUS)  # connects, and prepares its statements
        barrier.wait()  # type: ignore[attr-defined]
        began = time.monotonic()
        for cart in carts[1:]:
            complete_checkout(checkout_id=cart, actor=ANONYMOUS)
        answer.send((began, time.monotonic()))
    except Exception as error:  # noqa: BLE001 - a process boundary: the parent stops
        answer.send(repr(error))
