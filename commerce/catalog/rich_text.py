"""Rich text as Editor.js writes it: `{"blocks": [{"type": "paragraph", "data": {"text": "..."}}]}`.

The texts hold a little inline HTML. Everything that could run or load something is taken out when it is written.
"""

from __future__ import annotations

from math import isfinite
from typing import Any, Final

import nh3

from commerce.core.errors import InvalidInput
from commerce.core.text import is_storable

INLINE_TAGS: Final = {"a", "b", "br", "code", "em", "i", "mark", "s", "strong", "sub", "sup", "u"}
MAX_BLOCKS: Final = 2_000
MAX_DEPTH: Final = 8
_ATTRIBUTES: Final = {"a": {"href"}}
_SCHEMES: Final = {"http", "https", "mailto", "tel"}


def clean_inline(html: str) -> str:
    """`html` with inline formatting and safe links only."""
    cleaned = nh3.clean(
        html.replace("\x00", ""),
        tags=INLINE_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer",
    )
    return cleaned.strip()


def clean_blocks(document: object, *, path: tuple[str, ...] = ("description",)) -> dict[str, Any] | None:
    """An Editor.js document with every text in it cleaned; None stays None. Raises InvalidInput for another shape.

    `path` says where in the input the document stands.
    """
    if document is None:
        return None
    if not isinstance(document, dict) or not isinstance(document.get("blocks"), list):
        raise InvalidInput("Rich text is an object with a list of blocks.", path=path)
    if len(document["blocks"]) > MAX_BLOCKS:
        raise InvalidInput(f"Rich text has {MAX_BLOCKS} blocks at most.", path=path)
    blocks = []
    for index, block in enumerate(document["blocks"]):
        where = (*path, "blocks", str(index))
        if not isinstance(block, dict) or not isinstance(block.get("type"), str):
            raise InvalidInput("A block is an object with a type.", path=where)
        _require_text(block["type"], where)
        blocks.append({"type": clean_inline(block["type"])[:50], "data": _clean(block.get("data", {}), where)})
    return {"blocks": blocks}


def plain_text(document: dict[str, Any] | None) -> str:
    """What a reader sees of a cleaned document, without formatting."""
    if not document:
        return ""
    texts = [
        text
        for block in document["blocks"]
        for text in [block["data"].get("text"), *(block["data"].get("items") or [])]
        if isinstance(text, str)
    ]
    return " ".join(nh3.clean(text.replace("<br>", " "), tags=set()) for text in texts)


def _clean(value: object, where: tuple[str, ...], depth: int = 0) -> Any:
    if depth > MAX_DEPTH:
        raise InvalidInput("Rich text is nested too deeply.", path=where)
    match value:
        case str():
            _require_text(value, where)
            is_address = where[-1] in ("url", "src", "href", "link", "file")
            return _address(value.replace("\x00", "")) if is_address else clean_inline(value)
        case float() if not isfinite(value):
            raise InvalidInput("Rich text has finite numbers.", path=where)
        case float() | bool() | int() | None:
            return value
        case list():
            return [_clean(item, (*where, str(index)), depth + 1) for index, item in enumerate(value)]
        case dict():
            for key in value:
                _require_text(str(key), where)
            return {_name(key): _clean(item, (*where, str(key)), depth + 1) for key, item in value.items()}
    raise InvalidInput("Rich text is plain JSON.", path=where)


def _require_text(text: str, where: tuple[str, ...]) -> None:
    # NUL is only dropped; half of a surrogate pair is no text at all.
    if not is_storable(text.replace("\x00", "")):
        raise InvalidInput("Rich text holds a character that is none.", path=where)


def _name(key: object) -> str:
    return str(key).replace("\x00", "")[:100]


def _address(url: str) -> str:
    # A link in a block of its own (an image, an embed) is an attribute too: let the same cleaner judge its scheme.
    wrapped = nh3.clean(
        f'<a href="{url.replace(chr(34), "%22")}"></a>',
        tags={"a"},
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel=None,
    )
    return url if "href=" in wrapped else ""
