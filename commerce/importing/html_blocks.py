"""HTML of a shop's product page as Editor.js blocks, without anything that could run or load something."""

from __future__ import annotations

from html import escape
from html.parser import HTMLParser
from typing import Any, Final

import nh3

from commerce.catalog.rich_text import INLINE_TAGS, MAX_BLOCKS, clean_inline

_HEADINGS: Final = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_BREAKS: Final = {
    "p",
    "div",
    "section",
    "article",
    "table",
    "tr",
    "figure",
    "figcaption",
    "center",
    "address",
    "dl",
    "dt",
    "dd",
    "tbody",
    "thead",
}
_LISTS: Final = {"ul": "unordered", "ol": "ordered"}
_KEPT: Final = {*_HEADINGS, *_BREAKS, *_LISTS, *INLINE_TAGS, "li", "blockquote", "pre", "hr", "td", "th"}


def blocks_from_html(html: str) -> dict[str, Any] | None:
    """The blocks of `html`: paragraphs, headers, lists, quotes, code and lines; None if nothing is left to read."""
    if "<" not in html and "&" not in html:
        text = html.strip()
        blocks = [_paragraph(clean_inline(part)) for part in text.split("\n\n") if part.strip()]
        return {"blocks": blocks[:MAX_BLOCKS]} if blocks else None
    builder = _Builder()
    builder.feed(nh3.clean(html, tags=_KEPT, attributes={"a": {"href"}}, link_rel=None))
    builder.close()
    builder.end_block()
    return {"blocks": builder.blocks[:MAX_BLOCKS]} if builder.blocks else None


def _paragraph(text: str) -> dict[str, Any]:
    return {"type": "paragraph", "data": {"text": text}}


class _Builder(HTMLParser):
    """Walks cleaned HTML and closes a block wherever a reader would see one end."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[dict[str, Any]] = []
        self._text: list[str] = []
        self._kind = "p"
        self._list: tuple[str, list[str]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in INLINE_TAGS:
            href = dict(attrs).get("href")
            self._text.append(f'<{tag} href="{escape(href)}">' if href else f"<{tag}>")
        elif tag in ("td", "th"):
            self._text.append(" ")
        else:
            self.end_block()
            if tag in _LISTS and self._list is None:
                self._list = (_LISTS[tag], [])
            elif tag == "hr":
                self.blocks.append({"type": "delimiter", "data": {}})
            elif tag in _HEADINGS or tag in ("blockquote", "pre"):
                self._kind = tag

    def handle_endtag(self, tag: str) -> None:
        if tag in INLINE_TAGS:
            self._text.append(f"</{tag}>")
        elif tag not in ("td", "th"):
            self.end_block()
            if tag in _LISTS:
                self._end_list()
            elif tag in _HEADINGS or tag in ("blockquote", "pre"):
                self._kind = "p"

    def handle_data(self, data: str) -> None:
        self._text.append(escape(data, quote=False))

    def close(self) -> None:
        super().close()
        self.end_block()
        self._end_list()

    def end_block(self) -> None:
        """Turn the text so far into a block of the current kind."""
        raw, self._text = "".join(self._text), []
        if self._kind != "pre":
            raw = " ".join(raw.split())
        # Tags can be left open by the end of their block; text without any is clean, because it was escaped here.
        text = clean_inline(raw) if "<" in raw else raw.strip()
        text = text.removeprefix("<br>").removesuffix("<br>").strip()
        if not text:
            return
        if self._list is not None:
            self._list[1].append(text)
        elif self._kind in _HEADINGS:
            self.blocks.append({"type": "header", "data": {"text": text, "level": _HEADINGS[self._kind]}})
        elif self._kind == "blockquote":
            self.blocks.append({"type": "quote", "data": {"text": text}})
        elif self._kind == "pre":
            self.blocks.append({"type": "code", "data": {"code": text}})
        else:
            self.blocks.append(_paragraph(text))

    def _end_list(self) -> None:
        if self._list is not None and self._list[1]:
            self.blocks.append({"type": "list", "data": {"style": self._list[0], "items": self._list[1]}})
        self._list = None
