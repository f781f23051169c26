"""Every in-house consequence of every event, on one page.

A reaction runs inside the transaction that marks its event as handed on: it writes rows, or leaves work for a task;
it never calls a server. It may see an event again after a crash before the commit, and then finds nothing done.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from commerce.events.models import Event
from commerce.orders.services import follow_payments
from commerce.payments.events import PaymentMoved

Reaction = Callable[[Sequence[Event]], None]

REACTIONS: Final[Mapping[str, Sequence[Reaction]]] = {
    PaymentMoved.type: [follow_payments],
}
"""Wire name of an event -> what the shop itself does about it, in order."""


def consume(events: Sequence[Event], reactions: Mapping[str, Sequence[Reaction]] = REACTIONS) -> None:
    """Let the events have their consequences, those of one type together."""
    by_type: dict[str, list[Event]] = {}
    for event in events:
        by_type.setdefault(event.type, []).append(event)
    for kind, of_it in by_type.items():
        for react in reactions.get(kind, ()):
            react(of_it)
