"""A product's description in a file: HTML for everybody, and our own blocks where HTML cannot say the same."""

from __future__ import annotations

import json
from typing import Any, Final

from commerce.catalog.rich_text import clean_blocks
from commerce.core.errors import InvalidInput
from commerce.core.text import is_storable
from commerce.importing.html_blocks import blocks_from_html

_TAGS: Final = {"unordered": "ul", "ordered": "ol"}


def described(html: str, exact: str) -> dict[str, Any] | None:
    """The blocks that the two cells mean: `exact` (from `as_cells`) as long as nobody has edited `html`."""
    document = _document(exact) if exact else None
    if document is not None and html_from_blocks(document) == html:
        return document
    return blocks_from_html(html)


def as_cells(document: dict[str, Any] | None) -> tuple[str, str]:
    """HTML for `document`, and the document itself as JSON if the HTML would not come back as the same one."""
    html = html_from_blocks(document)
    if blocks_from_html(html) == document:
        return html, ""
    return html, json.dumps(document, ensure_ascii=False)


def html_from_blocks(document: dict[str, Any] | None) -> str:
    """The texts of `document` as HTML on one line; blocks that have no text (pictures, embeds) are not in it."""
    if not document:
        return ""
    return "".join(_html(block["type"], block["data"]) for block in document["blocks"]).strip()


def _document(text: str) -> dict[str, Any] | None:
    if "\\u0000" in text:
        return None
    try:
        document = clean_blocks(json.loads(text, parse_constant=_refuse))
    except (ValueError, RecursionError, InvalidInput):
        return None
    return document if is_storable(json.dumps(document, ensure_ascii=False)) else None


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON.")


def _heading(level: object) -> str:
    return f"h{level}" if isinstance(level, int) and 1 <= level <= 6 else "p"


def _html(kind: str, data: object) -> str:
    if kind == "delimiter":
        return "<hr>"
    if not isinstance(data, dict):
        return ""
    if kind == "list" and isinstance(data.get("items"), list):
        tag = _TAGS.get(str(data.get("style")), "ul")
        items = "".join(f"<li>{item}</li>" for item in data["items"] if isinstance(item, str))
        return f"<{tag}>{items}</{tag}>"
    text = data.get("code" if kind == "code" else "text")
    if not isinstance(text, str):
        return ""
    tag = {"header": _heading(data.get("level")), "quote": "blockquote", "code": "pre"}.get(kind, "p")
    return f"<{tag}>{text}</{tag}>"
