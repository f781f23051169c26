"""Facts that stop a change of how the shop ships."""

from __future__ import annotations

from commerce.core.errors import NotFound


class ShippingZoneNotFound(NotFound):
    """There is no such zone, or none that this actor may know of."""


class ShippingMethodNotFound(NotFound):
    """There is no such method, or none that this actor may know of."""


class RateSourceNotFound(NotFound):
    """The channel does not ask such a provider."""
