"""What a form for an address asks for, as the API shows it."""

from __future__ import annotations

import strawberry

from commerce.accounts import address_formats


@strawberry.type(description="A value that a field of an address may have.")
class ChoiceValue:
    """One choice."""

    raw: str | None = strawberry.field(description="What to send.")
    verbose: str | None = strawberry.field(description="What a person reads.")


def _choices(found: tuple[address_formats.Choice, ...]) -> list[ChoiceValue]:
    return [ChoiceValue(raw=choice.raw, verbose=choice.verbose) for choice in found]


@strawberry.type(description="How addresses of a country are written, from Google's address data.")
class AddressValidationData:
    """One country's format."""

    country_code: str | None = strawberry.field(description="ISO 3166-1 alpha-2 code.")
    country_name: str | None = strawberry.field(description="The country's name.")
    address_format: str = strawberry.field(
        description="%N name, %O company, %A street, %C city, %D city area, %S area, %Z postal code, %n new line."
    )
    address_latin_format: str | None = strawberry.field(description="The same in Latin script.")
    allowed_fields: list[str] = strawberry.field(description="The fields of AddressInput that the country uses.")
    required_fields: list[str] = strawberry.field(description="Those that must not be empty.")
    upper_fields: list[str] = strawberry.field(description="Those that are written in capitals.")
    country_area_type: str = strawberry.field(description="What a country area is: state, province...")
    country_area_choices: list[ChoiceValue] = strawberry.field(description="The country areas; empty for free text.")
    city_type: str = strawberry.field(description="What a city is: city, district...")
    city_choices: list[ChoiceValue] = strawberry.field(description="The cities; empty for free text.")
    city_area_type: str | None = strawberry.field(description="What a city area is: suburb...")
    city_area_choices: list[ChoiceValue] = strawberry.field(description="The city areas; empty for free text.")
    postal_code_type: str = strawberry.field(description="What a postal code is called: zip, pin...")
    postal_code_matchers: list[str] = strawberry.field(description="Regular expressions that a postal code fits.")
    postal_code_examples: list[str] = strawberry.field(description="Real ones.")
    postal_code_prefix: str | None = strawberry.field(description="What comes before it, e.g. AX-.")


def validation_data(country_code: str, country_area: str, city: str, city_area: str) -> AddressValidationData:
    """The format for a country, narrowed by area and city. InvalidInput for a code that is none."""
    rules = address_formats.validation_rules(country_code, country_area, city, city_area)
    return AddressValidationData(
        country_code=rules.country_code,
        country_name=rules.country_name,
        address_format=rules.address_format,
        address_latin_format=rules.address_latin_format,
        allowed_fields=list(rules.allowed_fields),
        required_fields=list(rules.required_fields),
        upper_fields=list(rules.upper_fields),
        country_area_type=rules.country_area_type,
        country_area_choices=_choices(rules.country_area_choices),
        city_type=rules.city_type,
        city_choices=_choices(rules.city_choices),
        city_area_type=rules.city_area_type,
        city_area_choices=_choices(rules.city_area_choices),
        postal_code_type=rules.postal_code_type,
        postal_code_matchers=list(rules.postal_code_matchers),
        postal_code_examples=list(rules.postal_code_examples),
        postal_code_prefix=rules.postal_code_prefix,
    )
