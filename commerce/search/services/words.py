"""What merchants say of words: which mean the same, and which say nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, TypedDict
from uuid import UUID

from django.db import connection, transaction

from commerce.catalog.duplicates import refusing_duplicates
from commerce.catalog.versions import changed_row
from commerce.core.actor import Actor
from commerce.core.errors import InvalidInput, Required
from commerce.core.languages import LANGUAGE_TAGS
from commerce.core.permission import Permission
from commerce.core.text import require_text
from commerce.search.errors import StopWordNotFound, SynonymNotFound
from commerce.search.models import LONGEST_TERM, MOST_TERMS, StopWord, Synonym
from commerce.search.reading import LONGEST_PHRASE

LONGEST_WORD: Final = 60
_UNIQUE_FIELDS: Final = {"search_stop_word_unique": "word"}
_TAGS: Final = frozenset(LANGUAGE_TAGS.values())


class SynonymChanges(TypedDict, total=False):
    """What can be changed of a group; a key that is missing stays as it is. An empty language is every language."""

    language: str
    terms: Sequence[str]
    synonyms: Sequence[str]


class StopWordChanges(TypedDict, total=False):
    """What can be changed of a word; a key that is missing stays as it is."""

    language: str
    word: str
    is_ignored: bool


def create_synonym(*, changes: SynonymChanges, actor: Actor) -> Synonym:
    """Make a group. Raises Required (terms), InvalidInput or PermissionDenied."""
    actor.require_everywhere(Permission.MANAGE_PRODUCTS)
    given: SynonymChanges = {"language": "", "terms": (), "synonyms": (), **changes}
    values = _checked_synonym(given)
    require_meaning(values["terms"], values["synonyms"])
    return Synonym.objects.create(**values)


def update_synonym(*, synonym_id: UUID, changes: SynonymChanges, version: int | None = None, actor: Actor) -> Synonym:
    """Change a group. Raises SynonymNotFound, Conflict (no longer at `version`) or as create_synonym does."""
    actor.require_everywhere(Permission.MANAGE_PRODUCTS)
    values = _checked_synonym(changes)
    with transaction.atomic():
        row = changed_row(Synonym, synonym_id, expected_version=version, **values)
        if row is None:
            raise SynonymNotFound("There are no such synonyms.", path=("id",))
        require_meaning(row.terms, row.synonyms)
    return row


def delete_synonym(*, synonym_id: UUID, version: int | None = None, actor: Actor) -> None:
    """Delete a group. Raises SynonymNotFound, Conflict (no longer at `version`) or PermissionDenied."""
    actor.require_everywhere(Permission.MANAGE_PRODUCTS)
    with transaction.atomic():
        row = changed_row(Synonym, synonym_id, expected_version=version)
        if row is None:
            raise SynonymNotFound("There are no such synonyms.", path=("id",))
        row.delete()


def create_stop_word(*, changes: StopWordChanges, actor: Actor) -> StopWord:
    """Decide on a word of a language. Raises Required, InvalidInput, NotUnique or PermissionDenied."""
    actor.require_everywhere(Permission.MANAGE_PRODUCTS)
    given: StopWordChanges = {"language": "", "word": "", **changes}
    with refusing_duplicates(_UNIQUE_FIELDS), transaction.atomic():
        return StopWord.objects.create(**checked_stop_word(given))


def update_stop_word(
    *, stop_word_id: UUID, changes: StopWordChanges, version: int | None = None, actor: Actor
) -> StopWord:
    """Change it. Raises StopWordNotFound, Conflict (no longer at `version`) or as create_stop_word does."""
    actor.require_everywhere(Permission.MANAGE_PRODUCTS)
    values = checked_stop_word(changes)
    with refusing_duplicates(_UNIQUE_FIELDS), transaction.atomic():
        row = changed_row(StopWord, stop_word_id, expected_version=version, **values)
        if row is None:
            raise StopWordNotFound("There is no such word.", path=("id",))
        return row


def delete_stop_word(*, stop_word_id: UUID, version: int | None = None, actor: Actor) -> None:
    """Let the language decide again. Raises StopWordNotFound, Conflict (no longer at `version`) or PermissionDenied."""
    actor.require_everywhere(Permission.MANAGE_PRODUCTS)
    with transaction.atomic():
        row = changed_row(StopWord, stop_word_id, expected_version=version)
        if row is None:
            raise StopWordNotFound("There is no such word.", path=("id",))
        row.delete()


def words_in(texts: Sequence[str]) -> list[list[str]]:
    """The words of each text, as searches see them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT search_words(search_fold(text)) FROM unnest(%s::text[]) WITH ORDINALITY AS given(text, place)"
            " ORDER BY place",
            [list(texts)],
        )
        return [row[0] for row in cursor.fetchall()]


def _checked_synonym(changes: SynonymChanges) -> dict[str, Any]:
    values: dict[str, Any] = dict(changes)
    if values.get("language"):
        _require_language(values["language"])
    for name in ("terms", "synonyms"):
        if name in values:
            values[name] = checked_terms(values[name], name)
    return values


def checked_terms(terms: Sequence[str], name: str) -> list[str]:
    """Terms of the column `name` without repeats. Raises InvalidInput for one that searches cannot look for."""
    if len(terms) > MOST_TERMS:
        raise InvalidInput(f"At most {MOST_TERMS}.", path=(name,))
    for place, term in enumerate(terms):
        require_text(term, LONGEST_TERM, path=(name, str(place)))
    for place, words in enumerate(words_in(terms)):
        if not 0 < len(words) <= LONGEST_PHRASE:
            raise InvalidInput(f"A term has one to {LONGEST_PHRASE} words.", path=(name, str(place)))
    return list(dict.fromkeys(term.strip() for term in terms))


def require_meaning(terms: Sequence[str], synonyms: Sequence[str]) -> None:
    """Raise Required without terms, InvalidInput for a single word."""
    if not terms:
        raise Required("Say which words are searched for.", path=("terms",))
    if len(terms) + len(synonyms) < 2:
        raise InvalidInput("One word alone is no synonym.", path=("terms",))


def checked_stop_word(changes: StopWordChanges) -> dict[str, Any]:
    """A copy of `changes`, checked. Raises Required or InvalidInput."""
    values: dict[str, Any] = dict(changes)
    if "language" in values:
        if not values["language"]:
            raise Required("A language is needed.", path=("language",))
        _require_language(values["language"])
    if "word" in values:
        require_text(values["word"], LONGEST_WORD, path=("word",))
        values["word"] = values["word"].strip()
        if not values["word"]:
            raise Required("A word is needed.", path=("word",))
        if len(words_in([values["word"]])[0]) != 1:
            raise InvalidInput("This is not one word.", path=("word",))
    return values


def _require_language(tag: str) -> None:
    if tag not in _TAGS:
        raise InvalidInput(f"{tag!r} is no language.", path=("language",))
