"""The documents of one schema: known ones at the price of a dictionary lookup, new ones through a gate.

A document becomes known the second time that it is sent, or by being registered. So a flood of documents that nobody
sends twice leaves no trace but a number for each, and cannot push out what is known; and it gets no more of the
process than the gate gives.
"""

from __future__ import annotations

from threading import Lock
from typing import Final

from schema.http.clock import Clock
from schema.http.documents import DocumentPreparation, PreparedDocument

# A parsed document weighs some forty times its text, so the store is bounded by text, not only by number.
KNOWN_DOCUMENTS: Final = 1_000
KNOWN_CHARACTERS: Final = 1_000_000
LONGEST_KNOWN_DOCUMENT: Final = 20_000
REMEMBERED_SIGHTINGS: Final = 20_000


class DocumentStore:
    """Hands out prepared documents by their text. Thread-safe."""

    def __init__(self, preparation: DocumentPreparation) -> None:
        self._preparation = preparation
        self._known: Clock[str, PreparedDocument] = Clock(entries=KNOWN_DOCUMENTS, weight=KNOWN_CHARACTERS)
        self._sightings = Sightings(REMEMBERED_SIGHTINGS)

    def known(self, text: str) -> PreparedDocument | None:
        """The document if it is known: one lookup."""
        return self._known.get(text)

    def was_seen(self, text: str) -> bool:
        """Note that `text` was sent; True if it was noted before, so that it should become known."""
        return len(text) <= LONGEST_KNOWN_DOCUMENT and self._sightings.add(text)

    def prepare(self, text: str) -> PreparedDocument:
        """A new document, ready to run; nothing of it stays. Raises RequestRefused for one that may not run."""
        return self._preparation.prepare(text)

    def learn(self, text: str) -> PreparedDocument:
        """The document, known from now on. Raises RequestRefused."""
        known = self._known.get(text)
        if known is None:
            known = self._preparation.prepare(text)
            self._known.put(text, known, len(text))
        return known


class Sightings:
    """Which texts were seen lately: the last `at_least` of them, up to twice as many. One number for each."""

    def __init__(self, at_least: int) -> None:
        self._at_least = at_least
        self._now: set[int] = set()
        self._before: set[int] = set()
        self._lock = Lock()

    def add(self, text: str) -> bool:
        """Note that `text` was seen; True if it had been noted already."""
        # Python keys its hash of texts with a secret of the process; a chance twin costs one document a place.
        number = hash(text)
        with self._lock:
            if number in self._now:
                return True
            self._now.add(number)
            seen = number in self._before
            if len(self._now) >= self._at_least:
                self._before, self._now = self._now, set()
            return seen
