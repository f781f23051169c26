"""The questions by which shoppers narrow a list of products. Each becomes one condition; conditions combine freely.

In a channel they are conditions on product cards, one table for all of them; without a channel, on products.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, TypeAlias
from uuid import UUID

from django.db.models import Exists, Func, OuterRef, Q, TextField, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Lower
from django.db.models.lookups import GreaterThanOrEqual, LessThanOrEqual

from commerce.attributes.models import AttributeValue
from commerce.catalog.card_models import PRICE_OR_FIRST, PRICE_OR_LAST
from commerce.catalog.models import CollectionProduct, ProductAttributeValue, ProductType, VariantAttributeValue
from commerce.catalog.product_order import Matches
from commerce.catalog.queries import sees_unpublished, visible_collections
from commerce.channels.models import Channel
from commerce.core.actor import Actor
from commerce.core.errors import InvalidInput
from commerce.core.statements import Statement, uuid_array

MAX_SEARCH_LENGTH: Final = 200
MAX_SEARCH_WORDS: Final = 8

Facet: TypeAlias = str
"""What a condition narrows: one of the names below, or ATTRIBUTE with the attribute's slug behind it."""

PRICE: Final = "price"
CATEGORY: Final = "category"
COLLECTION: Final = "collection"
AVAILABILITY: Final = "availability"
ATTRIBUTE: Final = "attribute:"

Parts: TypeAlias = "list[tuple[Facet | None, Q]]"
"""Conditions that must all hold, each with the facet that it narrows; None for what no facet shows."""


@dataclass(frozen=True, slots=True)
class AttributeFilter:
    """The product or one of its variants has one of these values (slugs) of the attribute `slug`.

    Or a value that is `matching`, a condition on AttributeValue.
    """

    slug: str
    values: tuple[str, ...] = ()
    matching: Q | None = None


class Named(NamedTuple):
    """A value of an attribute by its slugs."""

    attribute: str
    value: str
    id: str


_VALUES_NAMED: Final = Statement(
    "attribute_values_named",
    Named,
    """
SELECT attribute.slug, value.slug, value.id::text
  FROM unnest($1, $2) AS named(attribute, value)
  JOIN attributes_attribute AS attribute ON attribute.slug = named.attribute AND ($3 OR attribute.visible_in_storefront)
  JOIN attributes_attributevalue AS value ON value.attribute_id = attribute.id AND value.slug = named.value
""",
    "text[]",
    "text[]",
    "bool",
)


@dataclass(frozen=True, slots=True)
class ProductFilter:
    """All of these must hold; None asks nothing, an empty tuple matches nothing. Prices are minor units.

    `price_gte` and `price_lte` compare the product's lowest price in the channel. Categories mean their subtrees.
    `search` is for lists without a channel: part of the name or of a SKU. In a channel, `matches` are what a search
    engine has found.
    """

    search: str | None = None
    matches: Matches | None = None
    ids: Sequence[UUID] | None = None
    slugs: Sequence[str] | None = None
    category_ids: Sequence[UUID] | None = None
    has_category: bool | None = None
    collection_ids: Sequence[UUID] | None = None
    product_type_ids: Sequence[UUID] | None = None
    is_gift_card: bool | None = None
    price_gte: int | None = None
    price_lte: int | None = None
    attributes: Sequence[AttributeFilter] = ()

    def condition(self, *, channel: Channel | None, actor: Actor) -> Q:
        """The filter as one condition, which `&`, `|` and `~` combine with others. Raises as `parts` does."""
        return all_of(self.parts(channel=channel, actor=actor))

    def parts(self, *, channel: Channel | None, actor: Actor) -> Parts:
        """The filter as conditions on ProductCard; on Product without a channel.

        Raises InvalidInput for a price range without a channel, and for a search that is too long.
        """
        names = names_in(channel)
        parts: Parts = []
        if self.search is not None:
            parts.append((None, matches_search(self.search, names)))
        if self.matches is not None:
            parts.append((None, _is_one_of(self.matches, names)))
        if self.ids is not None:
            parts.append((None, Q(**{f"{names.key}__in": self.ids})))
        if self.slugs is not None:
            parts.append((None, names.of_product(slug__in=storable(self.slugs))))
        if self.category_ids is not None:
            parts.append((CATEGORY, Q(**{f"{names.categories}__overlap": list(self.category_ids)})))
        if self.has_category is not None:
            parts.append((None, Q(category__isnull=not self.has_category)))
        if self.collection_ids is not None:
            parts.append((COLLECTION, _in_collections(self.collection_ids, channel, actor)))
        if self.product_type_ids is not None:
            parts.append((None, Q(product_type__in=self.product_type_ids)))
        if self.is_gift_card is not None:
            parts.append((None, _are_gift_cards() if self.is_gift_card else ~_are_gift_cards()))
        if self.price_gte is not None or self.price_lte is not None:
            parts.append((PRICE, _costs_between(self.price_gte, self.price_lte, channel)))
        parts += _attributes(self.attributes, channel, hidden_too=sees_unpublished(channel=channel, actor=actor))
        return parts


class Names(NamedTuple):
    """What the table that conditions are about calls what they look at."""

    key: str
    product: str
    categories: str

    def of_product(self, **lookups: Any) -> Q:
        """A condition on columns that only the product has."""
        return Q(**{f"{self.product}{name}": value for name, value in lookups.items()})


_ON_CARDS: Final = Names("product_id", "product__", "categories")
_ON_PRODUCTS: Final = Names("id", "", "category__ancestors")


def names_in(channel: Channel | None) -> Names:
    """Lists of a channel are made from cards, others from products."""
    return _ON_PRODUCTS if channel is None else _ON_CARDS


def all_of(parts: Parts) -> Q:
    """That every part holds."""
    condition = Q()
    for _, part in parts:
        condition &= part
    return condition


def now() -> Func:
    """The moment as the prepared statements of lists see it."""
    return Func(function="statement_timestamp")


def in_stock() -> Q:
    """A condition on ProductCard: one of its variants with a price in the channel could be supplied now."""
    return Q(in_stock=True)


def is_available() -> Q:
    """A condition on ProductCard: the channel sells it now, and one of its variants could be supplied."""
    return Q(in_stock=True, is_published=True, published_at__lte=now(), available_at__lte=now())


def search_words(text: str) -> list[str]:
    """The words that all have to be found. Raises InvalidInput when there is too much to look for."""
    if len(text) > MAX_SEARCH_LENGTH:
        raise InvalidInput(f"A search has {MAX_SEARCH_LENGTH} characters at most.", path=("search",))
    return text.replace("\x00", " ").split()[:MAX_SEARCH_WORDS]


def folded(text: str) -> Func:
    """`text` in the form of Product.search_text, reckoned by the database, whose rules made that column."""
    return Func(Lower(Value(text)), function="unaccent", output_field=TextField())


def matches_search(text: str, names: Names) -> Q:
    """Every word of `text` is part of the product's name or of a SKU, without regard to case and accents."""
    condition = Q()
    for word in search_words(text):
        condition &= names.of_product(search_text__contains=folded(word))
    return condition


def _is_one_of(matches: Matches, names: Names) -> Q:
    # One parameter, however many there are.
    ids = RawSQL("SELECT unnest(%s::uuid[])", [uuid_array(matches.product_ids)])
    return Q(**{f"{names.key}__in": ids})


def storable(texts: Sequence[str]) -> list[str]:
    """Those of `texts` that PostgreSQL could store, and so may have."""
    return [text for text in texts if "\x00" not in text]


def _in_collections(ids: Sequence[UUID], channel: Channel | None, actor: Actor) -> Q:
    visible = visible_collections(channel=channel, actor=actor).filter(id__in=ids)
    if channel is not None:
        return Q(collections__overlap=list(visible.values_list("id", flat=True)))
    return Q(Exists(CollectionProduct.objects.filter(product=OuterRef("pk"), collection__in=visible)))


def _are_gift_cards() -> Q:
    return Q(product_type__in=ProductType.objects.filter(kind=ProductType.Kind.GIFT_CARD).values("id"))


def _costs_between(low: int | None, high: int | None, channel: Channel | None) -> Q:
    if channel is None:
        raise InvalidInput("Prices can only be compared in a channel.", path=("price",))
    # In the words of the indexes by which lists are sorted: a list of either direction begins where the range does.
    condition = Q(price_low__isnull=False)
    for key in (PRICE_OR_LAST, PRICE_OR_FIRST):
        if low is not None:
            condition &= Q(GreaterThanOrEqual(key, low))
        if high is not None:
            condition &= Q(LessThanOrEqual(key, high))
    return condition


def _attributes(
    wanted: Sequence[AttributeFilter], channel: Channel | None, *, hidden_too: bool
) -> Iterator[tuple[Facet, Q]]:
    if not wanted:
        return
    pairs = [
        (slug, value)
        for attribute in wanted
        for slug, value in zip([attribute.slug] * len(attribute.values), attribute.values, strict=True)
        if "\x00" not in slug and "\x00" not in value
    ]
    # What a shopper cannot see cannot be asked for either, or the answer would tell.
    slugs, values = [slug for slug, _ in pairs], [value for _, value in pairs]
    found = _VALUES_NAMED.all(slugs, values, hidden_too) if pairs else []
    ids = {(attribute, value): key for attribute, value, key in found}
    for attribute in wanted:
        if attribute.matching is not None:
            yield f"{ATTRIBUTE}{attribute.slug}", _has_matching(attribute.slug, attribute.matching, channel, hidden_too)
            continue
        mine = [UUID(key) for value in attribute.values if (key := ids.get((attribute.slug, value))) is not None]
        yield f"{ATTRIBUTE}{attribute.slug}", _has_one_of(mine, channel)


def _has_matching(slug: str, matching: Q, channel: Channel | None, hidden_too: bool) -> Q:
    if "\x00" in slug:
        return _NEVER
    values = AttributeValue.objects.filter(matching, attribute__slug=slug)
    if not hidden_too:
        values = values.filter(attribute__visible_in_storefront=True)
    # Found from the values, of which a number or a moment may belong to a single product.
    key = names_in(channel).key
    own = ProductAttributeValue.objects.filter(value__in=values).values("product_id")
    of_variants = VariantAttributeValue.objects.filter(value__in=values).values("variant__product_id")
    return Q(**{f"{key}__in": own}) | Q(**{f"{key}__in": of_variants})


def _has_one_of(values: Collection[UUID], channel: Channel | None) -> Q:
    if channel is not None:
        return Q(values__overlap=list(values)) if values else _NEVER
    own = ProductAttributeValue.objects.filter(product=OuterRef("pk"), value__in=values)
    of_variants = VariantAttributeValue.objects.filter(variant__product=OuterRef("pk"), value__in=values)
    return Q(Exists(own)) | Q(Exists(of_variants))


_NEVER: Final = Q(pk__in=[])
