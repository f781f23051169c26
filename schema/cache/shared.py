"""The cache of this process, and the two calls by which the view uses it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from django.conf import settings

from schema.cache.answers import Answers, Miss
from schema.cache.entry import Entry
from schema.cache.question import ask
from schema.cache.reads import Reads


def shared_cache() -> Answers:
    """The answers that all threads of this process share."""
    return _at(settings.REDIS_URL)


def look_up(
    reads: Reads | None,
    *,
    schema: str,
    document: str,
    operation_name: str | None,
    variables: Mapping[str, Any],
    version: str | None,
) -> Entry | Miss:
    """The kept answer to an operation of an anonymous caller, or a Miss under which to make it (see Miss.keep).

    `reads` is None for what must not be shared. `schema` tells one schema with its limits from another, `document` one
    document from another, `version` is the caller's X-Handcart-Version. Never raises.
    """
    if reads is None or not settings.RESPONSE_CACHE:
        return Miss()
    question = ask(reads, schema=schema, document=document, operation_name=operation_name, variables=variables)
    return shared_cache().find(question, version=version) if question is not None else Miss()


@cache
def _at(url: str) -> Answers:
    return Answers(url)
