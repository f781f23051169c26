"""Who buys, and where it goes: the parts of a cart that are not its lines."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, Literal, cast

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator

from commerce.accounts.addresses import address_copy, validate_address, write_address
from commerce.accounts.email import normalised
from commerce.accounts.models import Address
from commerce.checkout.editing import CartEdit
from commerce.checkout.inputs import NewAddress
from commerce.core.actor import Actor
from commerce.core.errors import InvalidInput, Rejected, Required
from commerce.core.languages import LANGUAGE_TAGS, language_enum_name
from commerce.core.text import require_text
from commerce.taxes.vat_ids import checked_vat_id

AddressKind = Literal["shipping", "billing"]
LONGEST_EMAIL: Final = 254
LONGEST_NOTE: Final = 5_000
LONGEST_GIFT_MESSAGE: Final = 1_000
_is_email = EmailValidator()


def put_email(edit: CartEdit, email: str) -> None:
    """Set where the confirmation goes. Raises Required or InvalidInput at ("email",)."""
    address = normalised(email)
    if not address:
        raise Required("An e-mail address is needed.", path=("email",))
    try:
        _is_email(address)
    except ValidationError as error:
        raise InvalidInput("This is not an e-mail address.", path=("email",)) from error
    if len(address) > LONGEST_EMAIL:
        raise InvalidInput(f"At most {LONGEST_EMAIL} characters.", path=("email",))
    edit.set(email=address)


def put_language(edit: CartEdit, tag: str) -> None:
    """Set the language in which the shopper is written to, a BCP 47 tag. Raises InvalidInput at ("language_code",)."""
    known = LANGUAGE_TAGS.get(language_enum_name(tag))
    if known is None:
        raise InvalidInput("This is not a language.", path=("language_code",))
    edit.set(language_code=known)


def put_note(edit: CartEdit, note: str) -> None:
    """Set what the shopper wants to say. Raises InvalidInput at ("customer_note",)."""
    require_text(note, LONGEST_NOTE, path=("customer_note",))
    edit.set(customer_note=note)


def put_gift(edit: CartEdit, is_gift: bool | None, message: str | None) -> None:
    """Say whether it is a present, and what to write on its card. A message makes it one; no present has no message.

    Raises InvalidInput at ("gift_message",).
    """
    if message is not None:
        require_text(message, LONGEST_GIFT_MESSAGE, path=("gift_message",))
    if is_gift is False and message:
        raise InvalidInput("What is no present has no message on its card.", path=("gift_message",))
    if is_gift is False:
        edit.set(is_gift=False, gift_message="")
    elif message is not None:
        edit.set(is_gift=bool(is_gift or message or edit.checkout.is_gift), gift_message=message)
    elif is_gift:
        edit.set(is_gift=True)


def put_vat_id(edit: CartEdit, vat_id: str) -> None:
    """Set the buyer's VAT id of the European Union, "" for none. Raises InvalidVatId at ("vat_id",)."""
    edit.set(vat_id=checked_vat_id(vat_id))


def put_address(edit: CartEdit, kind: AddressKind, given: NewAddress) -> None:
    """Set an address: always a row of the cart's own, never one of an address book.

    Raises Rejected with a fault for each bad field, e.g. at ("shipping_address", "postal_code").
    """
    put_checked_address(edit, kind, checked_address(kind, given))


def checked_address(kind: AddressKind, given: NewAddress) -> NewAddress:
    """The address in the spelling of its country. Raises as `put_address` does."""
    try:
        return replace(given, data=validate_address(given.data, given.rules))
    except Rejected as refusal:
        raise Rejected([error.at(f"{kind}_address") for error in refusal.errors]) from None


def put_checked_address(edit: CartEdit, kind: AddressKind, given: NewAddress) -> None:
    """`put_address` for what `checked_address` has returned."""
    name, data, checkout = f"{kind}_address", given.data, edit.checkout
    kept = cast("Address | None", getattr(checkout, name))
    if kept is not None and kept.user_id is None:
        write_address(kept, data)
        edit.known.lies_at(kept)
    else:
        fresh = address_copy(data)
        edit.fresh.append(fresh)
        edit.known.lies_at(fresh)
        edit.set(**{name: fresh})
    if given.save is not None:
        edit.set(**{f"save_{name}": given.save})


def give_to(edit: CartEdit, actor: Actor) -> None:
    """Put the caller in as the customer."""
    edit.set(user_id=actor.user_id)
    if not edit.checkout.email:
        edit.set(email=actor.email)
