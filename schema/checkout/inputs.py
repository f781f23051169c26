"""What comes in about carts."""

from __future__ import annotations

from collections.abc import Sequence

import strawberry

from commerce.checkout.inputs import LineChange, NewAddress, NewLine
from commerce.core.actor import Actor
from commerce.core.errors import Required
from schema.accounts.inputs import AddressInput, CheckoutAddressValidationRules
from schema.enums import LanguageCodeEnum
from schema.ids import id_of
from schema.metadata import MetadataInput, as_dict
from schema.scalars import PositiveDecimal


@strawberry.input(description="So many units of a variant to put into a cart.")
class CheckoutLineInput:
    """One entry of `lines`."""

    quantity: int = strawberry.field(description="How many units, 1 or more.")
    variant_id: strawberry.ID = strawberry.field(description="The variant.")
    price: PositiveDecimal | None = strawberry.field(default=None, description="Refused: prices are the shop's.")
    price_override_reason: str | None = strawberry.field(default=None, description="Refused, as `price` is.")
    force_new_line: bool | None = strawberry.field(
        default=False, description="Do not add to a line that holds the variant already."
    )
    metadata: list[MetadataInput] | None = strawberry.field(default=None, description="Data of integrations.")


@strawberry.input(description="What to change about a line of a cart.")
class CheckoutLineUpdateInput:
    """One entry of `lines`."""

    line_id: strawberry.ID | None = strawberry.field(default=None, description="The line.")
    quantity: int | None = strawberry.field(default=None, description="How many units from now on; 0 removes it.")
    price: PositiveDecimal | None = strawberry.field(default=None, description="Refused: prices are the shop's.")
    price_override_reason: str | None = strawberry.field(default=None, description="Refused, as `price` is.")
    metadata: list[MetadataInput] | None = strawberry.field(default=None, description="To add or replace.")


@strawberry.input(description="How strictly the addresses of a new cart are checked.")
class CheckoutValidationRules:
    """One set of rules for each address."""

    shipping_address: CheckoutAddressValidationRules | None = strawberry.field(
        default=None, description="For the shipping address."
    )
    billing_address: CheckoutAddressValidationRules | None = strawberry.field(
        default=None, description="For the billing address."
    )


@strawberry.input(description="A new cart.")
class CheckoutCreateInput:
    """Everything but the channel may come later."""

    channel: str | None = strawberry.field(default=None, description="The channel's slug; required.")
    lines: list[CheckoutLineInput] | None = strawberry.field(default=None, description="What to put into it.")
    email: str | None = strawberry.field(default=None, description="Where the confirmation goes.")
    language_code: LanguageCodeEnum | None = strawberry.field(default=None, description="The buyer's language.")
    shipping_address: AddressInput | None = strawberry.field(default=None, description="Where it goes.")
    billing_address: AddressInput | None = strawberry.field(default=None, description="Who pays.")
    save_shipping_address: bool | None = strawberry.field(
        default=None, description="Keep the shipping address in the customer's address book. Default: yes."
    )
    save_billing_address: bool | None = strawberry.field(
        default=None, description="Keep the billing address in the customer's address book. Default: yes."
    )
    validation_rules: CheckoutValidationRules | None = strawberry.field(
        default=None, description="How strictly the addresses are checked."
    )
    promo_codes: list[str] | None = strawberry.field(default=None, description="Codes of vouchers.")
    metadata: list[MetadataInput] | None = strawberry.field(default=None, description="Data of integrations.")


@strawberry.input(description="Everything that one call can change in a cart; what is left out stays.")
class CheckoutUpdateInput:
    """All of it or nothing. Lines go out before others come in; the delivery is chosen for the cart as it is then."""

    remove_line_ids: list[strawberry.ID] | None = strawberry.field(default=None, description="Lines to take out.")
    update_lines: list[CheckoutLineUpdateInput] | None = strawberry.field(default=None, description="Lines to change.")
    add_lines: list[CheckoutLineInput] | None = strawberry.field(default=None, description="What to put into it.")
    email: str | None = strawberry.field(default=None, description="Where the confirmation goes.")
    language_code: LanguageCodeEnum | None = strawberry.field(default=None, description="The buyer's language.")
    customer_note: str | None = strawberry.field(default=None, description="What the buyer wants to say.")
    is_gift: bool | None = strawberry.field(default=None, description="Whether it is a present.")
    gift_message: str | None = strawberry.field(
        default=None, description="What to write on the card of the present; a message makes it one."
    )
    shipping_address: AddressInput | None = strawberry.field(default=None, description="Where it goes.")
    billing_address: AddressInput | None = strawberry.field(default=None, description="Who pays.")
    delivery_method_id: strawberry.ID | None = strawberry.field(
        default=None, description="A Delivery or a ShippingMethod that is offered to this cart."
    )
    validation_rules: CheckoutValidationRules | None = strawberry.field(
        default=None, description="How strictly the addresses are checked."
    )
    remove_promo_codes: list[str] | None = strawberry.field(default=None, description="Codes to take away.")
    promo_codes: list[str] | None = strawberry.field(
        default=None, description="Codes to give, for the cart as it is after all other changes."
    )
    metadata: list[MetadataInput] | None = strawberry.field(default=None, description="To add or replace.")


def new_lines(lines: Sequence[CheckoutLineInput] | None, *, field: str = "lines") -> list[NewLine]:
    """As the domain takes them. InvalidId names the place of an id that is none."""
    return [
        NewLine(
            variant_id=id_of("ProductVariant", line.variant_id, path=(field, str(place), "variant_id")),
            quantity=line.quantity,
            metadata=as_dict(line.metadata),
            force_new_line=bool(line.force_new_line),
            price=line.price,
            price_override_reason=line.price_override_reason,
        )
        for place, line in enumerate(lines or [])
    ]


def line_changes(lines: Sequence[CheckoutLineUpdateInput] | None, *, field: str = "lines") -> list[LineChange]:
    """As the domain takes them. Required or InvalidId name the place of an id that is none."""
    return [_line_change(line, (field, str(place), "line_id")) for place, line in enumerate(lines or [])]


def _line_change(line: CheckoutLineUpdateInput, path: tuple[str, ...]) -> LineChange:
    if line.line_id is None:
        raise Required("Name the line.", path=path)
    return LineChange(
        line_id=id_of("CheckoutLine", line.line_id, path=path),
        quantity=line.quantity,
        metadata=as_dict(line.metadata),
        price=line.price,
        price_override_reason=line.price_override_reason,
    )


def new_address(
    address: AddressInput,
    actor: Actor,
    *,
    rules: CheckoutAddressValidationRules | None = None,
    save: bool | None = None,
) -> NewAddress:
    """As the domain takes it."""
    return NewAddress(data=address.data(), rules=address.rules_for(actor, rules), save=save)


def shipping_of(
    input: CheckoutCreateInput | CheckoutUpdateInput, actor: Actor, *, save: bool | None = None
) -> NewAddress | None:
    """The shipping address, if the input has one."""
    rules = input.validation_rules.shipping_address if input.validation_rules else None
    return new_address(input.shipping_address, actor, rules=rules, save=save) if input.shipping_address else None


def billing_of(
    input: CheckoutCreateInput | CheckoutUpdateInput, actor: Actor, *, save: bool | None = None
) -> NewAddress | None:
    """The billing address, if the input has one."""
    rules = input.validation_rules.billing_address if input.validation_rules else None
    return new_address(input.billing_address, actor, rules=rules, save=save) if input.billing_address else None
