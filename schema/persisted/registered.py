"""Registered documents by id: one dictionary lookup for those that were asked for before."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from schema.http.clock import Clock
from schema.http.gate import Gate
from schema.persisted.identifiers import normal

KEPT_DOCUMENTS: Final = 5_000
KEPT_CHARACTERS: Final = 5_000_000
MISSING_SECONDS: Final = 1.0
REMEMBERED_MISSES: Final = 10_000


class RegisteredDocuments:
    """The texts of registered documents. Thread-safe.

    `load` reads one from the database (schema.persisted.services.text_of). That there is none is believed for a
    second, so that what is registered now is served by every process a second later.
    """

    def __init__(self, load: Callable[[str], str | None], *, clock: Callable[[], float] = time.monotonic) -> None:
        self._load = load
        self._clock = clock
        self._texts: Clock[str, str] = Clock(entries=KEPT_DOCUMENTS, weight=KEPT_CHARACTERS)
        self._missing: dict[str, float] = {}
        # Guessed ids must not keep all threads waiting for the database.
        self._gate = Gate(inside=1, waiting=2, patience=0.5)

    def text_of(self, identifier: str) -> str | None:
        """The text, None if nobody registered this id. Raises TooBusy."""
        text = self._texts.get(identifier)
        if text is not None:
            return text
        key = normal(identifier)
        text = self._texts.get(key)
        if text is not None:
            self.keep(identifier, text)
            return text
        if self._missing.get(key, 0.0) > self._clock():
            return None
        with self._gate.entered():
            text = self._texts.get(identifier) or self._load(key)
        if text is None:
            if len(self._missing) >= REMEMBERED_MISSES:
                self._missing = {}
            self._missing[key] = self._clock() + MISSING_SECONDS
            return None
        self.keep(identifier, text)
        return text

    def keep(self, identifier: str, text: str) -> None:
        """Note the text of a registered document that is known anyway; it is found by every way to write its id."""
        self._texts.put(identifier, text, len(text))
