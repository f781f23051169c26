"""Relay connections. Nothing here counts or loads what was not asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from uuid import UUID

import strawberry
from django.db.models import Count, QuerySet

from commerce.core.errors import CommerceError
from commerce.core.keyset import KeysetPage, Slice, fetch_page, fetch_pages_by_parent
from schema.context import RequestContext
from schema.fields import leaf, nested

T = TypeVar("T")

DEFAULT_PAGE_SIZE = 20
MAX_PAGE_SIZE = 100


class BadPage(CommerceError):
    """Arguments of a connection that contradict each other or ask for too much."""

    code = "INVALID_PAGE"


@dataclass(slots=True, eq=False)
class Edge:
    """A row and its place on the page; `cursor_of` makes the cursor of a place when it is asked for."""

    node: Any
    index: int
    cursor_of: Callable[[int], str]

    @property
    def cursor(self) -> str:
        """Where it stands in the order."""
        return self.cursor_of(self.index)


@dataclass(slots=True, eq=False)
class Page:
    """Source of a connection. `count` is called only when totalCount was asked for.

    `search` is how the list was searched, if it was; `facets` counts what it could be narrowed by when somebody asks.
    """

    edges: list[Edge]
    has_next_page: bool = False
    has_previous_page: bool = False
    count: Callable[[], int] | None = None
    search: Any = None
    facets: Callable[[], Any] | None = None
    info: Any = field(init=False)

    def __post_init__(self) -> None:
        self.info = PageFacts(self.edges, self.has_next_page, self.has_previous_page)


@dataclass(slots=True, eq=False)
class PageFacts:
    """Source of PageInfo."""

    edges: list[Edge]
    has_next_page: bool
    has_previous_page: bool

    @property
    def start_cursor(self) -> str | None:
        """The cursor of the first edge; None without any."""
        return self.edges[0].cursor if self.edges else None

    @property
    def end_cursor(self) -> str | None:
        """The cursor of the last edge; None without any."""
        return self.edges[-1].cursor if self.edges else None


def page_size(first: int | None, last: int | None) -> tuple[int, bool]:
    """How many rows, and whether from the end. Default 20, at most 100; first and last together are refused."""
    if first is not None and last is not None:
        raise BadPage("Ask for first or for last, not for both.", path=("last",))
    size = first if first is not None else last
    name = "first" if last is None else "last"
    if size is None:
        return DEFAULT_PAGE_SIZE, False
    if not 0 <= size <= MAX_PAGE_SIZE:
        raise BadPage(f"{name} must be between 0 and {MAX_PAGE_SIZE}.", path=(name,))
    return size, last is not None


class Counts:
    """The totals of the pages of many parents: worked out together, when the first of them is asked for."""

    def __init__(self, load: Callable[[], Mapping[Any, int]]) -> None:
        self._load = load
        self._found: Mapping[Any, int] | None = None

    def of(self, parent: Any) -> Callable[[], int]:
        """What Page calls when the total of `parent` is asked for."""

        def count() -> int:
            if self._found is None:
                self._found = self._load()
            return self._found.get(parent, 0)

        return count


@strawberry.type(description="Where a page of a connection begins and ends.")
class PageInfo:
    """Source: PageFacts."""

    has_next_page: bool = leaf("Whether there is more after this page.")
    has_previous_page: bool = leaf("Whether there is more before this page.")
    start_cursor: str | None = leaf("The cursor of the first edge.")
    end_cursor: str | None = leaf("The cursor of the last edge; pass it as `after` for the next page.")


@strawberry.type(description="A node and its cursor.")
class CountableEdge(Generic[T]):
    """Source: Edge."""

    node: T = nested("node", "The object at the end of the edge.")
    cursor: str = leaf("Its place in this order; stays valid when other rows come and go.")


def _nodes(pages: Sequence[Page], context: RequestContext) -> list[list[Any]]:
    return [[edge.node for edge in page.edges] for page in pages]


def _total_counts(pages: Sequence[Page], context: RequestContext) -> list[int | None]:
    return [page.count() if page.count is not None else None for page in pages]


@strawberry.type(description="A page of a list.")
class CountableConnection(Generic[T]):
    """Source: Page."""

    edges: list[CountableEdge[T]] = nested("edges", "The rows of this page with their cursors.")
    nodes: list[T] = nested(_nodes, "The rows of this page without their cursors.")
    page_info: PageInfo = nested("info", "Where this page begins and ends.")
    total_count: int | None = nested(_total_counts, "How many rows there are in all; counted only when asked for.")


def slice_of(first: int | None, after: str | None, last: int | None, before: str | None) -> Slice:
    """The page that the four arguments of a connection ask for. Raises BadPage."""
    size, backward = page_size(first, last)
    return Slice(size=size, after=after, before=before, backward=backward)


def to_page(page: KeysetPage[Any], count: Callable[[], int] | None = None) -> Page:
    """A keyset page as the source of a connection."""
    edges = [Edge(row, index, page.cursor_of) for index, row in enumerate(page.rows)]
    return Page(edges, has_next_page=page.has_next, has_previous_page=page.has_previous, count=count)


def page_of(
    queryset: QuerySet[Any],
    order: Sequence[str],
    *,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Page:
    """One page of a queryset by keyset; the last field of `order` is unique."""
    return to_page(fetch_page(queryset, order, slice_of(first, after, last, before)), count=queryset.count)


def pages_of(
    queryset: QuerySet[Any],
    parent: str,
    parents: Sequence[UUID],
    order: Sequence[str],
    *,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> list[Page]:
    """The same page of the children of every parent, in one statement; `parent` is the foreign key's column.

    The totals, if they are asked for, are one more.
    """
    found = fetch_pages_by_parent(queryset, parent, parents, order, slice_of(first, after, last, before))
    of_each = queryset.filter(**{f"{parent}__in": list(parents)}).order_by().values_list(parent)
    counts = Counts(lambda: dict(of_each.annotate(total=Count("pk"))))
    return [to_page(found[key], count=counts.of(key)) for key in parents]
