"""Why a permission could not be given."""

from __future__ import annotations

from commerce.core.errors import CommerceError


class PermissionOutOfScope(CommerceError):
    """Nobody gives away what they do not hold themselves."""

    code = "OUT_OF_SCOPE_PERMISSION"


class GroupOutOfScope(CommerceError):
    """The group holds more than the actor does, so the actor may not touch it."""

    code = "OUT_OF_SCOPE_GROUP"


class UserOutOfScope(CommerceError):
    """The user holds more than the actor does, so the actor may not touch them."""

    code = "OUT_OF_SCOPE_USER"
