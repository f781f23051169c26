"""How many SQL statements each operation may send, whatever the length of its lists.

Transaction control is not counted. Raising a figure is a decision: say why in the same change.
"""

BUDGETS: dict[str, int] = {
    "products": 8,
    "product grid": 20,
    "recentlyViewed": 4,
    "related products": 6,
    "bundles in a list": 8,
    "category tree": 12,
    "cart edit": 6,
    "checkout": 17,
    "checkoutCreate": 2,
    "checkoutLinesAdd": 16,
    "checkoutUpdate": 6,
    "checkoutComplete": 27,
    "attributes": 5,
    "product types": 4,
    "product with attributes": 21,
    "product bulk row": 36,
    "translations": 17,
    "slug": 2,
    "pages": 4,
    "menu": 3,
    "menu with targets": 12,
    "deliveryOptionsCalculate": 6,  # one of them for promotions: some make methods cheaper, or change the subtotal
    "orders": 15,
    "me.orders": 14,
    "search": 8,
    "search corrected": 14,
    "searchSuggestions": 8,
    "highlights": 10,
    "quote": 7,
    "stocks": 7,
    "stockMovements": 7,
    "promotions": 8,
    "promotion dry run": 18,
    "cart problems": 1,
    "shippingZones": 11,
    "abandoned carts": 4,
}
