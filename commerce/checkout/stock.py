"""What a cart can still get, and what it holds already: units that are set aside for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from commerce.checkout.models import Checkout, CheckoutLine
from commerce.core.errors import Rejected
from commerce.inventory.models import Reservation
from commerce.inventory.queries import available_quantity
from commerce.inventory.services import WantedLine, reserve


def obtainable(wanted: Sequence[tuple[Checkout, str | None, Collection[UUID]]]) -> dict[UUID, dict[UUID, int | None]]:
    """For each (cart, destination if known, variants): cart id -> variant id -> units; None means any number.

    One statement for what the carts hold, and one or two for each channel and country.
    """
    held = _held([checkout.id for checkout, _, _ in wanted])
    places: dict[tuple[UUID, str | None], list[tuple[Checkout, Collection[UUID]]]] = defaultdict(list)
    for checkout, country, variants in wanted:
        places[checkout.channel_id, country].append((checkout, variants))
    found: dict[UUID, dict[UUID, int | None]] = {}
    for (_, country), carts in places.items():
        everything = {variant for _, variants in carts for variant in variants}
        free = available_quantity(everything, carts[0][0].channel, country) if everything else {}
        for checkout, variants in carts:
            found[checkout.id] = {
                variant: None if free[variant] is None else (free[variant] or 0) + held[checkout.id, variant]
                for variant in variants
            }
    return found


def hold(checkout: Checkout, lines: Sequence[CheckoutLine], destination: str | None) -> None:
    """Set the lines of a cart aside for as long as its channel grants. Stock rows stay locked: do it last.

    A cart is a wish, not a promise: lines that cannot be had are left out, and the shopper reads it in its problems.
    """
    wanted = [WantedLine(line.id, line.variant_id, line.quantity) for line in lines]
    lost = _reserved(checkout, wanted, destination)
    if lost:
        _reserved(checkout, [line for place, line in enumerate(wanted) if place not in lost], destination)


def _reserved(checkout: Checkout, wanted: Sequence[WantedLine], destination: str | None) -> set[int]:
    """Reserve all of `wanted`, or nothing; the places of those that cannot be had."""
    until = timezone.now() + timedelta(seconds=checkout.channel.reservation_seconds)
    try:
        with transaction.atomic():
            reserve(
                checkout_id=checkout.id,
                lines=wanted,
                channel=checkout.channel,
                country=destination,
                expires_at=until,
            )
    except Rejected as refusal:
        return {int(error.path[1]) for error in refusal.errors}
    return set()


def _held(checkout_ids: Collection[UUID]) -> dict[tuple[UUID, UUID], int]:
    held: dict[tuple[UUID, UUID], int] = defaultdict(int)
    rows = (
        Reservation.objects.filter(checkout_id__in=checkout_ids)
        .values_list("checkout_id", "stock__variant_id")
        .annotate(units=Sum("quantity"))
    )
    for checkout_id, variant_id, units in rows:
        held[checkout_id, variant_id] = units
    return held
