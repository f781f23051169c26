"""The root of every failure that a caller can be told about."""

from __future__ import annotations

from typing import ClassVar


class CommerceError(Exception):
    """A fact that stopped a verb. `code` is stable; `path` leads into the input; `facts` are extra public data.

    Subclasses say the fact in their name and set `code`. Nothing was changed when one is raised.
    """

    code: ClassVar[str] = "INVALID"
    is_final: ClassVar[bool] = True
    """False if the very same request may succeed a moment later; such an answer is never kept for repeats."""

    def __init__(self, message: str, *, path: tuple[str, ...] = (), **facts: object) -> None:
        super().__init__(message)
        self.message = message
        self.path = path
        self.facts = facts

    def at(self, *prefix: str) -> CommerceError:
        """The same error, its path put below `prefix`: a verb knows the field, its caller where that field is."""
        self.path = (*prefix, *self.path)
        return self


class InvalidInput(CommerceError):
    """A value that cannot mean anything here."""

    code = "INVALID"


class Required(CommerceError):
    """A value that is missing."""

    code = "REQUIRED"


class NotFound(CommerceError):
    """No such object, or not one that this actor may know of: both look the same."""

    code = "NOT_FOUND"


class NotUnique(CommerceError):
    """Another object already has this value."""

    code = "UNIQUE"


class PermissionDenied(CommerceError):
    """The actor may not do this at all."""

    code = "PERMISSION_DENIED"


class NotAuthenticated(CommerceError):
    """The credentials that came with the request are missing, broken or expired."""

    code = "UNAUTHENTICATED"


class Conflict(CommerceError):
    """Somebody else changed the object since it was read."""

    code = "CONFLICT"


class Rejected(Exception):
    """Several facts at once, e.g. one for each line of an input. Nothing was changed."""

    def __init__(self, errors: list[CommerceError]) -> None:
        super().__init__("; ".join(error.message for error in errors))
        self.errors = errors
