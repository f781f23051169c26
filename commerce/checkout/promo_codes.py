"""Codes of a cart: giving one, taking one away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from commerce.checkout.code_throttle import CodeAttempt
from commerce.checkout.editing import CartEdit
from commerce.checkout.quote import quote
from commerce.core.errors import InvalidInput, NotFound
from commerce.core.text import is_storable
from commerce.promotions.codes import LONGEST_CODE, code_key
from commerce.promotions.voucher_errors import CodeNotValid, VoucherNotApplicable
from commerce.promotions.voucher_models import VoucherCode
from commerce.promotions.voucher_reads import CodeOfCart, terms_of
from commerce.promotions.vouchers import MESSAGES, CodeTerms, Refusal

MOST_CODES: Final = 10
Path = tuple[str, ...]


def give_code(edit: CartEdit, code: str, *, attempt: CodeAttempt, path: Path) -> None:
    """Put a code into a cart. One that may stand beside no other takes the place of those that are there.

    Raises at `path`: CodeNotValid (missing, expired, used up and not for this customer look the same),
    VoucherNotApplicable (not for this cart as it is), InvalidInput for too many; TooManyCodes.
    """
    attempt.count()
    wanted = _key(code)
    code_id = VoucherCode.objects.filter(key=wanted).values_list("id", flat=True).first() if wanted else None
    if code_id is None:
        raise _not_valid(path)
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
    refusal = next(each.refusal for each in quote(checkout).codes if each.code_id == str(code_id))
    if refusal is Refusal.NOT_VALID:
        raise _not_valid(path)
    if refusal is not None:
        raise VoucherNotApplicable(MESSAGES[refusal], path=path)


def take_code(edit: CartEdit, code: str, *, path: Path) -> None:
    """Take a code out of a cart. Raises NotFound at `path` if the cart has no such code."""
    wanted = _key(code)
    codes = VoucherCode.objects.filter(id__in=edit.checkout.voucher_code_ids, key=wanted)
    _remove(edit, codes.values_list("id", flat=True).first() if wanted else None, path)


def take_code_by_id(edit: CartEdit, code_id: UUID, *, path: Path) -> None:
    """`take_code` by the id of the code, which may be gone from the shop by now."""
    _remove(edit, code_id if code_id in edit.checkout.voucher_code_ids else None, path)


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


def _key(code: str) -> str:
    return code_key(code) if len(code) <= LONGEST_CODE and is_storable(code) else ""


def _combine(one: CodeTerms, other: CodeTerms) -> bool:
    return one.combines_with_vouchers and other.combines_with_vouchers


def _not_valid(path: Path) -> CodeNotValid:
    return CodeNotValid(MESSAGES[Refusal.NOT_VALID], path=path)
