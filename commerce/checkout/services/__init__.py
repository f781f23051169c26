"""Verbs that change a cart. Each is one transaction, and nothing of it stays when it raises."""

from commerce.checkout.merge import merge_checkouts
from commerce.checkout.services.create import create_checkout
from commerce.checkout.services.customer import attach_customer, detach_customer
from commerce.checkout.services.delivery import calculate_delivery_options, choose_delivery_method
from commerce.checkout.services.details import (
    set_billing_address,
    set_email,
    set_language,
    set_shipping_address,
    update_metadata,
)
from commerce.checkout.services.lines import add_lines, delete_lines, update_lines
from commerce.checkout.services.promo_codes import add_promo_code, remove_promo_code, remove_promo_code_by_id
from commerce.checkout.services.update import update_checkout

__all__ = [
    "add_lines",
    "add_promo_code",
    "attach_customer",
    "calculate_delivery_options",
    "choose_delivery_method",
    "create_checkout",
    "delete_lines",
    "detach_customer",
    "merge_checkouts",
    "remove_promo_code",
    "remove_promo_code_by_id",
    "set_billing_address",
    "set_email",
    "set_language",
    "set_shipping_address",
    "update_checkout",
    "update_lines",
    "update_metadata",
]
