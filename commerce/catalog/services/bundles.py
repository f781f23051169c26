"""Making a variant of other variants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import connection, transaction

from commerce.catalog.bundle_models import (
    MAX_PARTS,
    MAX_QUANTITY,
    WHOLE,
    BundleComponent,
    BundlePricing,
    BundleReduction,
)
from commerce.catalog.errors import BundleLoop, PriceNotPossible, VariantInUse, VariantNotFound
from commerce.catalog.events import VariantUpdated
from commerce.catalog.models import ProductType, ProductVariant
from commerce.catalog.versions import changed_row
from commerce.channels.models import Channel
from commerce.core.actor import Actor
from commerce.core.errors import CommerceError, InvalidInput, Rejected, Required
from commerce.core.money import MAX_MINOR
from commerce.core.permission import Permission
from commerce.core.transactions import retry_on_deadlock
from commerce.events.emit import emit

_HAS_STOCK = """
SELECT EXISTS (SELECT FROM inventory_stock WHERE variant_id = %s AND (on_hand > 0 OR reserved > 0))
"""


@dataclass(frozen=True, slots=True)
class PartOfBundle:
    """So many units of a variant in one of the bundle."""

    variant_id: UUID
    quantity: int


@dataclass(frozen=True, slots=True)
class PricedByParts:
    """The bundle costs the sum of its parts less a share in basis points, or less an amount in some channels."""

    basis_points: int = 0
    reductions: Mapping[Channel, int] = field(default_factory=dict)


def set_bundle(
    *,
    variant_id: UUID,
    parts: Sequence[PartOfBundle],
    pricing: PricedByParts | None,
    version: int | None = None,
    actor: Actor,
) -> ProductVariant:
    """Make a variant a bundle of exactly these parts, in this order; without `pricing` it costs what is entered for it.

    Raises VariantNotFound, Conflict (no longer at `version`), VariantInUse (it has stock of its own), Required (no
    parts), Rejected (what is wrong with each part: VariantNotFound, BundleLoop, InvalidInput), BundleLoop (it is a part
    itself), PriceNotPossible, InvalidInput or PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_PRODUCTS)
    _check(parts)
    _check_pricing(pricing)

    def write() -> ProductVariant:
        with transaction.atomic():
            require_no_loop(variant_id, [part.variant_id for part in parts])
            variant = _next(variant_id, version)
            require_no_stock(variant_id)
            _write_parts(variant, parts)
            _write_pricing(variant, pricing)
            _tell(variant)
        return variant

    return retry_on_deadlock(write)


def remove_bundle(*, variant_id: UUID, version: int | None = None, actor: Actor) -> ProductVariant:
    """Make a bundle an ordinary variant, which has its last prices, and no stock until some is entered.

    Doing it twice does no harm. Raises VariantNotFound, Conflict (no longer at `version`) or PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_PRODUCTS)

    def write() -> ProductVariant:
        with transaction.atomic():
            variant = _next(variant_id, version)
            BundlePricing.objects.filter(variant=variant).delete()
            BundleComponent.objects.filter(bundle=variant).delete()
            _tell(variant)
        return variant

    return retry_on_deadlock(write)


def require_no_loop(variant_id: UUID, part_ids: Sequence[UUID]) -> None:
    """Lock the variant and its parts in the order of their ids; then no part is a bundle, nor the bundle a part.

    Gift cards are neither: a card is made of what was paid for itself. Call it in the transaction that writes them.
    Raises VariantNotFound, BundleLoop or InvalidInput (path `id`), or Rejected with the path ("components", index,
    "variant") of each part that does not exist, is a bundle or is a gift card.
    """
    ids = {variant_id, *part_ids}
    rows = ProductVariant.objects.select_for_update(no_key=True).filter(id__in=ids).order_by("id")
    known = set(rows.values_list("id", flat=True))
    if variant_id not in known:
        raise VariantNotFound("There is no such variant.", path=("id",))
    cards = set(
        ProductVariant.objects.filter(id__in=ids, product__product_type__kind=ProductType.Kind.GIFT_CARD).values_list(
            "id", flat=True
        )
    )
    if variant_id in cards and part_ids:
        raise InvalidInput("A gift card is no bundle.", path=("id",))
    bundles = set(BundleComponent.objects.filter(bundle__in=part_ids).values_list("bundle_id", flat=True))
    errors: list[CommerceError] = []
    for index, part_id in enumerate(part_ids):
        path = ("components", str(index), "variant")
        if part_id not in known:
            errors.append(VariantNotFound("There is no such variant.", path=path))
        elif part_id == variant_id:
            errors.append(BundleLoop("A bundle is not in itself.", path=path))
        elif part_id in bundles:
            errors.append(BundleLoop("A bundle is not a part of another.", path=path))
        elif part_id in cards:
            errors.append(InvalidInput("A gift card is sold by itself.", path=path))
    if errors:
        raise Rejected(errors)
    if part_ids and BundleComponent.objects.filter(component=variant_id).exists():
        raise BundleLoop("This variant is a part of a bundle, so it cannot be one.", path=("id",))


def require_no_stock(variant_id: UUID) -> None:
    """Raise VariantInUse for a variant of which units lie somewhere or are promised."""
    with connection.cursor() as cursor:
        cursor.execute(_HAS_STOCK, [variant_id])
        if cursor.fetchone()[0]:
            text = "A bundle has no stock of its own: this variant has units on hand or promised."
            raise VariantInUse(text, path=("id",))


def _check(parts: Sequence[PartOfBundle]) -> None:
    if not parts:
        raise Required("A bundle has at least one part.", path=("components",))
    if len(parts) > MAX_PARTS:
        raise InvalidInput(f"A bundle has {MAX_PARTS} parts at most.", path=("components",))
    errors: list[CommerceError] = []
    seen = set()
    for index, part in enumerate(parts):
        if part.variant_id in seen:
            errors.append(InvalidInput("This variant is named twice.", path=("components", str(index), "variant")))
        seen.add(part.variant_id)
        if not 1 <= part.quantity <= MAX_QUANTITY:
            text = f"Between 1 and {MAX_QUANTITY} units."
            errors.append(InvalidInput(text, path=("components", str(index), "quantity")))
    if errors:
        raise Rejected(errors)


def _check_pricing(pricing: PricedByParts | None) -> None:
    if pricing is None:
        return
    if not 0 <= pricing.basis_points <= WHOLE:
        raise InvalidInput(f"Between 0 and {WHOLE} basis points.", path=("pricing", "basisPoints"))
    if pricing.basis_points and pricing.reductions:
        raise InvalidInput("Either a share or amounts are taken off.", path=("pricing", "amounts"))
    for index, amount in enumerate(pricing.reductions.values()):
        if not 0 <= amount <= MAX_MINOR:
            raise PriceNotPossible("A reduction is 0 or more.", path=("pricing", "amounts", str(index), "amount"))


def _next(variant_id: UUID, version: int | None) -> ProductVariant:
    variant = changed_row(ProductVariant, variant_id, expected_version=version)
    if variant is None:
        raise VariantNotFound("There is no such variant.", path=("id",))
    return variant


def _write_parts(variant: ProductVariant, parts: Sequence[PartOfBundle]) -> None:
    rows = {row.component_id: row for row in BundleComponent.objects.filter(bundle=variant)}
    wanted = {part.variant_id for part in parts}
    gone = [row.id for key, row in rows.items() if key not in wanted]
    BundleComponent.objects.filter(id__in=gone).delete()
    kept, new = [], []
    for place, part in enumerate(parts):
        row = rows.get(part.variant_id)
        if row is None:
            new.append(
                BundleComponent(bundle=variant, component_id=part.variant_id, quantity=part.quantity, sort_order=place)
            )
        elif (row.quantity, row.sort_order) != (part.quantity, place):
            row.quantity, row.sort_order = part.quantity, place
            kept.append(row)
    BundleComponent.objects.bulk_update(kept, ["quantity", "sort_order"])
    BundleComponent.objects.bulk_create(new)


def _write_pricing(variant: ProductVariant, pricing: PricedByParts | None) -> None:
    if pricing is None:
        BundlePricing.objects.filter(variant=variant).delete()
        return
    row, _ = BundlePricing.objects.get_or_create(variant=variant)
    row.reductions.all().delete()
    BundleReduction.objects.bulk_create(
        BundleReduction(pricing=row, channel=channel, amount=amount) for channel, amount in pricing.reductions.items()
    )
    # Last: this is what makes prices come into being (migrations/0005_bundles.py).
    row.basis_points = pricing.basis_points
    row.save(update_fields=["basis_points", "updated_at"])


def _tell(variant: ProductVariant) -> None:
    event = VariantUpdated(variant_id=variant.id, product_id=variant.product_id, sku=variant.sku)
    emit(event, aggregate=("variant", variant.id), sequence=variant.version)
