"""Facts that stop a change of taxes, or a purchase because of them."""

from __future__ import annotations

from typing import ClassVar

from commerce.core.errors import CommerceError, InvalidInput, NotFound


class TaxClassNotFound(NotFound):
    """No such tax class."""


class TaxServiceNotFound(NotFound):
    """No tax service of this id is installed."""


class CustomerNotFound(NotFound):
    """No such customer, or none that the actor may see."""


class TooManyRates(InvalidInput):
    """More rates or rows than one call may have. `limit` is among the facts."""


class InvalidVatId(InvalidInput):
    """No VAT id of the European Union can read so."""

    code: ClassVar[str] = "INVALID_VAT_ID"


class TaxesUnavailable(CommerceError):
    """The tax service did not answer, and the channel sells nothing without it. The same request may succeed soon."""

    code: ClassVar[str] = "TAX_ERROR"
    is_final: ClassVar[bool] = False
