"""The questions by which shoppers narrow a list of products. Each becomes one condition; conditions combine freely."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db.models import Exists, Func, OuterRef, Q, TextField, Value
from django.db.models.functions import Lower

from commerce.catalog.models import (
    CollectionProduct,
    ProductAttributeValue,
    ProductChannelListing,
    VariantAttributeValue,
)
from commerce.catalog.queries import sees_unpublished, visible_collections
from commerce.channels.models import Channel
from commerce.core.actor import Actor
from commerce.core.errors import InvalidInput

MAX_SEARCH_LENGTH: Final = 200
MAX_SEARCH_WORDS: Final = 8


@dataclass(frozen=True, slots=True)
class AttributeFilter:
    """The product or one of its variants has one of these values (slugs) of the attribute `slug`."""

    slug: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProductFilter:
    """All of these must hold; None asks nothing, an empty tuple matches nothing. Prices are minor units.

    `price_gte` and `price_lte` compare the product's lowest price in the channel. Categories mean their subtrees.
    """

    search: str | None = None
    ids: Sequence[UUID] | None = None
    slugs: Sequence[str] | None = None
    category_ids: Sequence[UUID] | None = None
    has_category: bool | None = None
    collection_ids: Sequence[UUID] | None = None
    product_type_ids: Sequence[UUID] | None = None
    price_gte: int | None = None
    price_lte: int | None = None
    attributes: Sequence[AttributeFilter] = ()

    def condition(self, *, channel: Channel | None, actor: Actor) -> Q:
        """The filter as a condition on Product, which `&`, `|` and `~` combine with others.

        Raises InvalidInput for a price range without a channel, and for a search that is too long.
        """
        condition = Q()
        if self.search is not None:
            condition &= matches_search(self.search)
        if self.ids is not None:
            condition &= Q(id__in=self.ids)
        if self.slugs is not None:
            condition &= Q(slug__in=_storable(self.slugs))
        if self.category_ids is not None:
            condition &= Q(category__ancestors__overlap=list(self.category_ids))
        if self.has_category is not None:
            condition &= Q(category__isnull=not self.has_category)
        if self.collection_ids is not None:
            condition &= _in_collections(self.collection_ids, channel, actor)
        if self.product_type_ids is not None:
            condition &= Q(product_type__in=self.product_type_ids)
        if self.price_gte is not None or self.price_lte is not None:
            condition &= _costs_between(self.price_gte, self.price_lte, channel)
        hidden_too = sees_unpublished(channel=channel, actor=actor)
        for attribute in self.attributes:
            condition &= _has_attribute(attribute, hidden_too=hidden_too)
        return condition


def search_words(text: str) -> list[str]:
    """The words that all have to be found. Raises InvalidInput when there is too much to look for."""
    if len(text) > MAX_SEARCH_LENGTH:
        raise InvalidInput(f"A search has {MAX_SEARCH_LENGTH} characters at most.", path=("search",))
    return text.replace("\x00", " ").split()[:MAX_SEARCH_WORDS]


def folded(text: str) -> Func:
    """`text` in the form of Product.search_text, reckoned by the database, whose rules made that column."""
    return Func(Lower(Value(text)), function="unaccent", output_field=TextField())


def matches_search(text: str) -> Q:
    """Every word of `text` is part of the product's name or of a SKU, without regard to case and accents."""
    condition = Q()
    for word in search_words(text):
        condition &= Q(search_text__contains=folded(word))
    return condition


def _in_collections(ids: Sequence[UUID], channel: Channel | None, actor: Actor) -> Q:
    links = CollectionProduct.objects.filter(
        product=OuterRef("pk"),
        collection__in=visible_collections(channel=channel, actor=actor).filter(id__in=ids),
    )
    return Q(Exists(links))


def _costs_between(low: int | None, high: int | None, channel: Channel | None) -> Q:
    if channel is None:
        raise InvalidInput("Prices can only be compared in a channel.", path=("price",))
    listings = ProductChannelListing.objects.filter(product=OuterRef("pk"), channel=channel)
    if low is not None:
        listings = listings.filter(min_price_amount__gte=low)
    if high is not None:
        listings = listings.filter(min_price_amount__lte=high)
    return Q(Exists(listings))


def _has_attribute(wanted: AttributeFilter, *, hidden_too: bool) -> Q:
    slugs = _storable([wanted.slug])
    value = Q(value__attribute__slug__in=slugs, value__slug__in=_storable(wanted.values))
    if not hidden_too:
        # What a shopper cannot see cannot be asked for either, or the answer would tell.
        value &= Q(value__attribute__visible_in_storefront=True)
    own = ProductAttributeValue.objects.filter(value, product=OuterRef("pk"))
    of_variants = VariantAttributeValue.objects.filter(value, variant__product=OuterRef("pk"))
    return Q(Exists(own)) | Q(Exists(of_variants))


def _storable(texts: Sequence[str]) -> list[str]:
    return [text for text in texts if "\x00" not in text]
