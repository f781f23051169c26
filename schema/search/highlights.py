"""Where products have what was searched for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import strawberry

from commerce.catalog.reads import variants_of_products
from commerce.catalog.rich_text import plain_text
from commerce.catalog.translations import PageTextsRow, translations_of_products
from commerce.channels.models import Channel
from commerce.search.highlights import Sought, first_highlighted, highlighted, sought
from commerce.search.postgres import corrected_query
from commerce.search.reading import read_query
from schema.channels.scope import per_channel
from schema.context import RequestContext
from schema.enums import LanguageCodeEnum
from schema.fields import leaf

if TYPE_CHECKING:
    from schema.catalog.sources import AnyProduct


@strawberry.type(description="Where a product has what was searched for, as HTML: escaped text with <mark> elements.")
class ProductHighlights:
    """Source: itself."""

    name: str | None = leaf("The name; null if it has none of the words.")
    description: str | None = leaf("A snippet of the description around the first word; null if it has none.")
    sku: str | None = leaf("The first SKU that matches; null if none does.")


def load_highlights(
    products: Sequence[AnyProduct],
    context: RequestContext,
    search: str,
    language_code: LanguageCodeEnum | None = None,
) -> list[ProductHighlights]:
    """What of the product matches `search`, which need not be the one that found it.

    With `languageCode` its texts in that language, or those that it has where they are not translated.
    """
    language = language_code.value if language_code is not None else None

    def load(channel: Channel | None, members: list[AnyProduct]) -> list[ProductHighlights]:
        wanted = _sought(context, channel, search, language)
        keys: list[Any] = [product.id for product in members]
        translated = translations_of_products(keys, language) if language is not None else {}
        variants = variants_of_products(keys, channel=channel, actor=context.actor)
        return [
            _marked(
                product,
                translated.get(str(product.id)),
                [row.sku for row in variants[product.id] if row.sku],
                wanted,
            )
            for product in members
        ]

    return per_channel(products, context, load)


def _sought(context: RequestContext, channel: Channel | None, search: str, language: str | None) -> Sought:
    def read(_: list[Any]) -> dict[Any, Sought]:
        query = read_query(search, language)
        meant = corrected_query(query, channel.id) if channel is not None and query.groups else None
        return {None: sought(query, meant.phrase if meant is not None else None)}

    where = channel.id if channel is not None else None
    found: Sought = context.known(("highlights", where, search, language), [None], read)[None]
    return found


def _marked(product: AnyProduct, translated: PageTextsRow | None, skus: list[str], wanted: Sought) -> ProductHighlights:
    name = (translated.name if translated is not None else None) or product.name
    description = (translated.description if translated is not None else None) or product.description
    return ProductHighlights(
        name=highlighted(name, wanted),
        description=highlighted(plain_text(description), wanted),
        sku=first_highlighted(skus, wanted),
    )
