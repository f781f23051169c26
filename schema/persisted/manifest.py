"""Reads what frontends' build tools write about their documents.

Two forms: a JSON object of ids and texts (graphql-codegen's client preset, Relay's compiler), and Apollo's
persisted-query manifest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import orjson

from commerce.core.errors import CommerceError, InvalidInput, Rejected

APOLLO_FORMAT: Final = "apollo-persisted-query-manifest"


@dataclass(frozen=True, slots=True)
class Entry:
    """One document of a manifest."""

    id: str
    text: str


def read_manifest(content: bytes) -> list[Entry]:
    """The documents of a manifest. Raises InvalidInput for a file that is none, Rejected for entries that are none."""
    try:
        manifest = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise InvalidInput(f"This is not JSON: {error.msg}.") from error
    if not isinstance(manifest, dict):
        raise InvalidInput("A manifest is a JSON object: of ids and documents, or Apollo's.")
    entries = _apollo(manifest) if "format" in manifest and "operations" in manifest else list(manifest.items())
    faults: list[CommerceError] = [
        InvalidInput(f"Entry {number}: an id and the text of a document are needed.", path=(str(number),))
        for number, (identifier, text) in enumerate(entries, start=1)
        if not (isinstance(identifier, str) and identifier and isinstance(text, str) and text)
    ]
    if faults:
        raise Rejected(faults)
    return [Entry(identifier, text) for identifier, text in entries]


def _apollo(manifest: dict[str, Any]) -> list[tuple[Any, Any]]:
    if manifest["format"] != APOLLO_FORMAT or manifest.get("version") != 1:
        raise InvalidInput(f"The only format known besides plain maps is {APOLLO_FORMAT}, version 1.")
    operations = manifest["operations"]
    if not isinstance(operations, list):
        raise InvalidInput("operations must be a list.")
    return [
        (operation.get("id"), operation.get("body")) if isinstance(operation, dict) else (None, None)
        for operation in operations
    ]
