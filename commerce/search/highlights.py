"""Showing where a text has what was searched for, as HTML that is safe to put into a page."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from commerce.search.reading import Query

SNIPPET_LENGTH: Final = 160
"""About how many characters of a longer text are shown around what was found."""
_LONGEST_TEXT: Final = 20_000
_WORD: Final = re.compile(r"[^\W_]+(?:[\u0300-\u036f\u200b-\u200f\u00ad][^\W_]*)*")
# Letters that are no base letter with a mark, as PostgreSQL's unaccent writes them.
_LETTERS: Final = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ħ": "h", "ŧ": "t"}
)


@dataclass(frozen=True, slots=True)
class Sought:
    """The words to mark: whole ones, and those with which a word may begin."""

    words: frozenset[str]
    beginnings: tuple[str, ...]

    def finds(self, word: str) -> bool:
        """Whether a word of a text is to be marked."""
        plain = folded(word)
        return plain in self.words or plain.startswith(self.beginnings)


def sought(query: Query, corrected: str | None = None) -> Sought:
    """What a search marks: its words as they are written or `corrected`, and what they may be called instead."""
    if not query.groups:
        return Sought(frozenset(), ())
    words = {word for group in query.groups for alternative in group.alternatives for word in alternative}
    last = query.groups[-1].own[-1]
    begun = [last, *((corrected.rpartition(" ")[2],) if corrected else ())]
    return Sought(frozenset(words | set((corrected or "").split())), tuple(word for word in begun if word))


def folded(word: str) -> str:
    """A word in lower case without accents, as documents have it."""
    if word.isascii():
        return word.lower()
    parts = unicodedata.normalize("NFKD", word.lower().translate(_LETTERS))
    return "".join(char for char in parts if not unicodedata.combining(char) and unicodedata.category(char) != "Cf")


def highlighted(text: str, wanted: Sought) -> str | None:
    """`text`, or a snippet of it, as HTML in which what was found is inside of <mark>; None if nothing is.

    Everything else is escaped: the text is read as plain text, whatever it looks like.
    """
    text = text[:_LONGEST_TEXT]
    places = list(_places(text, wanted))
    if not places:
        return None
    start, end = _window(text, places[0][0])
    parts, done = ["…" if start else ""], start
    for begin, stop in places:
        if start <= begin and stop <= end:
            parts += [html.escape(text[done:begin]), "<mark>", html.escape(text[begin:stop]), "</mark>"]
            done = stop
    return "".join([*parts, html.escape(text[done:end]), "…" if end < len(text) else ""])


def first_highlighted(texts: Collection[str], wanted: Sought) -> str | None:
    """The first of the texts in which something is marked."""
    return next((found for text in texts if (found := highlighted(text, wanted)) is not None), None)


def _places(text: str, wanted: Sought) -> Iterator[tuple[int, int]]:
    for match in _WORD.finditer(text):
        if wanted.finds(match[0]):
            yield match.span()


def _window(text: str, place: int) -> tuple[int, int]:
    """Where a snippet around `place` begins and ends: between words."""
    if len(text) <= SNIPPET_LENGTH:
        return 0, len(text)
    start = max(0, min(place - SNIPPET_LENGTH // 3, len(text) - SNIPPET_LENGTH))
    end = min(len(text), start + SNIPPET_LENGTH)
    if start:
        start = min(place, text.rfind(" ", 0, start + 1) + 1 or start)
    if end < len(text):
        cut = text.rfind(" ", place, end)
        end = cut if cut > place else end
    return start, end
