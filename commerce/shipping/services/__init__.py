"""Verbs that change how the shop ships."""

from commerce.shipping.services.methods import (
    MethodSettings,
    PostalCodes,
    create_method,
    delete_method,
    exclude_products,
    include_products,
    update_method,
)
from commerce.shipping.services.prices import MethodPrice, set_method_price, update_method_prices
from commerce.shipping.services.zones import ZoneChanges, create_zone, delete_zone, update_zone

__all__ = [
    "MethodPrice",
    "MethodSettings",
    "PostalCodes",
    "ZoneChanges",
    "create_method",
    "create_zone",
    "delete_method",
    "delete_zone",
    "exclude_products",
    "include_products",
    "set_method_price",
    "update_method",
    "update_method_prices",
    "update_zone",
]
