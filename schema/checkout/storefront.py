"""The cart: reading it, filling it, saying who buys."""

from __future__ import annotations

from functools import partial

import strawberry

from commerce.checkout import models, services
from commerce.checkout.access import find_checkout
from commerce.checkout.errors import CheckoutNotFound
from commerce.checkout.inputs import CheckoutChanges
from schema.accounts.inputs import AddressInput, CheckoutAddressValidationRules
from schema.checkout.errors import CheckoutError, CheckoutErrorCode
from schema.checkout.inputs import (
    CheckoutCreateInput,
    CheckoutLineInput,
    CheckoutLineUpdateInput,
    CheckoutUpdateInput,
    billing_of,
    line_changes,
    new_address,
    new_lines,
    shipping_of,
)
from schema.checkout.keys import delivery_key
from schema.checkout.payloads import checkout_key, checkout_named, checkout_payload, here
from schema.checkout.types import Checkout
from schema.context import Info
from schema.doorway import mutation
from schema.errors import below_input
from schema.fields import ANYONE, CUSTOMER, query
from schema.ids import id_of, ids_of
from schema.metadata import as_dict


@query(ANYONE, returns=Checkout | None)
def checkout(info: Info, id: strawberry.ID | None = None) -> models.Checkout | None:
    """A cart by its id; null for a missing one, for somebody else's, and once it has become an order."""
    if id is None:
        return None
    try:
        found = find_checkout(id_of("Checkout", id), actor=info.context.actor)
    except CheckoutNotFound:
        return None
    return here(info, found) if found.order_id is None else None


change_cart = partial(mutation, ANYONE, error=CheckoutError, codes=CheckoutErrorCode)
_own_cart = partial(mutation, CUSTOMER, error=CheckoutError, codes=CheckoutErrorCode)


@change_cart(payload=checkout_payload("CheckoutCreate"))
def checkout_create(info: Info, input: CheckoutCreateInput) -> models.Checkout:
    """Open a cart in a channel. Its id is the key to it: keep it secret."""
    actor = info.context.actor
    with below_input():
        return services.create_checkout(
            channel_slug=input.channel,
            lines=new_lines(input.lines),
            email=input.email,
            language_code=input.language_code.value if input.language_code else None,
            shipping_address=shipping_of(input, actor, save=input.save_shipping_address),
            billing_address=billing_of(input, actor, save=input.save_billing_address),
            metadata=as_dict(input.metadata),
            promo_codes=input.promo_codes or (),
            ip=info.context.request.client_address,
            actor=actor,
        )


@change_cart(payload=checkout_payload("CheckoutLinesAdd"), current=checkout_named)
def checkout_lines_add(info: Info, lines: list[CheckoutLineInput], id: strawberry.ID | None = None) -> models.Checkout:
    """Put units into a cart; the same variant again adds up to one line."""
    return services.add_lines(checkout_id=checkout_key(id), lines=new_lines(lines), actor=info.context.actor)


@change_cart(payload=checkout_payload("CheckoutLinesUpdate"), current=checkout_named)
def checkout_lines_update(
    info: Info, lines: list[CheckoutLineUpdateInput], id: strawberry.ID | None = None
) -> models.Checkout:
    """Change quantities; 0 removes a line."""
    return services.update_lines(checkout_id=checkout_key(id), lines=line_changes(lines), actor=info.context.actor)


@change_cart(payload=checkout_payload("CheckoutLinesDelete"), current=checkout_named)
def checkout_lines_delete(
    info: Info, lines_ids: list[strawberry.ID], id: strawberry.ID | None = None
) -> models.Checkout:
    """Take lines out of a cart."""
    keys = ids_of("CheckoutLine", lines_ids, path=("lines_ids",))
    return services.delete_lines(checkout_id=checkout_key(id), line_ids=keys, actor=info.context.actor)


@change_cart(payload=checkout_payload("CheckoutEmailUpdate"), current=checkout_named)
def checkout_email_update(info: Info, email: str, id: strawberry.ID | None = None) -> models.Checkout:
    """Say where the confirmation goes."""
    return services.set_email(checkout_id=checkout_key(id), email=email, actor=info.context.actor)


@change_cart(payload=checkout_payload("CheckoutShippingAddressUpdate"), current=checkout_named)
def checkout_shipping_address_update(
    info: Info,
    shipping_address: AddressInput,
    id: strawberry.ID | None = None,
    save_address: bool | None = None,
    validation_rules: CheckoutAddressValidationRules | None = None,
) -> models.Checkout:
    """Say where the goods go. A delivery that does not go there becomes a problem of the cart."""
    actor = info.context.actor
    address = new_address(shipping_address, actor, rules=validation_rules, save=save_address)
    return services.set_shipping_address(checkout_id=checkout_key(id), address=address, actor=actor)


@change_cart(payload=checkout_payload("CheckoutBillingAddressUpdate"), current=checkout_named)
def checkout_billing_address_update(
    info: Info,
    billing_address: AddressInput,
    id: strawberry.ID | None = None,
    save_address: bool | None = None,
    validation_rules: CheckoutAddressValidationRules | None = None,
) -> models.Checkout:
    """Say whom the invoice is for."""
    actor = info.context.actor
    address = new_address(billing_address, actor, rules=validation_rules, save=save_address)
    return services.set_billing_address(checkout_id=checkout_key(id), address=address, actor=actor)


@change_cart(payload=checkout_payload("CheckoutVatIdUpdate"), current=checkout_named)
def checkout_vat_id_update(info: Info, id: strawberry.ID, vat_id: str) -> models.Checkout:
    """Say with which VAT id of the European Union the buyer buys, e.g. DE123456788; empty for none.

    Where the shop does reverse charge, a business in another member state pays net prices. INVALID_VAT_ID for one that
    is mistyped: no member state gives out numbers of its form, or with its check digits.
    """
    return services.set_vat_id(checkout_id=checkout_key(id), vat_id=vat_id, actor=info.context.actor)


@_own_cart(payload=checkout_payload("CheckoutCustomerAttach"), current=checkout_named)
def checkout_customer_attach(info: Info, id: strawberry.ID | None = None) -> models.Checkout:
    """Make a guest's cart the caller's own."""
    return services.attach_customer(checkout_id=checkout_key(id), actor=info.context.actor)


@_own_cart(payload=checkout_payload("CheckoutCustomerDetach"), current=checkout_named)
def checkout_customer_detach(info: Info, id: strawberry.ID | None = None) -> models.Checkout:
    """Make the caller's cart one for whoever knows its id."""
    return services.detach_customer(checkout_id=checkout_key(id), actor=info.context.actor)


@change_cart(payload=checkout_payload("CheckoutUpdate"), current=checkout_named)
def checkout_update(info: Info, id: strawberry.ID, input: CheckoutUpdateInput) -> models.Checkout:
    """Change everything about a cart in one call: all of it, or nothing."""
    actor = info.context.actor
    key = checkout_key(id)
    with below_input():
        changes = CheckoutChanges(
            remove_line_ids=ids_of("CheckoutLine", input.remove_line_ids or [], path=("remove_line_ids",)),
            update_lines=line_changes(input.update_lines, field="update_lines"),
            add_lines=new_lines(input.add_lines, field="add_lines"),
            email=input.email,
            language_code=input.language_code.value if input.language_code else None,
            customer_note=input.customer_note,
            is_gift=input.is_gift,
            gift_message=input.gift_message,
            shipping_address=shipping_of(input, actor),
            billing_address=billing_of(input, actor),
            delivery_id=delivery_key(input.delivery_method_id) if input.delivery_method_id else None,
            metadata=as_dict(input.metadata),
            remove_promo_codes=input.remove_promo_codes or (),
            promo_codes=input.promo_codes or (),
        )
        return services.update_checkout(
            checkout_id=key, changes=changes, ip=info.context.request.client_address, actor=actor
        )


@change_cart(payload=checkout_payload("CheckoutWarningsDismiss"), current=checkout_named)
def checkout_warnings_dismiss(info: Info, id: strawberry.ID) -> models.Checkout:
    """Say that the shopper has seen what the cart warns of."""
    return services.dismiss_warnings(checkout_id=checkout_key(id), actor=info.context.actor)


@change_cart(payload=checkout_payload("CheckoutRecover"))
def checkout_recover(info: Info, token: str) -> models.Checkout:
    """Give an abandoned cart back: its own customer gets it as it was, everybody else a new one with the same goods."""
    return services.recover_checkout(token=token, actor=info.context.actor)
