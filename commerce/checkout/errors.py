"""Facts that stop a change of a cart, or its completion."""

from __future__ import annotations

from commerce.core.errors import CommerceError, Conflict, InvalidInput, NotAuthenticated, NotFound, Required


class CheckoutNotFound(NotFound):
    """No such cart, or somebody else's: both look the same."""


class CheckoutCompleted(Conflict):
    """The cart has become an order and can no longer be changed."""

    code = "CHECKOUT_COMPLETED"


class RecoveryTokenInvalid(InvalidInput):
    """The token of an abandoned cart is broken, too old, or for something else."""


class LineNotFound(NotFound):
    """The cart has no such line."""


class GiftLineNotEditable(InvalidInput):
    """The line is a gift: there is one unit of it. It can be taken out, or another gift chosen."""

    code = "NON_EDITABLE_GIFT_LINE"


class GiftNotFound(NotFound):
    """The cart gets no such gift."""


class TooManyLines(InvalidInput):
    """More lines than one call or one cart may have. `limit` is among the facts."""

    code = "TOO_MANY_LINES"


class QuantityTooSmall(InvalidInput):
    """Less than one unit."""

    code = "ZERO_QUANTITY"


class QuantityAboveLimit(InvalidInput):
    """More units of one variant than the channel or the variant allows. `limit` is among the facts."""

    code = "QUANTITY_GREATER_THAN_LIMIT"


class PriceFromOutside(InvalidInput):
    """The caller named a price. Prices are the shop's."""


class OverrideReasonAlone(InvalidInput):
    """A reason for a price of one's own, without the price."""

    code = "PRICE_OVERRIDE_REASON_WITHOUT_OVERRIDE"


class VariantNotSold(CommerceError):
    """The variant has no price in the channel."""

    code = "UNAVAILABLE_VARIANT_IN_CHANNEL"


class ProductNotPublished(CommerceError):
    """The channel does not show the product, or not yet."""

    code = "PRODUCT_NOT_PUBLISHED"


class ProductNotForSale(CommerceError):
    """The channel shows the product but does not sell it, or not yet."""

    code = "PRODUCT_UNAVAILABLE_FOR_PURCHASE"


class SignInRequired(NotAuthenticated):
    """Only a customer who has signed in can have a cart of their own."""


class EmailMissing(Required):
    """Nobody would get the confirmation."""

    code = "EMAIL_NOT_SET"


class NoLines(Required):
    """There is nothing to buy."""

    code = "NO_LINES"


class ShippingAddressMissing(Required):
    """Something must be shipped, and nobody knows where to."""

    code = "SHIPPING_ADDRESS_NOT_SET"


class BillingAddressMissing(Required):
    """Nobody to write the invoice to."""

    code = "BILLING_ADDRESS_NOT_SET"


class DeliveryMissing(Required):
    """Something must be shipped, and nobody knows how."""

    code = "SHIPPING_METHOD_NOT_SET"


class DeliveryNotApplicable(CommerceError):
    """The chosen delivery does not go there any more, or not with this cart, or not at the price that was shown."""

    code = "DELIVERY_METHOD_NOT_APPLICABLE"


class DeliveryNotOffered(CommerceError):
    """The method exists but is not offered for this cart."""

    code = "INVALID_SHIPPING_METHOD"


class ShippingNotRequired(CommerceError):
    """Nothing in the cart has to be shipped."""

    code = "SHIPPING_NOT_REQUIRED"


class TotalTooLarge(InvalidInput):
    """More money than an order can hold."""


class TooManyCodes(CommerceError):
    """Too many codes that are not valid, at this cart or from this address. Fact: `retry_after_seconds`."""

    code = "TOO_MANY_ATTEMPTS"
    is_final = False
