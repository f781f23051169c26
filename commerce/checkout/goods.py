"""What is read to put goods into a cart, in one round trip: the variants, what the channel says of them, how many units
can be had, and, if it is known where the cart goes, taxes and promotions for the prices of the answer.

For a new cart its channel comes along.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from commerce.catalog.models import Product, ProductVariant
from commerce.channels.models import Channel
from commerce.channels.queries import BY_SLUG, channel_of, no_such_channel, require_open
from commerce.checkout.known import Known
from commerce.checkout.models import Checkout
from commerce.checkout.offers import OFFERS_OF_VARIANTS, OfferRow, offers_of
from commerce.checkout.stock import HELD_ROW, UNITS_HELD, obtainable_of
from commerce.core.records import Records
from commerce.core.statements import Parameter, uuid_array
from commerce.core.text import is_storable
from commerce.core.together import Part, Together
from commerce.inventory.queries import AVAILABLE, PartRow, parts_in
from commerce.promotions.loading import ACTIVE, ActiveRow, active_order_promotions
from commerce.shipping.provider import Destination
from commerce.taxes.queries import TAXES_OF_PLACES, TAXES_ROW, Place, parameters_of, taxes_from

VARIANTS: Final = Records(
    "variants_to_buy",
    ProductVariant,
    "JOIN catalog_product AS product ON product.id = it.product_id WHERE it.id = ANY($1)",
    "uuid[]",
    joined={"product": Product},
)
# $1 the slug of the channel, $2 its id if that is known, $3 the cart, $4 the variants wanted, $5 those of which offers
# are wanted, $6 all that are or will be in the cart, $7 to $9 country, region and postal code, $10 the customer.
_CHANNEL: Final = "coalesce($2, (SELECT c1 FROM channel))"
_GOODS: Final = Together(
    "goods_for_a_cart",
    "text",
    "uuid",
    "uuid",
    "uuid[]",
    "uuid[]",
    "uuid[]",
    "text[]",
    "text[]",
    "text[]",
    "uuid[]",
    parts={
        "channel": Part(BY_SLUG, Channel._meta.concrete_fields, "$1", make=channel_of),
        "variants": Part.of(VARIANTS, "$4"),
        "offers": Part(OFFERS_OF_VARIANTS, [OfferRow], "$5", f"array_fill({_CHANNEL}, ARRAY[cardinality($5)])"),
        "held": Part(UNITS_HELD, HELD_ROW, "ARRAY[$3]"),
        "parts": Part(AVAILABLE, [PartRow], "$6", _CHANNEL, "($7)[1]"),
        "taxes": Part(TAXES_OF_PLACES, TAXES_ROW, f"ARRAY[{_CHANNEL}]", "$7", "$8", "$9", "$10"),
        "promotions": Part(ACTIVE, [ActiveRow], f"ARRAY[{_CHANNEL}]", "'{}'::uuid[]"),
    },
)


def open_with(
    channel_slug: str | None, variant_ids: Collection[UUID], goes_to: Destination | None, user_id: UUID | None
) -> tuple[Channel, Known]:
    """The open channel in which a cart begins, and what is known of the goods that are put into it.

    Raises ChannelRequired, ChannelNotFound or ChannelInactive.
    """
    if not channel_slug or not is_storable(channel_slug):
        raise no_such_channel(channel_slug)
    wanted = ["channel", *["variants", "offers", "parts"] * bool(variant_ids)]
    if goes_to is not None:
        wanted += ["taxes", "promotions"]
    place = _place(UUID(int=0), goes_to, user_id)  # its channel is not known before it is read
    ids = uuid_array(variant_ids)
    found = _GOODS.all(wanted, channel_slug, None, None, ids, ids, ids, *_whereabouts(place))
    if not found["channel"]:
        raise no_such_channel(channel_slug)
    channel: Channel = found["channel"][0]
    require_open(channel)
    known = Known(lines=[])
    _note(known, found, channel.id, variant_ids, variant_ids, place and replace(place, channel_id=channel.id))
    return channel, known


def read_goods(checkout: Checkout, known: Known, variant_ids: Collection[UUID], goes_to: Destination | None) -> None:
    """What is not known yet of variants that are to be put into this cart. Nothing if they were asked for before."""
    if known.variants.keys() >= set(variant_ids):
        return
    everything = {line.variant_id for line in known.lines or ()} | set(variant_ids)
    unpriced = [key for key in everything if (key, checkout.channel_id) not in known.offers]
    wanted = ["variants", "offers", "parts", *["held"] * (not checkout._state.adding)]
    place = _place(checkout.channel_id, goes_to, checkout.user_id)
    if place is not None and checkout.delivery_id is None:
        wanted += ["taxes"] * (place not in known.taxes)
        wanted += ["promotions"] * (known.promotions is None)
    found = _GOODS.all(
        wanted,
        None,
        str(checkout.channel_id),
        str(checkout.id),
        uuid_array(variant_ids),
        uuid_array(unpriced),
        uuid_array(everything),
        *_whereabouts(place),
    )
    _note(known, found, checkout.channel_id, variant_ids, everything, place)


def _place(channel_id: UUID, goes_to: Destination | None, user_id: UUID | None) -> Place | None:
    if goes_to is None:
        return None
    return Place(channel_id, goes_to.country, goes_to.country_area, user_id, goes_to.postal_code)


def _whereabouts(place: Place | None) -> Sequence[Parameter]:
    return parameters_of([] if place is None else [place])[1:]


def _note(
    known: Known,
    found: dict[str, list[Any]],
    channel_id: UUID,
    variant_ids: Collection[UUID],
    everything: Collection[UUID],
    place: Place | None,
) -> None:
    known.variants |= dict.fromkeys(variant_ids)
    known.variants |= {variant.id: variant for variant in found.get("variants", ())}
    known.offers |= offers_of(found.get("offers", ()))
    if "parts" in found:
        own = {part_id: units for _, part_id, units in found.get("held", ())}
        country = None if place is None else place.country
        known.stock[country] = obtainable_of(parts_in(found["parts"], everything), own)
    if place is not None and "taxes" in found:
        known.taxes |= taxes_from([place], found["taxes"])
    if "promotions" in found:
        known.promotions = active_order_promotions([channel_id], found["promotions"])
