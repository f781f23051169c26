"""Synonyms and stop words as staff see them and send them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

import strawberry
from strawberry import UNSET

from commerce.search.models import StopWord, Synonym
from commerce.search.services.words import StopWordChanges, SynonymChanges
from schema.context import RequestContext
from schema.enums import LanguageCodeEnum, language_enum
from schema.fields import leaf, nested
from schema.given import given, named, texts
from schema.ids import global_id


def _languages(rows: Sequence[Synonym | StopWord], context: RequestContext) -> list[LanguageCodeEnum | None]:
    return [language_enum(row.language) if row.language else None for row in rows]


@strawberry.type(description="Words that mean the same to shoppers.")
class SearchSynonym:
    """Source: commerce.search.models.Synonym."""

    id: strawberry.ID = global_id("SearchSynonym")
    language: LanguageCodeEnum | None = nested(_languages, "The language; null for all.")
    terms: list[str] = leaf("A search for one of these finds all of these, and the synonyms.")
    synonyms: list[str] = leaf("What the terms mean, too, but which do not mean the terms.")
    version: int = leaf("Counts its changes; send it with yours.")
    created: datetime = leaf("When it was made.", source="created_at")
    updated_at: datetime = leaf("When it was last changed.")


@strawberry.type(description="A word that searches in a language pass over, or mind although it is a common one.")
class SearchStopWord:
    """Source: commerce.search.models.StopWord."""

    id: strawberry.ID = global_id("SearchStopWord")
    language: LanguageCodeEnum = nested(_languages, "The language.")
    word: str = leaf("The word.")
    is_ignored: bool = leaf("Whether it is passed over; if not, it is searched for although the language has it.")
    version: int = leaf("Counts its changes; send it with yours.")


@strawberry.input(description="Words that mean the same. What is left out stays as it is.")
class SearchSynonymInput:
    """A new group needs terms, and two words in all."""

    language: LanguageCodeEnum | None = strawberry.field(default=UNSET, description="The language; null for all.")
    terms: list[str] | None = strawberry.field(
        default=UNSET, description="A search for one of these finds all of these; each has one to three words."
    )
    synonyms: list[str] | None = strawberry.field(
        default=UNSET, description="What the terms mean, too, but which do not mean the terms."
    )

    def changes(self) -> SynonymChanges:
        """The keys that were given."""
        found: dict[str, Any] = {name: list(value or ()) for name, value in given(self, "terms", "synonyms").items()}
        if self.language is not UNSET:
            found["language"] = self.language.value if self.language is not None else ""
        return cast(SynonymChanges, found)


@strawberry.input(description="What a search makes of a word. What is left out stays as it is.")
class SearchStopWordInput:
    """A new one needs its language and the word."""

    language: LanguageCodeEnum | None = strawberry.field(default=UNSET, description="The language.")
    word: str | None = strawberry.field(default=UNSET, description="One word.")
    is_ignored: bool | None = strawberry.field(
        default=UNSET, description="Whether it is passed over (the default), or searched for although it is common."
    )

    def changes(self) -> StopWordChanges:
        """The keys that were given."""
        found: dict[str, Any] = {**texts(self, "word"), **named(self, "is_ignored")}
        if self.language is not UNSET:
            found["language"] = self.language.value if self.language is not None else ""
        return cast(StopWordChanges, found)
