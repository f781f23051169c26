"""How many SQL statements each operation may send, whatever the length of its lists.

Transaction control is not counted. Raising a figure is a decision: say why in the same change.
"""

BUDGETS: dict[str, int] = {
    "products": 8,
    "product grid": 23,
    "category tree": 12,
    "cart edit": 12,
    "quote": 7,
    "cart problems": 3,
}
