"""What the filters of the API mean to the catalog. A filter that contradicts itself is refused."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.db.models import Q

from commerce.catalog.product_filter import (
    AVAILABILITY,
    MAX_SEARCH_LENGTH,
    PRICE,
    AttributeFilter,
    Parts,
    ProductFilter,
    all_of,
    in_stock,
    is_available,
    names_in,
)
from commerce.catalog.product_order import Matches, ProductOrder, ProductSort
from commerce.channels.models import Channel
from commerce.core.actor import Actor
from commerce.core.errors import InvalidInput, Required
from commerce.search.provider import Found
from schema.catalog.attribute_values import value_condition
from schema.catalog.enums import StockAvailability
from schema.catalog.filters import (
    SORTS,
    AttributeInput,
    DateTimeRangeInput,
    DecimalFilterInput,
    DecimalRangeInput,
    MetadataFilter,
    PriceRangeInput,
    ProductFilterInput,
    ProductOrderInput,
    ProductWhereInput,
)
from schema.catalog.one_way import keys_of, texts_of
from schema.enums import OrderDirection
from schema.ids import id_of, ids_of
from schema.money import minor_units
from schema.search.searches import Searches

MAX_BRANCHES: Final = 50
"""How many conditions AND and OR may hold in all: each is a part of one statement."""

Path = tuple[str, ...]


@dataclass(slots=True)
class Question:
    """The arguments by which a list of products is narrowed and sorted, in one place.

    In a channel the shop's search engine is asked once for each text, before the list itself is read.
    """

    filter: ProductFilterInput | None = None
    where: ProductWhereInput | None = None
    search: str | None = None
    sort_by: ProductOrderInput | None = None
    searches: Searches = dataclasses.field(default_factory=Searches)

    def found(self, channel: Channel | None, actor: Actor) -> Found | None:
        """What the engine has found for the text by which the list is ordered; None if nothing is searched for.

        Raises InvalidInput for a text that is too long.
        """
        text = self.text
        return None if channel is None or text is None else self.searches.found(text, channel, actor)

    def condition(self, *, channel: Channel | None, actor: Actor) -> Q:
        """All that is asked as one condition, as product_filter says. Raises as `parts` does."""
        return all_of(self.parts(channel=channel, actor=actor))

    def parts(self, *, channel: Channel | None, actor: Actor) -> Parts:
        """What is asked, each condition with the facet that it narrows.

        Raises InvalidInput, InvalidId or Required with its path.
        """
        reader = _Reader(channel, actor, self.searches)
        parts: Parts = []
        if self.search:
            parts += reader.ask(ProductFilter(**reader.searched(self.search)), ())
        if self.filter is not None:
            parts += reader.filter(self.filter)
        if self.where is not None:
            parts += reader.where(self.where, ("where",))
        return parts

    def order(self, default: ProductSort = ProductSort.NAME, *, channel: Channel | None, actor: Actor) -> ProductOrder:
        """The order that is asked for; best matches first for a search that names none. Raises Required."""
        text, found = self.text, self.found(channel, actor)
        matches = Matches(found.product_ids, found.ranks) if found is not None else None
        if self.sort_by is None:
            if text and default is ProductSort.NAME:
                return ProductOrder(ProductSort.RANK, descending=True, search=text, matches=matches)
            return ProductOrder(default)
        if self.sort_by.field is None:
            raise Required("Say what to sort by.", path=("sortBy", "field"))
        return ProductOrder(
            SORTS[self.sort_by.field],
            descending=self.sort_by.direction is OrderDirection.DESC,
            search=text,
            matches=matches,
            collection_id=self._only_collection(),
        )

    @property
    def asks_nothing(self) -> bool:
        """Whether the list is neither narrowed nor searched, and an order that it names is named in full."""
        is_ordered = self.sort_by is None or self.sort_by.field is not None
        return self.filter is None and self.where is None and not self.search and is_ordered

    @property
    def text(self) -> str | None:
        """What is searched for, if anything is."""
        text = self.search or (self.filter.search if self.filter else None)
        return text if text and text.strip() else None

    def _only_collection(self) -> UUID | None:
        named = (self.filter.collections if self.filter else None) or []
        return id_of("Collection", named[0], path=("filter", "collections", "0")) if len(named) == 1 else None


class _Reader:
    """Turns inputs into conditions, in one channel and for one actor."""

    def __init__(self, channel: Channel | None, actor: Actor, searches: Searches) -> None:
        self._channel = channel
        self._actor = actor
        self._searches = searches
        self._names = names_in(channel)
        self._branches = 0

    def searched(self, text: str | None) -> dict[str, Any]:
        """What ProductFilter is given for a text to search for; nothing without one."""
        if text is None or not text.strip():
            return {}
        if self._channel is None:
            return {"search": text}
        found = self._searches.found(text, self._channel, self._actor)
        return {"matches": Matches(found.product_ids, found.ranks)}

    def _attributes(self, given: Sequence[AttributeInput] | None, path: Path) -> list[AttributeFilter]:
        return [
            _attribute(wanted, (*path, "attributes", str(index)), self._channel, self._actor)
            for index, wanted in enumerate(given or ())
        ]

    def ask(self, question: ProductFilter, path: Path) -> Parts:
        try:
            return question.parts(channel=self._channel, actor=self._actor)
        except InvalidInput as error:
            raise error.at(*path) from None

    def filter(self, given: ProductFilterInput) -> Parts:
        path = ("filter",)
        try:
            searched = self.searched(given.search)
        except InvalidInput as error:
            raise error.at(*path) from None
        question = ProductFilter(
            **searched,
            ids=_ids("Product", given.ids, (*path, "ids")),
            slugs=given.slugs,
            category_ids=_ids("Category", given.categories, (*path, "categories")),
            has_category=given.has_category,
            collection_ids=_ids("Collection", given.collections, (*path, "collections")),
            product_type_ids=_ids("ProductType", given.product_types, (*path, "productTypes")),
            is_gift_card=given.gift_card,
            attributes=self._attributes(given.attributes, path),
        )
        if given.categories and given.has_category is False:
            raise InvalidInput("A product without category is in none of these.", path=(*path, "hasCategory"))
        parts = self.ask(question, path)
        for name, bounds in (("price", given.price), ("minimalPrice", given.minimal_price)):
            if bounds is not None:
                parts.append((PRICE, self._price(_exact(bounds), (*path, name))))
        parts += self._availability(given.is_available, given.stock_availability, path)
        parts.append((None, updated_condition(given.updated_at, (*path, "updatedAt"))))
        parts.append((None, metadata_condition(given.metadata, self._names.product)))
        return parts

    def where(self, given: ProductWhereInput, path: Path) -> Parts:
        self._branches += 1
        if self._branches > MAX_BRANCHES:
            raise InvalidInput(f"At most {MAX_BRANCHES} conditions.", path=path)
        question = ProductFilter(
            ids=_ids("Product", given.ids, (*path, "ids")),
            slugs=texts_of(given.slug, (*path, "slug")),
            category_ids=keys_of("Category", given.category, (*path, "category")),
            has_category=given.has_category,
            collection_ids=keys_of("Collection", given.collection, (*path, "collection")),
            product_type_ids=keys_of("ProductType", given.product_type, (*path, "productType")),
            is_gift_card=given.gift_card,
            attributes=self._attributes(given.attributes, path),
        )
        parts = self.ask(question, path)
        if given.name is not None:
            parts.append((None, self._names.of_product(name__in=texts_of(given.name, (*path, "name")))))
        for name, wanted in (("price", given.price), ("minimalPrice", given.minimal_price)):
            if wanted is not None:
                parts.append((PRICE, self._prices(wanted, (*path, name))))
        parts += self._availability(given.is_available, given.stock_availability, path)
        if given.updated_at is not None:
            updated = updated_condition(given.updated_at.range, (*path, "updatedAt", "range"), needed=True)
            parts.append((None, updated))
        parts.append((None, metadata_condition(given.metadata, self._names.product)))
        for index, branch in enumerate(given.all_of or ()):
            parts += self.where(branch, (*path, "AND", str(index)))
        if given.any_of is not None:
            parts.append((None, self._any(given.any_of, path)))
        return parts

    def _any(self, branches: Sequence[ProductWhereInput], path: Path) -> Q:
        if not branches:
            raise InvalidInput("One of none never holds.", path=(*path, "OR"))
        condition = all_of(self.where(branches[0], (*path, "OR", "0")))
        for index, branch in enumerate(branches[1:], start=1):
            other = all_of(self.where(branch, (*path, "OR", str(index))))
            # An empty Q would vanish from the disjunction, although it means: every product.
            condition = condition | other if condition and other else Q()
        return condition

    def _prices(self, wanted: DecimalFilterInput, path: Path) -> Q:
        if sum(way is not None for way in (wanted.eq, wanted.one_of, wanted.range)) != 1:
            raise InvalidInput("Give one of eq, oneOf and range.", path=path)
        if wanted.range is not None:
            return self._price(wanted.range, path)
        prices = [wanted.eq] if wanted.eq is not None else wanted.one_of or []
        conditions = [self._price(DecimalRangeInput(gte=price, lte=price), path) for price in prices]
        return Q(*conditions, _connector=Q.OR) if conditions else Q(pk__in=[])

    def _price(self, bounds: DecimalRangeInput, path: Path) -> Q:
        if self._channel is None:
            raise InvalidInput("Prices can only be compared in a channel.", path=path)
        if bounds.gte is None and bounds.lte is None:
            raise Required("Give at least one bound.", path=path)
        currency = self._channel.currency_code
        low = None if bounds.gte is None else minor_units(bounds.gte, currency, path=(*path, "gte"))
        high = None if bounds.lte is None else minor_units(bounds.lte, currency, path=(*path, "lte"))
        if low is not None and high is not None and low > high:
            raise InvalidInput("The lower bound is above the upper one.", path=(*path, "gte"))
        return all_of(self.ask(ProductFilter(price_gte=low, price_lte=high), path))

    def _availability(self, available: bool | None, stock: StockAvailability | None, path: Path) -> Parts:
        if available is None and stock is None:
            return []
        if self._channel is None:
            raise InvalidInput("Only in a channel can something be available.", path=(*path, "isAvailable"))
        if available and stock is StockAvailability.OUT_OF_STOCK:
            raise InvalidInput("What is out of stock is not available.", path=(*path, "stockAvailability"))
        parts: Parts = []
        if available is not None:
            parts.append((AVAILABILITY, is_available() if available else ~is_available()))
        if stock is not None:
            parts.append((AVAILABILITY, in_stock() if stock is StockAvailability.IN_STOCK else ~in_stock()))
        return parts


def _ids(type_name: str, values: Sequence[str] | None, path: Path) -> list[UUID] | None:
    return None if values is None else ids_of(type_name, values, path=path)


def _attribute(given: AttributeInput, path: Path, channel: Channel | None, actor: Actor) -> AttributeFilter:
    if not given.slug:
        raise Required("Name the attribute by its slug.", path=(*path, "slug"))
    if (given.values is None) == (given.value is None):
        raise InvalidInput("Give either values or value.", path=path)
    if given.value is None:
        return AttributeFilter(given.slug, tuple(given.values or ()))
    return AttributeFilter(given.slug, matching=value_condition(given.value, (*path, "value"), channel, actor))


def _exact(bounds: PriceRangeInput) -> DecimalRangeInput:
    """Floats as the decimals that the caller wrote: the shortest text that means the same float."""
    return DecimalRangeInput(
        gte=None if bounds.gte is None else Decimal(repr(bounds.gte)),
        lte=None if bounds.lte is None else Decimal(repr(bounds.lte)),
    )


def texts_condition(search: str | None, slugs: Sequence[str] | None) -> Q:
    """That the name contains `search`, and that the slug is one of `slugs`."""
    condition = Q()
    if search:
        condition &= Q(name__icontains=search[:MAX_SEARCH_LENGTH].replace("\x00", " "))
    if slugs is not None:
        condition &= Q(slug__in=[slug for slug in slugs if "\x00" not in slug])
    return condition


def updated_condition(bounds: DateTimeRangeInput | None, path: Path, *, needed: bool = False) -> Q:
    """That the row was changed between `bounds`. Raises InvalidInput, and Required without bounds that are `needed`."""
    if bounds is None:
        if needed:
            raise Required("Give a range.", path=path)
        return Q()
    condition = Q()
    if bounds.gte is not None:
        condition &= Q(updated_at__gte=bounds.gte)
    if bounds.lte is not None:
        condition &= Q(updated_at__lte=bounds.lte)
    if bounds.gte is not None and bounds.lte is not None and bounds.gte > bounds.lte:
        raise InvalidInput("The range ends before it begins.", path=path)
    return condition


def metadata_condition(wanted: Sequence[MetadataFilter] | None, prefix: str = "") -> Q:
    """That the public metadata have all these keys, with these values where they are given.

    `prefix` leads from the table of the condition to the one with the metadata.
    """
    condition = Q()
    for entry in wanted or ():
        if "\x00" in entry.key or "\x00" in (entry.value or ""):
            return Q(pk__in=[])
        lookup, value = ("has_key", entry.key) if entry.value is None else ("contains", {entry.key: entry.value})
        condition &= Q(**{f"{prefix}metadata__{lookup}": value})
    return condition
