"""Reading and changing taxes, for staff and apps with MANAGE_TAXES.

`version` is the one that the caller has read: if it has changed since, the change is refused with CONFLICT.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import strawberry

from commerce.checkout.services import set_tax_exemption
from commerce.core.permission import Permission
from commerce.taxes import models, services
from schema.channels.scope import named_channel
from schema.checkout.payloads import here
from schema.checkout.types import Checkout
from schema.context import Info
from schema.doorway import mutation
from schema.enums import CountryCode
from schema.errors import below_input
from schema.fields import query
from schema.given import named
from schema.ids import id_of, ids_of
from schema.pagination import CountableConnection, page_of
from schema.payloads import current_row, row_payload
from schema.taxes.errors import TaxError, TaxErrorCode
from schema.taxes.inputs import CustomerTaxesInput, TaxClassInput, TaxConfigurationInput, TaxRateInput
from schema.taxes.types import CustomerTaxes, TaxClass, TaxConfiguration, TaxRate

MANAGE = Permission.MANAGE_TAXES
change = partial(mutation, MANAGE, error=TaxError, codes=TaxErrorCode)
class_now = current_row(models.TaxClass, "tax_class")


@query(allow=MANAGE, returns=CountableConnection[TaxClass])
def tax_classes(
    info: Info,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Any:
    """All tax classes, by name."""
    return page_of(models.TaxClass.objects.all(), ("name", "id"), first=first, after=after, last=last, before=before)


@query(allow=MANAGE, returns=TaxClass | None)
def tax_class(info: Info, id: strawberry.ID) -> Any:
    """A tax class by id; null for a missing one."""
    return models.TaxClass.objects.filter(id=id_of("TaxClass", id)).first()


@query(allow=MANAGE, returns=list[TaxRate])
def tax_rates(info: Info, country: CountryCode) -> Any:
    """What a country and its regions put on goods, the country as a whole first."""
    return list(models.TaxRate.objects.filter(country=country.value).order_by("area", "code_from", "tax_class_id"))


@query(allow=MANAGE, returns=TaxConfiguration)
def tax_configuration(info: Info, channel: str) -> Any:
    """How a channel taxes."""
    found = named_channel(info.context, channel)
    info.context.actor.require(MANAGE, found.id)
    configuration = services.configuration_of(found)
    configuration.channel = found
    return configuration


@query(allow=MANAGE, returns=CustomerTaxes | None)
def customer_taxes(info: Info, user: strawberry.ID) -> Any:
    """What is known of a customer's taxes; null if nothing is."""
    info.context.actor.require_everywhere(MANAGE)
    return models.CustomerTaxes.objects.filter(user_id=id_of("User", user, path=("user",))).first()


@change(payload=row_payload("TaxClassCreate", "tax_class", TaxClass | None, TaxError))
def tax_class_create(info: Info, input: TaxClassInput) -> Any:
    """Make a tax class. Nothing is of it before `taxClassAssign`."""
    with below_input():
        return services.create_tax_class(changes=input.changes(), actor=info.context.actor)


@change(payload=row_payload("TaxClassUpdate", "tax_class", TaxClass | None, TaxError), current=class_now)
def tax_class_update(info: Info, id: strawberry.ID, input: TaxClassInput, version: int | None = None) -> Any:
    """Change a tax class; refused with CONFLICT if it is no longer at `version`."""
    with below_input():
        return services.update_tax_class(
            tax_class_id=id_of("TaxClass", id), changes=input.changes(), version=version, actor=info.context.actor
        )


@change(payload=row_payload("TaxClassDelete", "tax_class", TaxClass | None, TaxError), current=class_now)
def tax_class_delete(info: Info, id: strawberry.ID, version: int | None = None) -> None:
    """Delete a tax class with its rates; what was of it is taxed like everything else."""
    services.delete_tax_class(tax_class_id=id_of("TaxClass", id), version=version, actor=info.context.actor)


@change(payload=row_payload("TaxClassAssign", "tax_class", TaxClass | None, TaxError))
def tax_class_assign(
    info: Info,
    tax_class: strawberry.ID | None = None,
    products: list[strawberry.ID] | None = None,
    product_types: list[strawberry.ID] | None = None,
) -> Any:
    """Put products and product types into a class; with `taxClass: null` into none of their own.

    A product without a class of its own is of its type's. At most 250 of each at once.
    """
    return services.assign_tax_class(
        tax_class_id=id_of("TaxClass", tax_class, path=("tax_class",)) if tax_class is not None else None,
        product_ids=ids_of("Product", products or [], path=("products",)),
        product_type_ids=ids_of("ProductType", product_types or [], path=("product_types",)),
        actor=info.context.actor,
    )


@change(payload=row_payload("TaxRatesUpdate", "tax_rates", list[TaxRate] | None, TaxError))
def tax_rates_update(info: Info, country: CountryCode, rates: list[TaxRateInput]) -> Any:
    """Make these the rates of a country and its regions, all at once; an empty list means no tax."""
    return services.replace_rates(
        country=country.value,
        rates=[rate.rate(place) for place, rate in enumerate(rates)],
        actor=info.context.actor,
    )


@change(payload=row_payload("TaxConfigurationUpdate", "tax_configuration", TaxConfiguration | None, TaxError))
def tax_configuration_update(info: Info, channel: str, input: TaxConfigurationInput, version: int | None = None) -> Any:
    """Change how a channel taxes, how its prices are entered and which of them shoppers are shown."""
    with below_input("channel"):
        return services.update_tax_configuration(
            channel_id=named_channel(info.context, channel).id,
            changes=input.changes(),
            prices_include_tax=named(input, "prices_include_tax").get("prices_include_tax"),
            display_gross_prices=named(input, "display_gross_prices").get("display_gross_prices"),
            version=version,
            actor=info.context.actor,
        )


@change(payload=row_payload("CustomerTaxesUpdate", "customer_taxes", CustomerTaxes | None, TaxError))
def customer_taxes_update(
    info: Info, user: strawberry.ID, input: CustomerTaxesInput, version: int | None = None
) -> Any:
    """Set a customer's VAT id, or let them off tax; their carts follow at once."""
    with below_input("user"):
        return services.set_customer_taxes(
            user_id=id_of("User", user, path=("user",)),
            changes=input.changes(),
            version=version,
            actor=info.context.actor,
        )


@change(payload=row_payload("TaxExemptionManage", "checkout", Checkout | None, TaxError))
def tax_exemption_manage(info: Info, id: strawberry.ID, tax_exemption: bool) -> Any:
    """Let the buyer of a checkout off tax, or no longer; net prices stay. The order keeps it."""
    checkout = set_tax_exemption(checkout_id=id_of("Checkout", id), is_exempt=tax_exemption, actor=info.context.actor)
    return here(info, checkout)
