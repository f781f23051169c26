"""Facts that stop a change of synonyms or of words that searches pass over."""

from __future__ import annotations

from commerce.core.errors import NotFound


class SynonymNotFound(NotFound):
    """No such group of synonyms."""


class StopWordNotFound(NotFound):
    """No such word."""
