"""Addresses coming in."""

from __future__ import annotations

import strawberry

from commerce.accounts.addresses import LENIENT, STRICT, AddressData, AddressRules
from commerce.core.actor import Actor, ActorKind
from schema.enums import CountryCode
from schema.metadata import MetadataInput, as_dict


@strawberry.input(description="How strictly an address is checked.")
class CheckoutAddressValidationRules:
    """All on unless said otherwise."""

    check_required_fields: bool | None = strawberry.field(default=True, description="Refuse missing fields.")
    check_fields_format: bool | None = strawberry.field(default=True, description="Refuse malformed fields.")
    enable_fields_normalization: bool | None = strawberry.field(
        default=True, description="Store the country's usual spelling, e.g. of a state."
    )

    def rules(self) -> AddressRules:
        """The rules as the domain takes them."""
        return AddressRules(
            check_required_fields=self.check_required_fields is not False,
            check_fields_format=self.check_fields_format is not False,
            enable_fields_normalization=self.enable_fields_normalization is not False,
        )


@strawberry.input(description="A postal address. What a country requires: see addressValidationRules.")
class AddressInput:
    """Fields left out are empty."""

    first_name: str | None = strawberry.field(default=None, description="Given name.")
    last_name: str | None = strawberry.field(default=None, description="Family name.")
    company_name: str | None = strawberry.field(default=None, description="Company.")
    street_address1: str | None = strawberry.field(
        default=None, name="streetAddress1", description="First line of the street address."
    )
    street_address2: str | None = strawberry.field(
        default=None, name="streetAddress2", description="Second line of the street address."
    )
    city: str | None = strawberry.field(default=None, description="City or town.")
    city_area: str | None = strawberry.field(default=None, description="Part of the city.")
    postal_code: str | None = strawberry.field(default=None, description="Postal code.")
    country: CountryCode | None = strawberry.field(default=None, description="The country; required.")
    country_area: str | None = strawberry.field(default=None, description="State, province or the like.")
    phone: str | None = strawberry.field(default=None, description="Phone number.")
    metadata: list[MetadataInput] | None = strawberry.field(default=None, description="Data of integrations.")
    skip_validation: bool | None = strawberry.field(
        default=False, description="Accept the address unchecked; only for staff and apps."
    )

    def rules_for(self, actor: Actor, rules: CheckoutAddressValidationRules | None = None) -> AddressRules:
        """How strictly `actor` is taken at their word: only staff and apps may skip the checks."""
        if self.skip_validation and actor.kind in (ActorKind.STAFF, ActorKind.APP):
            return LENIENT
        return rules.rules() if rules is not None else STRICT

    def data(self) -> AddressData:
        """The address as the domain takes it."""
        return AddressData(
            first_name=self.first_name or "",
            last_name=self.last_name or "",
            company_name=self.company_name or "",
            street_address_1=self.street_address1 or "",
            street_address_2=self.street_address2 or "",
            city=self.city or "",
            city_area=self.city_area or "",
            postal_code=self.postal_code or "",
            country=self.country.value if self.country else "",
            country_area=self.country_area or "",
            phone=self.phone or "",
            metadata=as_dict(self.metadata),
        )
