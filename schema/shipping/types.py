"""Shipping methods as the API shows them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import strawberry

from commerce.core import money
from schema.fields import leaf, nested
from schema.ids import global_id
from schema.money import Money


@dataclass(slots=True, eq=False)
class OfferedMethod:
    """A method at the price at which it is offered or was bought. Source of ShippingMethod."""

    id: UUID
    name: str
    active: bool
    price: money.Money
    minimum_delivery_days: int | None = None
    maximum_delivery_days: int | None = None
    description: str = ""


@strawberry.type(description="A way to ship, at its price for this checkout or order.")
class ShippingMethod:
    """Source: OfferedMethod."""

    id: strawberry.ID = global_id("ShippingMethod")
    name: str = leaf("The name that the shopper reads.")
    description: str = leaf("What the shopper should know of it, as plain text.")
    active: bool = leaf("Whether it can still be chosen.")
    price: Money = nested("price", "What it costs, in the way in which the channel enters prices (net or gross).")
    minimum_delivery_days: int | None = leaf("Delivered after this many days at the earliest.")
    maximum_delivery_days: int | None = leaf("Delivered after this many days at the latest.")

    @classmethod
    def is_type_of(cls, value: object, info: object) -> bool:
        """For unions: which values are of this type."""
        return isinstance(value, OfferedMethod)
