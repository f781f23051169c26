"""What lists of products can be ordered by, and what they can belong to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Final
from uuid import UUID


class ProductSort(Enum):
    """What a list of products can be ordered by; the id decides between equals."""

    NAME = "name"
    PRICE = "price"
    PUBLISHED_AT = "published"
    CREATED_AT = "created"
    LAST_MODIFIED = "modified"
    RANK = "rank"
    COLLECTION = "collection"


VALUE_TYPES: Final[dict[ProductSort, type]] = {
    ProductSort.NAME: str,
    ProductSort.PRICE: int,
    ProductSort.PUBLISHED_AT: datetime,
    ProductSort.CREATED_AT: datetime,
    ProductSort.LAST_MODIFIED: datetime,
    ProductSort.RANK: int,
    ProductSort.COLLECTION: int,
}
"""What the values are that a list is ordered by."""


@dataclass(frozen=True, slots=True)
class Matches:
    """What a search has found in a channel: ids of products as text, and the rank of each, the higher the better."""

    product_ids: Sequence[str]
    ranks: Sequence[int]


@dataclass(frozen=True, slots=True)
class ProductOrder:
    """`collection_id` is needed for COLLECTION, and for RANK what was searched for.

    That is `matches` in a channel, and the text itself (`search`) in lists without one.
    """

    sort: ProductSort = ProductSort.NAME
    descending: bool = False
    search: str | None = None
    matches: Matches | None = None
    collection_id: UUID | None = None

    @property
    def code(self) -> str:
        """What a cursor of this order carries, so that it is refused by every other order."""
        return f"{self.sort.value}-{'desc' if self.descending else 'asc'}"


class ParentKind(Enum):
    """What a page of products can belong to."""

    CATEGORY = "category"
    COLLECTION = "collection"
