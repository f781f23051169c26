"""Changing what searches make of words, for staff and apps with MANAGE_PRODUCTS everywhere.

`version` is the one that the caller has read: if it has changed since, the change is refused with CONFLICT.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import strawberry

from commerce.core.permission import Permission
from commerce.search import models, services
from schema.context import Info
from schema.doorway import Current, mutation
from schema.errors import below_input
from schema.ids import id_of
from schema.payloads import row_payload
from schema.search.errors import SearchError, SearchErrorCode
from schema.search.words import SearchStopWord, SearchStopWordInput, SearchSynonym, SearchSynonymInput


def _current(model: type[Any], field: str, type_name: str) -> Current:
    def read(info: Any, arguments: dict[str, Any]) -> dict[str, Any]:
        return {field: model.objects.filter(id=id_of(type_name, arguments["id"])).first()}

    return read


change_words = partial(mutation, Permission.MANAGE_PRODUCTS, error=SearchError, codes=SearchErrorCode)
synonym_now = _current(models.Synonym, "synonym", "SearchSynonym")
stop_word_now = _current(models.StopWord, "stop_word", "SearchStopWord")


@change_words(payload=row_payload("SearchSynonymCreate", "synonym", SearchSynonym | None, SearchError))
def search_synonym_create(info: Info, input: SearchSynonymInput) -> Any:
    """Let words mean the same; `terms` mean each other, `synonyms` are meant by them."""
    with below_input():
        return services.create_synonym(changes=input.changes(), actor=info.context.actor)


@change_words(
    payload=row_payload("SearchSynonymUpdate", "synonym", SearchSynonym | None, SearchError), current=synonym_now
)
def search_synonym_update(info: Info, id: strawberry.ID, input: SearchSynonymInput, version: int | None = None) -> Any:
    """Change which words mean the same; refused with CONFLICT if it is no longer at `version`."""
    with below_input():
        return services.update_synonym(
            synonym_id=id_of("SearchSynonym", id), changes=input.changes(), version=version, actor=info.context.actor
        )


@change_words(
    payload=row_payload("SearchSynonymDelete", "synonym", SearchSynonym | None, SearchError), current=synonym_now
)
def search_synonym_delete(info: Info, id: strawberry.ID, version: int | None = None) -> None:
    """Let the words mean only themselves again."""
    services.delete_synonym(synonym_id=id_of("SearchSynonym", id), version=version, actor=info.context.actor)


@change_words(payload=row_payload("SearchStopWordCreate", "stop_word", SearchStopWord | None, SearchError))
def search_stop_word_create(info: Info, input: SearchStopWordInput) -> Any:
    """Let searches in a language pass over a word, or mind one that they would pass over."""
    with below_input():
        return services.create_stop_word(changes=input.changes(), actor=info.context.actor)


@change_words(
    payload=row_payload("SearchStopWordUpdate", "stop_word", SearchStopWord | None, SearchError),
    current=stop_word_now,
)
def search_stop_word_update(
    info: Info, id: strawberry.ID, input: SearchStopWordInput, version: int | None = None
) -> Any:
    """Change what searches make of a word; refused with CONFLICT if it is no longer at `version`."""
    with below_input():
        return services.update_stop_word(
            stop_word_id=id_of("SearchStopWord", id),
            changes=input.changes(),
            version=version,
            actor=info.context.actor,
        )


@change_words(
    payload=row_payload("SearchStopWordDelete", "stop_word", SearchStopWord | None, SearchError),
    current=stop_word_now,
)
def search_stop_word_delete(info: Info, id: strawberry.ID, version: int | None = None) -> None:
    """Let the language decide again whether searches mind the word."""
    services.delete_stop_word(stop_word_id=id_of("SearchStopWord", id), version=version, actor=info.context.actor)
