"""What a search engine is: values in, values out. An engine of your own needs this page and README.md, nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar, Final, Protocol
from uuid import UUID

MOST_FOUND: Final = 2_000
"""How many products one search finds at most: shoppers narrow it down rather than turn a hundredth page."""
LONGEST_TEXT: Final = 200
"""How many characters a search has at most."""
MOST_WORDS: Final = 8
"""How many words of a search count; those after them are not looked at."""

Options = Mapping[str, Any]
"""What settings.SEARCH_PROVIDER_OPTIONS hold for the engine."""


class SearchUnavailable(Exception):
    """The engine does not answer now. The shop searches without it, or finds nothing, as its settings say."""


class SuggestionKind(StrEnum):
    """What a suggestion is: words to search for, or something with a page of its own."""

    QUERY = "query"
    PRODUCT = "product"
    CATEGORY = "category"
    COLLECTION = "collection"


@dataclass(frozen=True, slots=True)
class Found:
    """Products that match, best first, by their ids as text. `ranks` belong to them, higher is better.

    Equal ranks come by falling id.

    `capped`: there may be more than were looked at. `corrected`: what was searched for instead, because nothing has
    all the words as they were written; None if nothing was corrected. `partial`: these have only some of the words.
    """

    product_ids: Sequence[str] = ()
    ranks: Sequence[int] = ()
    capped: bool = False
    corrected: str | None = None
    partial: bool = False


NOTHING: Final = Found()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a shopper who is still typing may mean. `id` is that of the product, category or collection."""

    kind: SuggestionKind
    text: str
    id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ProductText:
    """A product as an engine keeps it. Texts are as merchants wrote them, those of all languages together.

    `channel_ids` are the channels that list it, whether they show it now or not: the shop looks at that itself.
    """

    id: UUID
    names: Sequence[str]
    codes: Sequence[str]
    facts: Sequence[str]
    descriptions: Sequence[str]
    channel_ids: Sequence[UUID]


class SearchEngine(Protocol):
    """Finds products. Never touches our tables unless it is PostgreSQL.

    `text` has LONGEST_TEXT characters at most, and may have any: what cannot be searched for finds nothing. `language`
    is a BCP 47 tag, or None if the shopper named none. A product that shows in another channel only, or nowhere, must
    neither be found nor be suggested, nor make a word count as known; what the engine does not know yet, such as a
    publication a second ago, the shop filters out once more. Raises SearchUnavailable.
    """

    id: ClassVar[str]

    def __init__(self, options: Options) -> None: ...

    def find(self, channel_id: UUID, text: str, language: str | None, limit: int = MOST_FOUND) -> Found:
        """The products with all words of `text`, the last of which may be just begun."""
        ...

    def suggest(self, channel_id: UUID, text: str, language: str | None, limit: int) -> Sequence[Suggestion]:
        """What `text` may become."""
        ...

    def index(self, products: Sequence[ProductText]) -> None:
        """Keep these as they are now, whether they are new or changed."""
        ...

    def delete(self, product_ids: Sequence[UUID]) -> None:
        """Forget these; ids that were never heard of are no error."""
        ...
