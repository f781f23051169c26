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
)
from commerce.checkout.services.gifts import choose_gift
from commerce.checkout.services.lines import add_lines, delete_lines, update_lines
from commerce.checkout.services.metadata import (
    delete_line_metadata,
    delete_metadata,
    update_line_metadata,
    update_metadata,
)
from commerce.checkout.services.promo_codes import (
    add_promo_code,
    remove_gift_card,
    remove_promo_code,
    remove_promo_code_by_id,
)
from commerce.checkout.services.recover import recover_checkout
from commerce.checkout.services.taxes import set_tax_exemption, set_vat_id
from commerce.checkout.services.update import update_checkout
from commerce.checkout.services.warnings import dismiss_warnings

__all__ = [
    "add_lines",
    "add_promo_code",
    "attach_customer",
    "calculate_delivery_options",
    "choose_delivery_method",
    "choose_gift",
    "create_checkout",
    "delete_line_metadata",
    "delete_lines",
    "delete_metadata",
    "detach_customer",
    "dismiss_warnings",
    "merge_checkouts",
    "recover_checkout",
    "remove_gift_card",
    "remove_promo_code",
    "remove_promo_code_by_id",
    "set_billing_address",
    "set_email",
    "set_language",
    "set_shipping_address",
    "set_tax_exemption",
    "set_vat_id",
    "update_checkout",
    "update_line_metadata",
    "update_lines",
    "update_metadata",
]
