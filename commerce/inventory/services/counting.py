"""Many counts in one request, and what becomes of the rest when some of them are refused."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from django.db import transaction

from commerce.catalog.bulk import ErrorPolicy
from commerce.catalog.bundle_models import BundleComponent
from commerce.catalog.errors import VariantNotFound
from commerce.catalog.models import ProductVariant
from commerce.core.actor import Actor
from commerce.core.errors import CommerceError, InvalidInput
from commerce.core.permission import Permission
from commerce.inventory.account import checked_note, require_quantity
from commerce.inventory.errors import BelowReserved, WarehouseNotFound
from commerce.inventory.models import Warehouse
from commerce.inventory.services.on_hand import Count, set_on_hand_many

MAX_COUNTS: Final = 1_000


def count_stocks(
    *, counts: Sequence[Count], policy: ErrorPolicy, reason: str, note: str = "", actor: Actor
) -> list[CommerceError | None]:
    """Write up to 1,000 counts in a few statements; for each what was wrong with it, None if it was written.

    Under REJECT_EVERYTHING none is written if one is refused (those that are right are None nevertheless); otherwise
    those that are refused are left out. Raises InvalidInput (too many, or a bad note) or PermissionDenied.
    """
    actor.require(Permission.MANAGE_STOCK)
    checked_note(note)
    if len(counts) > MAX_COUNTS:
        raise InvalidInput(f"At most {MAX_COUNTS} counts.", path=("stocks",))
    everything = policy is ErrorPolicy.REJECT_EVERYTHING
    found = _faults(counts)
    if everything and any(found):
        return found
    good = [place for place, fault in enumerate(found) if fault is None]
    places = {(counts[place].warehouse_id, counts[place].variant_id): place for place in good}
    with transaction.atomic():
        before = transaction.savepoint()
        for refused in set_on_hand_many(rows=[counts[place] for place in good], reason=reason, note=note, actor=actor):
            found[places[refused.warehouse_id, refused.variant_id]] = BelowReserved(
                f"{refused.reserved} units are promised to carts and orders.",
                path=("quantity",),
                reserved=refused.reserved,
            )
        if everything and any(found):
            transaction.savepoint_rollback(before)
    return found


def _faults(counts: Sequence[Count]) -> list[CommerceError | None]:
    """What can be said of each count without looking at any stock."""
    variants = {count.variant_id for count in counts}
    there = set(ProductVariant.objects.filter(id__in=variants).values_list("id", flat=True))
    bundles = set(BundleComponent.objects.filter(bundle__in=variants).values_list("bundle_id", flat=True))
    warehouses = {count.warehouse_id for count in counts}
    known = set(Warehouse.objects.filter(id__in=warehouses).values_list("id", flat=True))
    seen: set[tuple[UUID, UUID]] = set()
    found: list[CommerceError | None] = []
    for count in counts:
        found.append(_fault(count, there, bundles, known, seen))
        seen.add((count.warehouse_id, count.variant_id))
    return found


def _fault(
    count: Count, variants: set[UUID], bundles: set[UUID], warehouses: set[UUID], seen: set[tuple[UUID, UUID]]
) -> CommerceError | None:
    if count.variant_id not in variants:
        return VariantNotFound("There is no such variant.", path=("variantId",))
    if count.variant_id in bundles:
        return InvalidInput("A bundle has what its parts have.", path=("variantId",))
    if count.warehouse_id not in warehouses:
        return WarehouseNotFound("There is no such warehouse.", path=("warehouseId",))
    if (count.warehouse_id, count.variant_id) in seen:
        return InvalidInput("This stock is counted twice.", path=("variantId",))
    try:
        require_quantity(count.quantity)
    except InvalidInput as error:
        return error
    return None
