"""What staff and apps send to change taxes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, cast

import strawberry
from strawberry import UNSET

from commerce.taxes.services import NewRate
from commerce.taxes.services.classes import TaxClassChanges
from commerce.taxes.services.configuration import TaxConfigurationChanges
from commerce.taxes.services.customers import CustomerTaxesChanges
from schema.enums import CountryCode
from schema.given import given, metadata, named, texts
from schema.ids import id_of
from schema.metadata import MetadataInput
from schema.taxes.types import TaxFallback, TaxMode, TaxRounding


@strawberry.input(description="What a tax class is. What is left out stays as it is.")
class TaxClassInput:
    """A new one needs a name."""

    name: str | None = strawberry.field(default=UNSET, description="The name.")
    code: str | None = strawberry.field(default=UNSET, description="What a tax service calls it.")
    metadata: list[MetadataInput] | None = strawberry.field(default=UNSET, description="Replaces the public metadata.")
    private_metadata: list[MetadataInput] | None = strawberry.field(
        default=UNSET, description="Replaces the private metadata."
    )

    def changes(self) -> TaxClassChanges:
        """The keys that were given."""
        return cast(TaxClassChanges, {**texts(self, "name", "code"), **metadata(self)})


@strawberry.input(
    description="What a country, or a part of it, puts on a class. Of rates that hold at a place those for postal codes"
    " go first, longer beginnings before shorter ones, then those of the region, then those of the country."
)
class TaxRateInput:
    """One entry of `rates`."""

    percent: Decimal = strawberry.field(description="In percent, 0 to 100, with four decimal places at most.")
    tax_class: strawberry.ID | None = strawberry.field(default=None, description="The class; null: everything else.")
    country_area: str | None = strawberry.field(
        default=None, description="The region as addresses spell it, e.g. CA; null: the whole country."
    )
    postal_code_start: str | None = strawberry.field(
        default=None,
        description="The first postal code, or what they begin with, e.g. 35 for Las Palmas; null: all of them.",
    )
    postal_code_end: str | None = strawberry.field(
        default=None,
        description="The last; what begins with it belongs to it. Null: those that begin with `postalCodeStart`.",
    )

    def rate(self, place: int) -> NewRate:
        """As the domain takes it. Raises InvalidId."""
        key = None
        if self.tax_class is not None:
            key = id_of("TaxClass", self.tax_class, path=("rates", str(place), "tax_class"))
        return NewRate(
            self.percent, key, self.country_area or "", self.postal_code_start or "", self.postal_code_end or ""
        )


@strawberry.input(description="How a channel taxes. What is left out stays as it is.")
class TaxConfigurationInput:
    """Nothing is needed."""

    prices_include_tax: bool | None = strawberry.field(
        default=UNSET, description="Whether prices are entered with tax; amounts that are there stay and are read so."
    )
    display_gross_prices: bool | None = strawberry.field(
        default=UNSET, description="Whether shoppers are to be shown prices with tax."
    )
    mode: TaxMode | None = strawberry.field(default=UNSET, description="What tax is worked out of.")
    rounding: TaxRounding | None = strawberry.field(default=UNSET, description="How it is rounded.")
    default_class: strawberry.ID | None = strawberry.field(default=UNSET, description="The class of what has none.")
    shipping_class: strawberry.ID | None = strawberry.field(default=UNSET, description="The class of deliveries.")
    reverse_charge: bool | None = strawberry.field(
        default=UNSET, description="Whether businesses in other EU countries who give a VAT id pay net prices."
    )
    seat_country: CountryCode | None = strawberry.field(
        default=UNSET, description="Where the seller sits; null: the channel's country."
    )
    service: str | None = strawberry.field(
        default=UNSET, description="The id of the tax service to ask; null: the rates kept here."
    )
    fallback: TaxFallback | None = strawberry.field(
        default=UNSET, description="What holds when the service cannot be asked."
    )

    def changes(self) -> TaxConfigurationChanges:
        """The keys that were given. Raises InvalidId."""
        found: dict[str, Any] = {**named(self, "reverse_charge"), **texts(self, "service")}
        found |= {name: member.value for name, member in named(self, "mode", "rounding", "fallback").items()}
        for name, key in given(self, "default_class", "shipping_class").items():
            found[f"{name}_id"] = id_of("TaxClass", key, path=(name,)) if key is not None else None
        for name, country in given(self, "seat_country").items():
            found[name] = country.value if country is not None else ""
        return cast(TaxConfigurationChanges, found)


@strawberry.input(description="What is known of a customer's taxes. What is left out stays as it is.")
class CustomerTaxesInput:
    """Nothing is needed."""

    vat_id: str | None = strawberry.field(
        default=UNSET, description="The VAT id in the European Union; one with wrong check digits is refused."
    )
    is_exempt: bool | None = strawberry.field(default=UNSET, description="Whether they pay net prices.")
    reason: str | None = strawberry.field(default=UNSET, description="Why, as orders say it.")

    def changes(self) -> CustomerTaxesChanges:
        """The keys that were given."""
        return cast(CustomerTaxesChanges, {**texts(self, "vat_id", "reason"), **named(self, "is_exempt")})
