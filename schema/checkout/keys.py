"""Ids about carts that come in more than one type."""

from __future__ import annotations

from uuid import UUID

from schema.ids import InvalidId, id_of


def delivery_key(id: str) -> UUID:
    """The primary key in the id of a Delivery or of a ShippingMethod. Raises InvalidId for any other."""
    path = ("delivery_method_id",)
    try:
        return id_of("Delivery", id, path=path)
    except InvalidId:
        return id_of("ShippingMethod", id, path=path)
