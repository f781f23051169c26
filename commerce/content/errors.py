"""Facts that stop a change of pages or menus."""

from __future__ import annotations

from commerce.core.errors import Conflict, InvalidInput, NotFound


class PageTypeNotFound(NotFound):
    """No such page type."""


class PageTypeInUse(Conflict):
    """There are pages of this type; delete them first."""

    code = "IN_USE"


class PageNotFound(NotFound):
    """No such page, or none that the actor may see."""


class MenuNotFound(NotFound):
    """No such menu."""


class MenuItemNotFound(NotFound):
    """No such line in this menu."""


class MenuLoop(InvalidInput):
    """A line of a menu cannot lie below itself."""

    code = "LOOP"


class MenuTooLarge(InvalidInput):
    """Readers get a whole menu at once, so it cannot be endless."""

    code = "TOO_LARGE"
