"""What most pages of a shop begin with, in one round trip: a channel with its taxes, and what is asked for in it.

Only for those who see what everybody sees: for them the second question needs nothing of the first one's answer but the
channel's id. Everybody else asks twice.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Final

from commerce.catalog.brief_rows import BriefProductRow
from commerce.catalog.product_order import VALUE_TYPES, ProductOrder
from commerce.catalog.product_search import Listed, first_page_shape, page_of_hits
from commerce.catalog.product_statements import Shape, page_statement
from commerce.catalog.rows import ProductRow
from commerce.catalog.slug_lookup import PRODUCT_BY_SLUG, Named, as_stored, named
from commerce.channels.models import Channel
from commerce.core.keyset import KeysetPage, Slice
from commerce.core.together import Part, Together
from commerce.taxes.local import LocalTaxes
from commerce.taxes.queries import TAXED_CHANNEL, taxed_channel_of

_CHANNEL: Final = Part(TAXED_CHANNEL, [str, str], "$1")
_ITS_ID: Final = "SELECT c2::uuid FROM channel"
_NOTHING_HIDDEN: Final = "false"
_PRODUCT: Final = Together(
    "product_with_its_channel",
    "text",
    "text",
    "text",
    parts={
        "channel": _CHANNEL,
        "product": Part(PRODUCT_BY_SLUG, [int, ProductRow], "$2", "$3", _ITS_ID, _NOTHING_HIDDEN),
    },
)


def product_in_channel(
    channel_slug: str, slug: str, *, language: str | None
) -> tuple[Channel, LocalTaxes, Named[ProductRow] | None]:
    """The channel as taxes.queries.taxed_channel has it, and the product as catalog.slug_lookup finds it for shoppers.

    Raises as taxed_channel does.
    """
    rows = _PRODUCT.all(("channel", "product"), channel_slug, as_stored(slug), language)
    channel, taxes = taxed_channel_of(channel_slug, next(iter(rows["channel"]), None))
    return channel, taxes, named(ProductRow, next(iter(rows["product"]), None), language)


def first_page_in_channel(
    channel_slug: str, order: ProductOrder, window: Slice, *, briefly: bool
) -> tuple[Channel, LocalTaxes, KeysetPage[Listed]] | None:
    """The same with a first or last page of all products; None for a page that has to be asked for in another way."""
    shape = first_page_shape(order, window, briefly=briefly)
    if shape is None:
        return None
    rows = _pages(shape).all(("channel", "page"), channel_slug, window.size + 1)
    channel, taxes = taxed_channel_of(channel_slug, next(iter(rows["channel"]), None))
    return channel, taxes, page_of_hits(rows["page"], order, window, briefly)


@lru_cache(maxsize=64)
def _pages(shape: Shape) -> Together:
    statement = page_statement(shape)
    if statement is None:
        raise ValueError(f"There is no statement for {shape}.")
    value = VALUE_TYPES[shape.sort]
    columns = [BriefProductRow if shape.briefly else ProductRow, str if value is datetime else value, str]
    return Together(
        f"{statement.name}_with_their_channel",
        "text",
        "int",
        parts={"channel": _CHANNEL, "page": Part(statement, columns, _ITS_ID, _NOTHING_HIDDEN, "$2")},
        listed=False,
    )
