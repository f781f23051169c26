"""Facts that stop the use of a code, or a change of a voucher."""

from __future__ import annotations

from typing import ClassVar

from commerce.core.errors import CommerceError, InvalidInput, NotFound


class VoucherNotFound(NotFound):
    """No such voucher."""


class CodeNotValid(InvalidInput):
    """No such code, or not any more, or not yet, or not for this customer: all look the same."""


class VoucherNotApplicable(CommerceError):
    """The code is good, but not for this cart as it is, or it was used up meanwhile."""

    code: ClassVar[str] = "VOUCHER_NOT_APPLICABLE"
