"""How many threads of a process may wait for the servers of others at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore


class OutsideCalls:
    """Places for calls to the outside; whoever finds none free is refused at once, before anything has happened.

    `refusal` is what they are told, with a sentence.
    """

    def __init__(self, places: int, refusal: type[Exception]) -> None:
        self._places = BoundedSemaphore(places)
        self._refusal = refusal

    @contextmanager
    def place(self) -> Iterator[None]:
        """Hold a place while the block runs. Raises the refusal."""
        if not self._places.acquire(blocking=False):
            raise self._refusal("Too many calls to the outside are under way in this process.")
        try:
            yield
        finally:
            self._places.release()
