"""What the fields of a variant's price are worked out from."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from commerce.channels.models import Channel
from commerce.core import money
from commerce.core.actor import ActorKind
from commerce.pricing.lists import ListPrice, ListPrices, OwnProductPrices, list_prices, own_prices_of_products
from commerce.pricing.totals import PriceTerms, made_once, taxed
from schema.context import Audience, RequestContext

Key = UUID | str


@dataclass(slots=True, eq=False)
class VariantPrice:
    """Source of VariantPricingInfo: the entered amounts, from which taxed prices are worked out as far as asked for.

    `public` is what everybody pays, `now` what the caller does: by `own`, the price list that undercuts it, if any.
    """

    now: int
    before: int
    terms: PriceTerms
    variant_id: Key
    channel: Channel
    public: int
    own: ListPrice | None = None

    @property
    def key(self) -> tuple[UUID, Any]:
        """The channel's id and the variant's."""
        return self.channel.id, self.variant_id

    @property
    def price(self) -> money.TaxedMoney:
        """What it costs."""
        return taxed(self.now, self.terms)

    @property
    def price_undiscounted(self) -> money.TaxedMoney:
        """What it cost before a reduction; the price without one."""
        return taxed(self.before, self.terms)

    @property
    def on_sale(self) -> bool:
        """Whether it is sold below its former price."""
        return self.before > self.now

    @property
    def discount(self) -> money.TaxedMoney | None:
        """Former price - price; None when there is no reduction."""
        return difference(self.before, self.now, self.terms)


@dataclass(frozen=True, slots=True, eq=False)
class PublicPrice:
    """What everybody pays for a variant, whichever it is: source of VariantPricingInfo where no more is asked for."""

    price: money.TaxedMoney
    price_undiscounted: money.TaxedMoney
    on_sale: bool
    discount: money.TaxedMoney | None

    @classmethod
    def of(cls, now: int, before: int, terms: PriceTerms) -> PublicPrice:
        """The one object of this process for these amounts, as far as so many are kept."""
        return made_once(
            terms,
            (cls, now, before),
            lambda: cls(taxed(now, terms), taxed(before, terms), before > now, difference(before, now, terms)),
        )


def difference(before: int, now: int, terms: PriceTerms) -> money.TaxedMoney | None:
    """How much less; None if it is not less."""
    if before <= now:
        return None
    more, less = taxed(before, terms), taxed(now, terms)
    return money.TaxedMoney(more.net - less.net, more.gross - less.gross)


def buyer_of(context: RequestContext) -> UUID | None:
    """The signed-in customer whose price lists count. Answers to them are never kept (schema/cache)."""
    is_customer = context.audience is Audience.STOREFRONT and context.actor.kind is ActorKind.CUSTOMER
    return context.actor.user_id if is_customer else None


def lists_of(
    context: RequestContext, asked: Collection[tuple[UUID, Key]]
) -> Mapping[tuple[UUID, Key], list[ListPrice]]:
    """The prices of lists that hold for the caller, by the channel's id and the variant's, in one statement."""
    buyer = buyer_of(context)

    def load(missing: list[Any]) -> dict[Any, list[ListPrice]]:
        channel_ids, variant_ids = [set(ids) for ids in zip(*missing, strict=True)]
        found: ListPrices = list_prices(variant_ids, channel_ids, [] if buyer is None else [buyer])
        return {(channel_id, key): found.of(key, channel_id, buyer) for channel_id, key in missing}

    return context.known("list prices", asked, load)


def own_products(context: RequestContext, asked: Collection[tuple[UUID, Any]]) -> Mapping[Any, OwnProductPrices]:
    """By the channel's id and the product's: products of which a signed-in customer pays less than everybody."""
    buyer = buyer_of(context)
    return {} if buyer is None or not asked else own_prices_of_products(asked, buyer)
