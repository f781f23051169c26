"""What bundles are made of, for readers: one statement, however many variants."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, NamedTuple, TypeVar
from uuid import UUID

from commerce.core.statements import Statement, uuid_array

K = TypeVar("K", UUID, str)


class BundlePartRow(NamedTuple):
    """So many units of a variant in one unit of a bundle."""

    bundle_id: str
    variant_id: str
    product_id: str
    quantity: int


_PARTS_OF_BUNDLES: Final = Statement(
    "parts_of_bundles",
    BundlePartRow,
    """
SELECT part.bundle_id::text, part.component_id::text, variant.product_id::text, part.quantity
  FROM catalog_bundlecomponent AS part
  JOIN catalog_productvariant AS variant ON variant.id = part.component_id
 WHERE part.bundle_id = ANY($1)
 ORDER BY part.sort_order, part.id
""",
    "uuid[]",
)


def parts_of_bundles(variant_ids: Collection[K]) -> dict[K, list[BundlePartRow]]:
    """The parts of those of the variants that are bundles, in their order, hidden or not."""
    found: dict[str, list[BundlePartRow]] = {}
    for row in _PARTS_OF_BUNDLES.all(uuid_array(variant_ids)):
        found.setdefault(row.bundle_id, []).append(row)
    return {key: found[text] for key in variant_ids if (text := str(key)) in found}
