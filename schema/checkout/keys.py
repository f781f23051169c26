"""Ids about carts that come in more than one type."""

from __future__ import annotations

from uuid import UUID

from schema.ids import InvalidId, id_of


def delivery_key(id: str) -> UUID:
    """The primary key in the id of a Delivery, a ShippingMethod or a Warehouse. Raises InvalidId for any other."""
    path = ("delivery_method_id",)
    for kind in ("Delivery", "ShippingMethod"):
        try:
            return id_of(kind, id, path=path)
        except InvalidId:
            continue
    return id_of("Warehouse", id, path=path)
