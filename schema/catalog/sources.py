"""What stands behind the catalog's types: rows where readers read, models where staff have just written.

Where a page asks for little, rows are brief ones (commerce.catalog.brief_rows): a part of what these types promise, and
all that is asked for.
"""

from __future__ import annotations

from typing import Any, TypeAlias

from commerce.catalog import models, rows

AnyProduct: TypeAlias = rows.ProductRow | models.Product
AnyVariant: TypeAlias = rows.VariantRow | models.ProductVariant
AnyCategory: TypeAlias = rows.CategoryRow | models.Category
AnyCollection: TypeAlias = rows.CollectionRow | models.Collection

Key: TypeAlias = Any
"""The id of a source: text of a row, a UUID of a model. Readers take either and answer with the same."""
