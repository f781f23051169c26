"""Codes of a cart: giving one, taking one away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from commerce.checkout.code_throttle import CodeAttempt
from commerce.checkout.editing import CartEdit
from commerce.checkout.quote import quote
from commerce.core.codes import LONGEST_CODE, code_key
from commerce.core.errors import InvalidInput, NotFound
from commerce.core.text import is_storable
from commerce.giftcards.cards import hash_of
from commerce.giftcards.errors import GiftCardNotApplicable, GiftCardNotValid
from commerce.giftcards.models import GiftCard
from commerce.giftcards.reads import CardOfCart, terms_of_cards
from commerce.giftcards.split import MESSAGES as MESSAGES_OF_CARDS
from commerce.giftcards.split import CardRefusal
from commerce.promotions.voucher_errors import CodeNotValid, VoucherNotApplicable
from commerce.promotions.voucher_models import VoucherCode
from commerce.promotions.voucher_reads import CodeOfCart, terms_of
from commerce.promotions.vouchers import MESSAGES, CodeTerms, Refusal

MOST_CODES: Final = 10
Path = tuple[str, ...]


def give_code(edit: CartEdit, code: str, *, attempt: CodeAttempt, path: Path) -> None:
    """Put a code into a cart, of a voucher or a gift card. A voucher that may stand beside no other takes their place.

    Raises at `path`: CodeNotValid or GiftCardNotValid (missing, expired, used up and not for this customer look the
    same), VoucherNotApplicable or GiftCardNotApplicable (not for this cart as it is), InvalidInput for too many;
    TooManyCodes.
    """
    attempt.count()
    wanted = _key(code)
    code_id = VoucherCode.objects.filter(key=wanted).values_list("id", flat=True).first() if wanted else None
    if code_id is None:
        _give_card(edit, code, attempt=attempt, path=path)
        return
    checkout = edit.checkout
    others = [other for other in checkout.voucher_code_ids if other != code_id]
    *known, new = terms_of(
        [
            CodeOfCart(checkout.id, each, checkout.channel_id, checkout.user_id, checkout.email)
            for each in [*others, code_id]
        ]
    )
    if not new.is_valid:
        raise _not_valid(path)
    attempt.forgive()
    beside = [code_id for code_id, terms in zip(others, known, strict=True) if _combine(terms, new)]
    if len(beside) >= MOST_CODES:
        raise InvalidInput(f"A cart has at most {MOST_CODES} codes.", path=path)
    edit.set(voucher_code_ids=[*beside, code_id])
    refusal = next(each.refusal for each in quote(checkout, edit.known).codes if each.code_id == str(code_id))
    if refusal is Refusal.NOT_VALID:
        raise _not_valid(path)
    if refusal is not None:
        raise VoucherNotApplicable(MESSAGES[refusal], path=path)


def take_code(edit: CartEdit, code: str, *, path: Path) -> None:
    """Take a code out of a cart. Raises NotFound at `path` if the cart has no such code."""
    wanted = _key(code)
    if _take_card(edit, _card_with(code) if edit.checkout.gift_card_ids else None):
        return
    codes = VoucherCode.objects.filter(id__in=edit.checkout.voucher_code_ids, key=wanted)
    _remove(edit, codes.values_list("id", flat=True).first() if wanted else None, path)


def take_code_by_id(edit: CartEdit, code_id: UUID, *, path: Path) -> None:
    """`take_code` by the id of the code, which may be gone from the shop by now."""
    _remove(edit, code_id if code_id in edit.checkout.voucher_code_ids else None, path)


def take_card_by_id(edit: CartEdit, card_id: UUID, *, path: Path) -> None:
    """Take a gift card out of a cart. Raises NotFound at `path` if the cart has no such card."""
    if not _take_card(edit, card_id):
        raise NotFound("The cart has no such gift card.", path=path)


def give_codes(edit: CartEdit, codes: Sequence[str], *, attempt: CodeAttempt, field: str) -> None:
    """`give_code` for each, at (field, place)."""
    for place, code in enumerate(codes):
        give_code(edit, code, attempt=attempt, path=(field, str(place)))


def take_codes(edit: CartEdit, codes: Sequence[str], *, field: str) -> None:
    """`take_code` for each, at (field, place)."""
    for place, code in enumerate(codes):
        take_code(edit, code, path=(field, str(place)))


def _remove(edit: CartEdit, code_id: UUID | None, path: Path) -> None:
    if code_id is None:
        raise NotFound("The cart has no such code.", path=path)
    edit.set(voucher_code_ids=[each for each in edit.checkout.voucher_code_ids if each != code_id])


def _give_card(edit: CartEdit, code: str, *, attempt: CodeAttempt, path: Path) -> None:
    card_id = _card_with(code)
    if card_id is None:
        raise _not_valid(path)
    checkout = edit.checkout
    (terms,) = terms_of_cards([CardOfCart(checkout.id, card_id, checkout.channel_id, checkout.channel.currency_code)])
    if terms.refusal is CardRefusal.NOT_VALID:
        raise GiftCardNotValid(MESSAGES[Refusal.NOT_VALID], path=path)
    attempt.forgive()
    if terms.refusal is not None:
        raise GiftCardNotApplicable(MESSAGES_OF_CARDS[terms.refusal], path=path)
    if card_id in checkout.gift_card_ids:
        return
    if len(checkout.gift_card_ids) >= MOST_CODES:
        raise InvalidInput(f"A cart has at most {MOST_CODES} gift cards.", path=path)
    edit.set(gift_card_ids=[*checkout.gift_card_ids, card_id])


def _take_card(edit: CartEdit, card_id: UUID | None) -> bool:
    """Whether the cart had the card, which it has no more."""
    if card_id is None or card_id not in edit.checkout.gift_card_ids:
        return False
    edit.set(gift_card_ids=[each for each in edit.checkout.gift_card_ids if each != card_id])
    return True


def _card_with(code: str) -> UUID | None:
    wanted = hash_of(code)
    return GiftCard.objects.filter(code_hash=wanted).values_list("id", flat=True).first() if wanted else None


def _key(code: str) -> str:
    return code_key(code) if len(code) <= LONGEST_CODE and is_storable(code) else ""


def _combine(one: CodeTerms, other: CodeTerms) -> bool:
    return one.combines_with_vouchers and other.combines_with_vouchers


def _not_valid(path: Path) -> CodeNotValid:
    return CodeNotValid(MESSAGES[Refusal.NOT_VALID], path=path)
