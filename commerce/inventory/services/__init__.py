"""What can be done with stock."""

from commerce.inventory.picking import WantedLine
from commerce.inventory.services.allocations import (
    AllocatedLine,
    SentUnits,
    allocate,
    fulfil_allocations,
    release_allocations,
)
from commerce.inventory.services.backorders import set_backorders
from commerce.inventory.services.on_hand import Count, Refused, set_on_hand, set_on_hand_many
from commerce.inventory.services.preorders import end_due_preorders, end_preorder, offer_preorder
from commerce.inventory.services.reservations import release_expired_reservations, release_reservations, reserve
from commerce.inventory.services.sharding import shard_stock
from commerce.inventory.services.warehouses import (
    SellingChannel,
    WarehouseChanges,
    create_warehouse,
    delete_warehouse,
    update_warehouse,
)

__all__ = [
    "AllocatedLine",
    "Count",
    "Refused",
    "SellingChannel",
    "SentUnits",
    "WantedLine",
    "WarehouseChanges",
    "allocate",
    "create_warehouse",
    "delete_warehouse",
    "end_due_preorders",
    "end_preorder",
    "fulfil_allocations",
    "offer_preorder",
    "release_allocations",
    "release_expired_reservations",
    "release_reservations",
    "reserve",
    "set_backorders",
    "set_on_hand",
    "set_on_hand_many",
    "shard_stock",
    "update_warehouse",
]
