"""A request as the cache sees it: everything that its answer depends on besides the rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import Any

import orjson
from django.conf import settings

from schema.cache.reads import Reads


@dataclass(frozen=True, slots=True)
class Question:
    """A public operation with its variables, to one schema of one build."""

    key: str
    reads: Reads
    variables: Mapping[str, Any]

    @property
    def tags(self) -> frozenset[str]:
        """What its answer depends on whatever comes out."""
        return self.reads.tags_with(self.variables)


def ask(
    reads: Reads, *, schema: str, document: str, operation_name: str | None, variables: Mapping[str, Any]
) -> Question | None:
    """The question that a request puts; None if its variables cannot be written down, and so cannot be looked up.

    `schema` tells one schema with its limits from another, `document` one document from another.
    """
    given = {name: variables[name] for name in reads.declared if name in variables}
    try:
        asked = orjson.dumps([schema, document, operation_name, given], option=orjson.OPT_SORT_KEYS)
    except TypeError:
        return None
    key = sha256(_build(settings.HANDCART_VERSION, settings.PUBLIC_URL) + asked).hexdigest()
    return Question(key, reads, given)


@cache
def _build(version: str, public_url: str) -> bytes:
    """What all answers of this installation have in common."""
    return orjson.dumps([version, public_url])
