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
from commerce.inventory.services.counting import count_stocks
from commerce.inventory.services.moving import adjust_on_hand, set_low_threshold, transfer_stock
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
    "adjust_on_hand",
    "allocate",
    "count_stocks",
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
    "set_low_threshold",
    "set_on_hand",
    "set_on_hand_many",
    "shard_stock",
    "transfer_stock",
    "update_warehouse",
]
