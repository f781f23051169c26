"""How many SQL statements each operation may send, whatever the length of its lists.

Transaction control is not counted. Raising a figure is a decision: say why in the same change.
"""

BUDGETS: dict[str, int] = {
    "products": 8,
    "product grid": 23,
    "category tree": 12,
    "pages": 4,
    "menu": 3,
    "menu with targets": 12,
    "cart edit": 12,
    "checkout": 26,
    "checkoutLinesAdd": 35,
    "checkoutComplete": 45,
    "deliveryOptionsCalculate": 10,
    "orders": 17,
    "me.orders": 16,
    "quote": 7,
    "cart problems": 3,
}
