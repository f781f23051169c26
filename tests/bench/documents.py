"""The documents of the benchmarks and what they are asked with."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson

FOLDER = Path(__file__).with_name("yardstick")
CHANNEL = "default-channel"
PAGE_SIZE = 20


@dataclass(frozen=True)
class Request:
    """One GraphQL request."""

    text: str
    variables: dict[str, Any]

    def body(self) -> bytes:
        """As JSON, with the whole document in it."""
        return orjson.dumps({"query": self.text, "variables": self.variables})

    def body_by_id(self) -> bytes:
        """As JSON, with the id of the registered document in place of its text."""
        return orjson.dumps({"documentId": f"sha256:{hash_of(self.text)}", "variables": self.variables})


def hash_of(text: str) -> str:
    """The id under which a document is registered."""
    return sha256(text.encode()).hexdigest()


def text_of(name: str) -> str:
    """The document `name` without the remark at its head."""
    lines = (FOLDER / f"{name}.graphql").read_text().splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith("#"))


def list_request() -> Request:
    """The first page of the shop."""
    return Request(text_of("list"), {"channel": CHANNEL, "first": PAGE_SIZE})


def detail_request(slug: str) -> Request:
    """The page of the product `slug`."""
    return Request(text_of("detail"), {"channel": CHANNEL, "slug": slug})


def trivial_request() -> Request:
    """Nothing but `__typename`."""
    return Request(text_of("trivial"), {})


def operations_of(slug: str) -> dict[str, Request]:
    """Everything that is timed; `slug` is the product whose page is asked for."""
    return {"list": list_request(), "detail": detail_request(slug), "trivial": trivial_request()}


def leaves(value: Any) -> int:
    """How many values an answer holds that are no object and no list."""
    if isinstance(value, dict):
        return sum(map(leaves, value.values()))
    if isinstance(value, list):
        return sum(map(leaves, value))
    return 1
