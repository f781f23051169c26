"""Verbs that change what searches make of words."""

from commerce.search.services.words import (
    create_stop_word,
    create_synonym,
    delete_stop_word,
    delete_synonym,
    update_stop_word,
    update_synonym,
)

__all__ = [
    "create_stop_word",
    "create_synonym",
    "delete_stop_word",
    "delete_synonym",
    "update_stop_word",
    "update_synonym",
]
