"""Saying what makes products related that nobody has picked."""

from __future__ import annotations

from typing import Final, TypedDict
from uuid import UUID

from django.db import transaction

from commerce.catalog.models import ProductType
from commerce.catalog.relation_models import RelatedProductsRule
from commerce.core.actor import Actor
from commerce.core.errors import InvalidInput, NotFound, Required
from commerce.core.permission import Permission

MOST_POINTS: Final = 1_000
_PATHS: Final = {
    "category_points": "categoryPoints", "collection_points": "collectionPoints", "value_points": "valuePoints",
}  # fmt: skip


class Points(TypedDict, total=False):
    """What two products get for what both of them have; a key that is missing stays as it is."""

    category_points: int
    collection_points: int
    value_points: int


def set_related_rule(*, product_type_id: UUID | None, points: Points, actor: Actor) -> RelatedProductsRule:
    """Give points for what two products have in common; without a type for all types that have no rule of their own.

    No points for anything: only what was picked is shown. Raises Required without points, InvalidInput, NotFound (type)
    or PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_PRODUCTS)
    if not points:
        raise Required("Give points for something.", path=("categoryPoints",))
    for name, path in _PATHS.items():
        number = points.get(name, 0)
        if not isinstance(number, int) or not 0 <= number <= MOST_POINTS:
            raise InvalidInput(f"Between 0 and {MOST_POINTS} points.", path=(path,))
    with transaction.atomic():
        if product_type_id is not None and not ProductType.objects.filter(id=product_type_id).exists():
            raise NotFound("There is no such product type.", path=("productType",))
        rule, _ = RelatedProductsRule.objects.update_or_create(product_type_id=product_type_id, defaults={**points})
    return rule


def remove_related_rule(*, product_type_id: UUID | None, actor: Actor) -> None:
    """Take a rule away: what it was for follows the rule of all types, that one the shop's own points.

    Raises NotFound without such a rule, or PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_PRODUCTS)
    gone, _ = RelatedProductsRule.objects.filter(product_type=product_type_id).delete()
    if not gone:
        raise NotFound("There is no such rule.", path=("productType",))
