"""Loading variants and what hangs on them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from django.db.models import Count, QuerySet

from commerce.catalog import models
from commerce.catalog.queries import sees_unpublished, visible_variants
from commerce.catalog.reads import variants_of_products
from commerce.channels.models import Channel
from commerce.core.keyset import fetch_pages_by_parent
from commerce.inventory.product_filters import is_available
from commerce.inventory.queries import available_quantity
from schema.cache import tags
from schema.channels.scope import per_channel
from schema.context import Audience, RequestContext
from schema.enums import CountryCode
from schema.pagination import Counts, Page, slice_of, to_page


def variants_by_id(
    ids: Collection[UUID], context: RequestContext, channel: Channel | None
) -> dict[UUID, models.ProductVariant]:
    """The variants among `ids`, which an order's lines remember; shoppers get those that `channel` still shows."""
    if context.audience is Audience.ADMIN:
        return models.ProductVariant.objects.in_bulk(list(set(ids)))
    return visible_variants(channel=channel, actor=context.actor).in_bulk(list(set(ids)))


def load_variants(products: Sequence[models.Product], context: RequestContext) -> list[list[models.ProductVariant]]:
    """The variants of each product that the caller may see, in their order."""

    def load(channel: Channel | None, members: list[models.Product]) -> list[list[models.ProductVariant]]:
        found = context.known(
            ("variants", channel.id if channel else None),
            [product.id for product in members],
            lambda missing: variants_of_products(missing, channel=channel, actor=context.actor),
        )
        return [list(found[product.id]) for product in members]

    return per_channel(products, context, load)


def load_variant_pages(
    products: Sequence[models.Product],
    context: RequestContext,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> list[Page]:
    """The variants of each product that the caller may see, in their order, page by page."""
    window = slice_of(first, after, last, before)

    def load(channel: Channel | None, members: list[models.Product]) -> list[Page]:
        keys = list(dict.fromkeys(product.id for product in members))
        rows = seen_variants(context, channel)
        found = fetch_pages_by_parent(rows, "product_id", keys, ("sort_order", "id"), window)
        counts = Counts(lambda: _count(rows, keys))
        return [to_page(found[product.id], count=counts.of(product.id)) for product in members]

    return per_channel(products, context, load)


def seen_variants(context: RequestContext, channel: Channel | None) -> QuerySet[models.ProductVariant]:
    """The variants of products that the caller is known to see: shoppers get those with a price in the channel."""
    if channel is None or sees_unpublished(channel=channel, actor=context.actor):
        return models.ProductVariant.objects.all()
    return models.ProductVariant.objects.filter(channel_listings__channel=channel)


def _count(rows: QuerySet[models.ProductVariant], product_ids: Collection[UUID]) -> dict[UUID, int]:
    counted = rows.filter(product__in=list(product_ids)).order_by().values_list("product")
    return dict(counted.annotate(count=Count("id")))


def load_default_variants(
    products: Sequence[models.Product], context: RequestContext
) -> list[models.ProductVariant | None]:
    """The first variant of each product that the caller may see."""
    return [variants[0] if variants else None for variants in load_variants(products, context)]


def load_products(variants: Sequence[models.ProductVariant], context: RequestContext) -> list[models.Product]:
    """The product of each variant. Whoever has been let to a variant may see its product."""
    found = models.Product.objects.in_bulk({variant.product_id for variant in variants})
    return [found[variant.product_id] for variant in variants]


def load_quantities(
    variants: Sequence[models.ProductVariant], context: RequestContext, country_code: CountryCode | None = None
) -> list[int | None]:
    """How many units one order may have now, sent to `countryCode` or else the channel's default country.

    Never more than the channel's limit per line, so that nobody learns the stock. Null without a channel.
    """

    context.depends_on.update(tags.product(variant.product_id) for variant in variants)

    def load(channel: Channel | None, members: list[models.ProductVariant]) -> list[int | None]:
        if channel is None:
            return [None for _ in members]
        country = country_code.value if country_code else channel.default_country
        found = available_quantity([variant.id for variant in members], channel, country)
        return [_capped(found[variant.id], variant, channel) for variant in members]

    return per_channel(variants, context, load)


def _capped(available: int | None, variant: models.ProductVariant, channel: Channel) -> int:
    limits = (available, channel.quantity_limit_per_line, variant.quantity_limit_per_customer)
    return min(limit for limit in limits if limit is not None)


def load_availability(products: Sequence[models.Product], context: RequestContext) -> list[bool | None]:
    """Whether each product can be bought now; null without a channel."""

    context.depends_on.update(tags.product(product.id) for product in products)

    def load(channel: Channel | None, members: list[models.Product]) -> list[bool | None]:
        if channel is None:
            return [None for _ in members]
        asked = models.Product.objects.filter(id__in=[product.id for product in members])
        available = set(asked.filter(is_available(channel)).values_list("id", flat=True))
        return [product.id in available for product in members]

    return per_channel(products, context, load)
