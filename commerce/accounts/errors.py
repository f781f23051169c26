"""What can go wrong with people, their tokens and their addresses."""

from __future__ import annotations

from commerce.core.errors import CommerceError, NotAuthenticated


class InvalidToken(NotAuthenticated):
    """A token that was not made here, not for this, or is no longer accepted."""

    code = "JWT_INVALID_TOKEN"


class ExpiredToken(NotAuthenticated):
    """A genuine token whose time is over."""

    code = "JWT_SIGNATURE_EXPIRED"


class MalformedToken(NotAuthenticated):
    """Text that is no token at all."""

    code = "JWT_DECODE_ERROR"


class MissingToken(NotAuthenticated):
    """No token where one is needed."""

    code = "JWT_MISSING_TOKEN"


class InvalidCsrfToken(NotAuthenticated):
    """The CSRF token does not belong to the refresh token."""

    code = "JWT_INVALID_CSRF_TOKEN"


class InvalidCredentials(CommerceError):
    """E-mail and password do not open an account. Which of them was wrong is not said."""

    code = "INVALID_CREDENTIALS"


class WrongPassword(CommerceError):
    """The current password, asked for once more, was not right."""

    code = "INVALID_CREDENTIALS"


class AccountNotConfirmed(CommerceError):
    """The right password, but the e-mail address was never confirmed."""

    code = "ACCOUNT_NOT_CONFIRMED"


class SignInDelayed(CommerceError):
    """Too many attempts for this account or from this address. `retry_after_seconds` is among the facts."""

    code = "LOGIN_ATTEMPT_DELAYED"


class SignInUnavailable(CommerceError):
    """Attempts cannot be counted at the moment, so nobody is let in."""

    code = "LOGIN_ATTEMPT_DELAYED"


class UnacceptablePassword(CommerceError):
    """A password that is too easy to guess. One subclass for each reason."""


class PasswordTooShort(UnacceptablePassword):
    """Fewer characters than the shop demands."""

    code = "PASSWORD_TOO_SHORT"


class PasswordTooCommon(UnacceptablePassword):
    """One of the passwords that are tried first."""

    code = "PASSWORD_TOO_COMMON"


class PasswordTooSimilar(UnacceptablePassword):
    """Nearly the e-mail address or the name."""

    code = "PASSWORD_TOO_SIMILAR"


class PasswordEntirelyNumeric(UnacceptablePassword):
    """Digits only."""

    code = "PASSWORD_ENTIRELY_NUMERIC"


class ChannelInactive(CommerceError):
    """The channel is closed."""

    code = "CHANNEL_INACTIVE"


class OwnAccountDeactivated(CommerceError):
    """Nobody locks themselves out."""

    code = "DEACTIVATE_OWN_ACCOUNT"


class SuperuserDeactivated(CommerceError):
    """Only a superuser may end a superuser's account."""

    code = "DEACTIVATE_SUPERUSER_ACCOUNT"


class AddressBookFull(CommerceError):
    """More addresses than anybody has."""
