"""Facts that stop a change of the catalog."""

from __future__ import annotations

from commerce.core.errors import Conflict, InvalidInput, NotFound, NotUnique


class ProductNotFound(NotFound):
    """No such product, or none that the actor may see."""


class ProductInUse(Conflict):
    """Units of the product are promised to carts or orders, or orders still need it; unpublish it instead."""

    code = "IN_USE"


class VariantNotFound(NotFound):
    """No such variant, or none that the actor may see."""


class VariantInUse(Conflict):
    """Units of the variant are promised to carts or orders."""

    code = "IN_USE"


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

    code = "LOOP"


class BundleLoop(InvalidInput):
    """What is a part of a bundle is no bundle itself, and a bundle is not a part of anything."""

    code = "LOOP"


class PictureRefused(InvalidInput):
    """The file is not a picture that the shop shows: wrong type, broken, too large, or too many pixels."""


class AttributeNotFound(NotFound):
    """No such attribute, or none that things of this type have."""


class AttributeValueNotFound(NotFound):
    """No such attribute value."""


class AttributeInUse(Conflict):
    """Product types or page types have the attribute, or products, variants or pages have the value."""

    code = "IN_USE"


class ProductTypeNotFound(NotFound):
    """No such product type."""


class ProductTypeInUse(Conflict):
    """There are products of this type."""

    code = "IN_USE"


class SelectionTaken(NotUnique):
    """Another variant of the product has the same values of the attributes that shoppers choose by."""


class FileRefused(InvalidInput):
    """The file is not one that shoppers may download: unknown kind, not what its name says, or too large."""
