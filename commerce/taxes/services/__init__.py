"""Verbs that change taxes. Each opens its own transaction."""

from commerce.taxes.services.assigning import assign_tax_class
from commerce.taxes.services.classes import create_tax_class, delete_tax_class, update_tax_class
from commerce.taxes.services.configuration import configuration_of, update_tax_configuration
from commerce.taxes.services.customers import set_customer_taxes
from commerce.taxes.services.rates import NewRate, replace_rates

__all__ = [
    "NewRate",
    "assign_tax_class",
    "configuration_of",
    "create_tax_class",
    "delete_tax_class",
    "replace_rates",
    "set_customer_taxes",
    "update_tax_class",
    "update_tax_configuration",
]
