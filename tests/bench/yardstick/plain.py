"""A yardstick: once landed this file never changes, or figures of different days cannot be compared.

The product list of `list.graphql` as a good developer writes it on a quiet afternoon: Strawberry types over Django's
models, `select_related` and `prefetch_related` so that no row costs a statement, plain resolvers, Strawberry's own
view with its parser and validation caches, orjson for the answer. No trick, and nothing forgotten either. It answers
what the shop answers, byte for byte, from the same tables.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import orjson
import strawberry
from django.conf import settings
from django.db.models import Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from strawberry.django.views import GraphQLView
from strawberry.extensions import ParserCache, ValidationCache

from commerce.catalog import models
from commerce.catalog.product_cursor import encode_cursor
from commerce.channels.models import Channel
from commerce.inventory.models import Stock
from commerce.taxes.models import TaxRate

THUMBNAIL_SIZES = (32, 64, 128, 256, 512, 1024, 2048, 4096)


@dataclass
class Context:
    """What the resolvers of one request share."""

    request: HttpRequest
    channel: Channel | None = None
    tax_percent: Decimal = Decimal(0)


Info = strawberry.Info[Context, None]


def global_id(type_name: str, key: object) -> strawberry.ID:
    return strawberry.ID(base64.b64encode(f"{type_name}:{key}".encode()).decode())


@strawberry.type
class Money:
    amount: float
    currency: str


@strawberry.type
class TaxedMoney:
    net: Money
    gross: Money


@strawberry.type
class TaxedMoneyRange:
    start: TaxedMoney | None
    stop: TaxedMoney | None


def taxed(minor: int, context: Context) -> TaxedMoney:
    """A price in the channel's currency (two digits), with and without the tax of its default country."""
    channel = context.channel
    if channel.prices_include_tax:
        gross = minor
        net = int((minor * 100 / (100 + context.tax_percent)).quantize(Decimal(1), ROUND_HALF_UP))
    else:
        net = minor
        gross = minor + int((minor * context.tax_percent / 100).quantize(Decimal(1), ROUND_HALF_UP))
    currency = channel.currency_code
    return TaxedMoney(
        net=Money(amount=net / 100, currency=currency), gross=Money(amount=gross / 100, currency=currency)
    )


@strawberry.type
class VariantPricingInfo:
    price: TaxedMoney | None
    price_undiscounted: TaxedMoney | None


@strawberry.type
class ProductVariant:
    name: str
    sku: str | None

    @strawberry.field
    def id(self) -> strawberry.ID:
        return global_id("ProductVariant", self.id)

    @strawberry.field
    def quantity_available(self, info: Info) -> int | None:
        limits = [info.context.channel.quantity_limit_per_line]
        if self.quantity_limit_per_customer is not None:
            limits.append(self.quantity_limit_per_customer)
        stocks = self.stocks.all()
        if self.track_inventory and not any(stock.oversellable for stock in stocks):
            limits.append(sum(max(0, stock.on_hand - stock.reserved) for stock in stocks))
        return min(limits)

    @strawberry.field
    def pricing(self, info: Info) -> VariantPricingInfo | None:
        listing = self.channel_listings.all()[0]
        before = listing.price_amount if listing.compare_at_amount is None else listing.compare_at_amount
        return VariantPricingInfo(
            price=taxed(listing.price_amount, info.context), price_undiscounted=taxed(before, info.context)
        )


@strawberry.type
class ProductPricingInfo:
    price_range: TaxedMoneyRange | None


@strawberry.type
class Image:
    url: str
    alt: str | None


@strawberry.type
class Category:
    name: str


@strawberry.type
class Product:
    name: str
    slug: str
    category: Category | None

    @strawberry.field
    def id(self) -> strawberry.ID:
        return global_id("Product", self.id)

    @strawberry.field
    def thumbnail(self, info: Info, size: int = 256) -> Image | None:
        pictures = self.pictures
        if not pictures:
            return None
        picture = pictures[0]
        size = next((offered for offered in THUMBNAIL_SIZES if offered >= size), THUMBNAIL_SIZES[-1])
        return Image(url=f"{settings.PUBLIC_URL}/thumbnail/{picture.id}/{size}/original/", alt=picture.alt)

    @strawberry.field
    def pricing(self, info: Info) -> ProductPricingInfo | None:
        prices = [listing.price_amount for variant in self.variants.all() for listing in variant.channel_listings.all()]
        if not prices:
            return None
        return ProductPricingInfo(
            price_range=TaxedMoneyRange(start=taxed(min(prices), info.context), stop=taxed(max(prices), info.context))
        )

    @strawberry.field
    def variants(self) -> list[ProductVariant] | None:
        return self.variants.all()


@strawberry.type
class PageInfo:
    has_next_page: bool
    end_cursor: str | None


@strawberry.type
class ProductEdge:
    node: Product


@strawberry.type
class ProductConnection:
    page_info: PageInfo
    edges: list[ProductEdge]


@strawberry.type
class Query:
    @strawberry.field
    def products(self, info: Info, channel: str, first: int = 20) -> ProductConnection | None:
        where = Channel.objects.get(slug=channel, is_active=True)
        info.context.channel = where
        rate = TaxRate.objects.filter(country=where.default_country).first()
        info.context.tax_percent = rate.percent if rate else Decimal(0)
        rows = list(listed_products(where)[: first + 1])
        more, rows = len(rows) > first, rows[:first]
        last = rows[-1] if rows else None
        return ProductConnection(
            page_info=PageInfo(
                has_next_page=more,
                end_cursor=encode_cursor("name-asc", last.sort_name, last.id) if last else None,
            ),
            edges=[ProductEdge(node=row) for row in rows],
        )


def listed_products(channel: Channel) -> Any:
    """What the channel's lists show by name, with all that the list displays: as many statements for any page."""
    now = timezone.now()
    stocks = Stock.objects.filter(warehouse__is_active=True, warehouse__channel_links__channel=channel).filter(
        Q(warehouse__countries=[]) | Q(warehouse__countries__contains=[channel.default_country])
    )
    variants = (
        models.ProductVariant.objects.filter(channel_listings__channel=channel)
        .order_by("sort_order", "id")
        .prefetch_related(
            Prefetch("channel_listings", models.VariantChannelListing.objects.filter(channel=channel)),
            Prefetch("stocks", stocks),
        )
    )
    pictures = models.ProductMedia.objects.filter(
        status=models.ProductMedia.Status.READY, kind=models.ProductMedia.Kind.IMAGE, file__gt=""
    ).order_by("sort_order", "id")
    return (
        models.Product.objects.filter(
            Q(channel_listings__published_at__isnull=True) | Q(channel_listings__published_at__lte=now),
            channel_listings__channel=channel,
            channel_listings__is_published=True,
            channel_listings__visible_in_listings=True,
        )
        .select_related("category")
        .prefetch_related(Prefetch("variants", variants), Prefetch("media", pictures, to_attr="pictures"))
        .order_by("sort_name", "id")
    )


class PlainView(GraphQLView):
    """Strawberry's own view; orjson only because anybody would."""

    def get_context(self, request: HttpRequest, response: HttpResponse) -> Context:
        return Context(request=request)

    def encode_json(self, data: object) -> bytes:
        return orjson.dumps(data)


schema = strawberry.Schema(query=Query, extensions=[ParserCache, ValidationCache])
urlpatterns = [path("graphql/", csrf_exempt(PlainView.as_view(schema=schema)))]
