"""What a place puts on goods and shipping in a channel, and which class a product is of."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, NamedTuple
from uuid import UUID

from commerce.channels.models import Channel
from commerce.channels.queries import CHANNEL_COLUMNS, channel_of_json, no_such_channel, require_open, same_channel
from commerce.core.statements import Parameter, Statement, uuid_array
from commerce.core.text import is_storable
from commerce.core.values import quickly_made
from commerce.shipping.postal_codes import canonical
from commerce.taxes.local import ConfigurationRow, LocalTaxes, local_taxes
from commerce.taxes.rates import UNTAXED

_CONFIGURATION: Final = """configuration.mode, configuration.rounding, configuration.default_class_id::text,
       (SELECT name FROM taxes_taxclass WHERE id = configuration.default_class_id),
       configuration.shipping_class_id::text, configuration.reverse_charge, configuration.seat_country,
       configuration.service, configuration.fallback"""
"""The columns of a ConfigurationRow."""

_RATES: Final = f"""(coalesce(
           (SELECT jsonb_agg(jsonb_build_array(rate.tax_class_id, rate.area, rate.percent::text, rate.code_from))
              FROM taxes_taxrate AS rate
             WHERE rate.country = {{country}} AND rate.area = ANY(ARRAY['', {{area}}])
               AND (rate.code_from = '' OR (rate.code_from COLLATE "C" <= {{code}}
                    AND left({{code}}, length(rate.code_to)) COLLATE "C" <= rate.code_to))),
           '[]'
       ) || CASE WHEN EXISTS (SELECT FROM catalog_producttype WHERE kind = 'gift_card')
                 THEN jsonb_build_array(jsonb_build_array('{UNTAXED}', '', '0', '')) ELSE '[]' END)::text"""  # noqa: S608 - a constant
"""Whatever local_taxes wants to know of a place; that something is untaxed, if the shop sells anything of the kind."""


@quickly_made
@dataclass(frozen=True, slots=True)
class Place:
    """Where goods go: a country, a region and a postal code of it as addresses spell them. `user_id` is the customer
    who gets them.
    """

    channel_id: UUID
    country: str
    area: str = ""
    user_id: UUID | None = None
    postal_code: str = ""


_PLACES_SQL: Final = """
SELECT {configuration},
       CASE WHEN customer.is_exempt THEN coalesce(nullif(customer.reason, ''), 'Exempt from tax') END, customer.vat_id,
       {rates}, place.number
  FROM unnest($1, $2, $3, $4, $5) WITH ORDINALITY AS place(channel_id, country, area, code, user_id, number)
  LEFT JOIN LATERAL (
        SELECT one.mode, one.rounding, one.default_class_id, one.shipping_class_id, one.reverse_charge,
               one.seat_country, one.service, one.fallback
          FROM taxes_taxconfiguration AS one
         WHERE one.channel_id = place.channel_id
        OFFSET 0
       ) AS configuration ON true
  LEFT JOIN LATERAL (
        SELECT one.is_exempt, one.reason, one.vat_id
          FROM taxes_customertaxes AS one
         WHERE one.user_id = place.user_id
        OFFSET 0
       ) AS customer ON true
"""
TAXES_OF_PLACES: Final[Statement[tuple[Any, ...]]] = Statement(
    "taxes_of_places",
    tuple,
    _PLACES_SQL.format(
        configuration=_CONFIGURATION, rates=_RATES.format(country="place.country", area="place.area", code="place.code")
    ),
    "uuid[]",
    "text[]",
    "text[]",
    "text[]",
    "uuid[]",
)

TAXES_ROW: Final = [ConfigurationRow, str, str, str, int]
"""The columns of TAXES_OF_PLACES: how the channel taxes, the customer's exemption and VAT id, the rates, and which of
the places it is.
"""

_CHANNEL_SQL: Final = """
SELECT json_build_array({channel}, {configuration},
       {rates})::text, channel.id::text
  FROM channels_channel AS channel
  LEFT JOIN taxes_taxconfiguration AS configuration ON configuration.channel_id = channel.id
 WHERE channel.slug = $1
"""
# The columns of a channel, how it taxes, and the rates of its country, in one text, then the channel's id. Nearly every
# page begins with it, and nearly always it says what it said before: then nothing has to be made of thirty columns.
TAXED_CHANNEL: Final[Statement[tuple[str, str]]] = Statement(
    "channel_with_its_taxes",
    tuple,
    _CHANNEL_SQL.format(
        channel=", ".join(f"channel.{name}" for name in CHANNEL_COLUMNS),
        configuration=_CONFIGURATION,
        rates=_RATES.format(country="channel.default_country", area="''", code="''"),
    ),
    "text",
)


class ClassRow(NamedTuple):
    """A product and its tax class, or that of its type, if there is one; UNTAXED for gift cards without any."""

    product_id: str
    tax_class_id: str | None


_CLASSES: Final = Statement(
    "tax_classes_of_products",
    ClassRow,
    f"""
SELECT product.id::text,
       coalesce(
           coalesce(own.tax_class_id, of_type.tax_class_id)::text,
           CASE WHEN its_type.kind = 'gift_card' THEN '{UNTAXED}' END
       )
  FROM catalog_product AS product
  JOIN catalog_producttype AS its_type ON its_type.id = product.product_type_id
  LEFT JOIN taxes_taxclassassignment AS own ON own.product_id = product.id
  LEFT JOIN taxes_taxclassassignment AS of_type ON of_type.product_type_id = product.product_type_id
 WHERE product.id = ANY($1)
""",  # noqa: S608 - a constant
    "uuid[]",
)


def taxed_channel(slug: str | None) -> tuple[Channel, LocalTaxes]:
    """The open channel `slug` with the taxes of its default country, with which its prices are shown.

    One statement for what nearly every page begins with. Raises as channels.queries.active_channel does.
    """
    row = TAXED_CHANNEL.first(slug) if slug and is_storable(slug) else None
    return taxed_channel_of(slug, row)


def taxed_channel_of(slug: str | None, row: tuple[str, str] | None) -> tuple[Channel, LocalTaxes]:
    """taxed_channel from the row of TAXED_CHANNEL, if it has found one. Raises as taxed_channel does."""
    if row is None:
        raise no_such_channel(slug)
    channel, taxes = _read(row[0])
    require_open(channel)
    return same_channel(channel), taxes


@lru_cache(maxsize=256)
def _read(text: str) -> tuple[Channel, LocalTaxes]:
    """What the text of TAXED_CHANNEL says."""
    columns = json.loads(text)
    end = len(CHANNEL_COLUMNS)
    return channel_of_json(columns[:end]), local_taxes(ConfigurationRow(*columns[end:-1]), columns[-1])


def taxes_at(places: Collection[Place]) -> dict[Place, LocalTaxes]:
    """What holds at each place, in one statement; 0 % where the merchant has entered nothing."""
    wanted = list(dict.fromkeys(places))
    if not wanted:
        return {}
    return taxes_from(wanted, TAXES_OF_PLACES.all(*parameters_of(wanted)))


def parameters_of(places: Sequence[Place]) -> tuple[Parameter, ...]:
    """What TAXES_OF_PLACES is asked with."""
    return (
        uuid_array(place.channel_id for place in places),
        [place.country for place in places],
        [place.area.upper() for place in places],
        [canonical(place.country, place.postal_code) for place in places],
        uuid_array(place.user_id or "NULL" for place in places),
    )


def taxes_from(places: Sequence[Place], rows: Iterable[tuple[Any, ...]]) -> dict[Place, LocalTaxes]:
    """What its rows say, one for each place."""
    return {
        places[number - 1]: local_taxes(ConfigurationRow(*configuration), rates, exemption=exemption, vat_id=vat_id)
        for *configuration, exemption, vat_id, rates, number in rows
    }


def taxes_shown(channel: Channel) -> LocalTaxes:
    """With what a channel's prices are shown before anybody says where they live: its default country."""
    return taxes_shown_in([channel])[channel.id]


def taxes_shown_in(channels: Collection[Channel]) -> dict[UUID, LocalTaxes]:
    """The same for several channels, by their ids, in one statement."""
    places = {channel.id: Place(channel.id, channel.default_country) for channel in channels}
    found = taxes_at(places.values())
    return {channel_id: found[place] for channel_id, place in places.items()}


def classes_of_products(product_ids: Collection[str]) -> dict[str, str]:
    """The tax class of each product that has one, by itself or through its type; UNTAXED. Ids are text."""
    rows = _CLASSES.all(uuid_array(product_ids)) if product_ids else []
    return {row.product_id: row.tax_class_id for row in rows if row.tax_class_id is not None}
