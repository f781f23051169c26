"""What can be done with orders."""

from commerce.orders.services.balances import follow_payments, refresh_balances
from commerce.orders.services.cancel import cancel_order
from commerce.orders.services.fulfil import fulfil_order
from commerce.orders.services.limits import remove_purchase_limit, set_purchase_limit
from commerce.orders.services.money import capture_order, refund_order
from commerce.orders.services.place import place_order
from commerce.orders.services.taxes import set_order_tax_exemption

__all__ = [
    "cancel_order",
    "capture_order",
    "follow_payments",
    "fulfil_order",
    "place_order",
    "refresh_balances",
    "refund_order",
    "remove_purchase_limit",
    "set_order_tax_exemption",
    "set_purchase_limit",
]
