"""Is this password good enough, and is it theirs?"""

from __future__ import annotations

from typing import Final

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from commerce.accounts.errors import (
    PasswordEntirelyNumeric,
    PasswordTooCommon,
    PasswordTooShort,
    PasswordTooSimilar,
    UnacceptablePassword,
)
from commerce.accounts.models import User
from commerce.core.errors import Rejected
from commerce.core.text import is_storable

_LONGEST: Final = 1024
_BY_CODE: Final[dict[str, type[UnacceptablePassword]]] = {
    "password_too_short": PasswordTooShort,
    "password_too_common": PasswordTooCommon,
    "password_too_similar": PasswordTooSimilar,
    "password_entirely_numeric": PasswordEntirelyNumeric,
}


def require_acceptable(password: str, user: User, *, path: tuple[str, ...] = ("password",)) -> None:
    """Raise Rejected with one UnacceptablePassword for each thing that is wrong with a new password of `user`."""
    if len(password) > _LONGEST or not is_storable(password):
        raise Rejected([UnacceptablePassword(f"A password is text of {_LONGEST} characters at most.", path=path)])
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Rejected([_typed(fault, path) for fault in error.error_list]) from None


def is_password_of(user: User | None, password: str) -> bool:
    """Whether `password` opens the account of `user`. Takes as long for nobody as for somebody."""
    if len(password) > _LONGEST or not is_storable(password):
        user, password = None, ""
    if user is None:
        spend_hashing_time(password)
        return False
    return user.check_password(password)


def spend_hashing_time(password: str) -> None:
    """Hash a password for nothing, so that a clock does not tell who has an account."""
    make_password(password)


def _typed(fault: ValidationError, path: tuple[str, ...]) -> UnacceptablePassword:
    return _BY_CODE.get(fault.code or "", UnacceptablePassword)(" ".join(fault.messages), path=path)
