"""What a channel sells a variant for, or why it does not, and what rules want to know of its product."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple
from uuid import UUID

from commerce.checkout.errors import ProductNotForSale, ProductNotPublished, VariantNotSold
from commerce.core.errors import CommerceError
from commerce.core.ids import stored_uuid
from commerce.core.statements import Statement, uuid_array
from commerce.core.values import quickly_made
from commerce.pricing.ladder import PublicPrice
from commerce.promotions.cut_steps import CUTS, cut_steps
from commerce.taxes.rates import UNTAXED


class OfferRow(NamedTuple):
    """A variant in a channel. Amounts are None without a price there, `is_shown` without a listing."""

    variant_id: str
    channel_id: str
    amount: int | None
    undiscounted: int | None
    source: str | None
    is_shown: bool | None
    is_sold: bool | None
    product_type_id: str
    categories: Sequence[str] | None
    collections: Sequence[str] | None
    values: Sequence[str] | None
    listed: int | None
    list_id: str | None
    list_name: str | None
    has_price_lists: bool
    tax_class_id: str | None
    tax_class_name: str | None
    tax_class_code: str | None
    is_gift_card: bool
    is_limited: bool
    cuts: str | None


# What channels say of variants, as OfferRow; whoever uses it fills in the two arrays of ids. There is at most one
# price, listing and card of each. With OFFSET 0 each is looked up, where PostgreSQL might join whole tables.
OFFERS: Final = f"""
SELECT variant.id::text, wanted.channel_id::text, price.amount, price.undiscounted, price.source,
       listing.is_published AND coalesce(listing.published_at <= statement_timestamp(), true),
       coalesce(listing.available_for_purchase_at <= statement_timestamp(), false),
       product.product_type_id::text, card.categories::text[], card.collections::text[], its.values::text[],
       (SELECT entered.price_amount FROM catalog_variantchannellisting AS entered
         WHERE entered.variant_id = variant.id AND entered.channel_id = wanted.channel_id),
       price.price_list_id::text,
       (SELECT list.name FROM pricing_pricelist AS list WHERE list.id = price.price_list_id),
       EXISTS (SELECT FROM pricing_pricelist AS list WHERE list.channel_id = wanted.channel_id AND list.is_active),
       tax_class.id::text, tax_class.name, tax_class.code,
       product.product_type_id = ANY(ARRAY(SELECT id FROM catalog_producttype WHERE kind = 'gift_card')),
       EXISTS (SELECT FROM orders_purchaselimit AS one WHERE one.variant_id = variant.id)
           OR EXISTS (SELECT FROM orders_purchaselimit AS one WHERE one.product_id = variant.product_id),
       {CUTS}
  FROM unnest({{variants}}, {{channels}}) AS wanted(variant_id, channel_id)
  JOIN catalog_productvariant AS variant ON variant.id = wanted.variant_id
  JOIN catalog_product AS product ON product.id = variant.product_id
  LEFT JOIN LATERAL (
        SELECT one.amount, one.undiscounted, one.source, one.price_list_id, one.steps
          FROM catalog_effectiveprice AS one
         WHERE one.variant_id = variant.id AND one.channel_id = wanted.channel_id
           AND one.valid_from <= statement_timestamp() AND one.valid_until > statement_timestamp()
         OFFSET 0
       ) AS price ON true
  LEFT JOIN LATERAL (
        SELECT one.is_published, one.published_at, one.available_for_purchase_at
          FROM catalog_productchannellisting AS one
         WHERE one.product_id = variant.product_id AND one.channel_id = wanted.channel_id
         OFFSET 0
       ) AS listing ON true
  LEFT JOIN LATERAL (
        SELECT one.categories, one.collections
          FROM catalog_productcard AS one
         WHERE one.product_id = variant.product_id AND one.channel_id = wanted.channel_id
           AND one.valid_from <= statement_timestamp() AND one.valid_until > statement_timestamp()
         OFFSET 0
       ) AS card ON true
  LEFT JOIN LATERAL (
        SELECT coalesce(
                   (SELECT tax_class_id FROM taxes_taxclassassignment WHERE product_id = product.id),
                   (SELECT tax_class_id FROM taxes_taxclassassignment WHERE product_type_id = product.product_type_id)
               ) AS id
       ) AS assigned ON true
  LEFT JOIN taxes_taxclass AS tax_class ON tax_class.id = assigned.id
 CROSS JOIN LATERAL (
        SELECT ARRAY(
            SELECT own.value_id FROM catalog_productattributevalue AS own WHERE own.product_id = variant.product_id
             UNION ALL
            SELECT own.value_id FROM catalog_variantattributevalue AS own WHERE own.variant_id = variant.id
        ) AS values
       ) AS its
"""  # noqa: S608 - our own text only

OFFERS_OF_VARIANTS: Final = Statement(
    "offers_of_variants", OfferRow, OFFERS.format(variants="$1", channels="$2"), "uuid[]", "uuid[]"
)


@quickly_made
@dataclass(frozen=True, slots=True)
class Offer:
    """Minor units on the side (net or gross) on which the channel enters prices. `refusal` is None for sale."""

    amount: int | None
    undiscounted: int | None
    refusal: type[CommerceError] | None
    product_type_id: str | None = None
    categories: frozenset[str] = frozenset()
    collections: frozenset[str] = frozenset()
    values: frozenset[str] = frozenset()
    price: PublicPrice | None = None
    has_price_lists: bool = False
    """Whether the channel has any: then prices may depend on the buyer and the quantity."""
    tax_class_id: str | None = None
    tax_class_name: str = ""
    tax_class_code: str = ""
    is_gift_card: bool = False
    is_limited: bool = False
    """Whether one customer may buy only so much of it in some time (commerce.orders.limits)."""


MESSAGES: dict[type[CommerceError], str] = {
    VariantNotSold: "This variant is not sold in this channel.",
    ProductNotPublished: "This product is not published in this channel.",
    ProductNotForSale: "This product is not for sale at the moment.",
}
"""What the shopper is told for each refusal."""


NOT_OFFERED: Final = Offer(None, None, VariantNotSold)
"""What is said of a variant that is gone."""


def offers_in(variant_ids: Collection[UUID], channel_ids: Collection[UUID]) -> dict[tuple[UUID, UUID], Offer]:
    """What each channel says of each variant, by (variant, channel), in one statement."""
    wanted = [(variant, channel) for variant in variant_ids for channel in channel_ids]
    if not wanted:
        return {}
    return offers_of(
        OFFERS_OF_VARIANTS.all(
            uuid_array(variant for variant, _ in wanted), uuid_array(channel for _, channel in wanted)
        )
    )


def offers_of(rows: Iterable[OfferRow]) -> dict[tuple[UUID, UUID], Offer]:
    """What each row of OFFERS_OF_VARIANTS says, by (variant, channel)."""
    return {(stored_uuid(row.variant_id), stored_uuid(row.channel_id)): offer_of(row) for row in rows}


def offer_of(row: OfferRow) -> Offer:
    """What a row of OFFERS says."""
    refusal: type[CommerceError] | None = None
    if row.amount is None or row.is_shown is None:
        refusal = VariantNotSold
    elif not row.is_shown:
        refusal = ProductNotPublished
    elif not row.is_sold:
        refusal = ProductNotForSale
    return Offer(
        amount=row.amount,
        undiscounted=row.undiscounted,
        refusal=refusal,
        product_type_id=row.product_type_id,
        categories=frozenset(row.categories or ()),
        collections=frozenset(row.collections or ()),
        values=frozenset(row.values or ()),
        price=_price(row),
        has_price_lists=row.has_price_lists,
        tax_class_id=UNTAXED if row.is_gift_card and row.tax_class_id is None else row.tax_class_id,
        tax_class_name=row.tax_class_name or "",
        tax_class_code=row.tax_class_code or "",
        is_gift_card=row.is_gift_card,
        is_limited=row.is_limited,
    )


def _price(row: OfferRow) -> PublicPrice | None:
    if row.amount is None:
        return None
    listed = row.amount if row.listed is None else row.listed
    return PublicPrice(listed, row.amount, row.list_id, row.list_name, cut_steps(row.cuts))
