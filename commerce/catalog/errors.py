"""Facts that stop a change of the catalog."""

from __future__ import annotations

from commerce.core.errors import Conflict, InvalidInput, NotFound


class ProductNotFound(NotFound):
    """No such product, or none that the actor may see."""


class ProductInUse(Conflict):
    """Units of the product are promised to carts or orders, or orders still need it; unpublish it instead."""


class VariantNotFound(NotFound):
    """No such variant, or none that the actor may see."""


class CategoryNotFound(NotFound):
    """No such category."""


class CollectionNotFound(NotFound):
    """No such collection, or none that the actor may see."""


class MediaNotFound(NotFound):
    """No such picture, or none that can be shown."""


class PriceNotPossible(InvalidInput):
    """A price is a whole number of minor units, 0 or more, and never above the price it was reduced from."""


class CategoryLoop(InvalidInput):
    """A category cannot lie below itself."""


class PictureRefused(InvalidInput):
    """The file is not a picture that the shop shows: wrong type, broken, too large, or too many pixels."""
