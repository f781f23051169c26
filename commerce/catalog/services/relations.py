"""Picking what is shown beside a product. Each verb is a new version of the product that it is shown beside."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final
from uuid import UUID

from django.db import transaction

from commerce.catalog.errors import ProductNotFound
from commerce.catalog.models import Product
from commerce.catalog.relation_models import ProductRelation
from commerce.catalog.services.products import announce_update
from commerce.catalog.versions import changed_row
from commerce.core.actor import Actor
from commerce.core.errors import InvalidInput
from commerce.core.permission import Permission

MOST_RELATIONS: Final = 100
"""Of one kind, beside one product."""


def set_relations(
    *, product_id: UUID, kind: ProductRelation.Kind, related_ids: Sequence[UUID], actor: Actor
) -> Product:
    """Show exactly these beside the product, in this order.

    Raises ProductNotFound, InvalidInput (itself, too many) or PermissionDenied.
    """
    return _changed(product_id, kind, actor, lambda before: list(dict.fromkeys(related_ids)), related_ids)


def add_relations(
    *, product_id: UUID, kind: ProductRelation.Kind, related_ids: Sequence[UUID], actor: Actor
) -> Product:
    """Put these at the end; what is there keeps its place. Raises what set_relations raises."""
    return _changed(product_id, kind, actor, lambda before: list(dict.fromkeys([*before, *related_ids])), related_ids)


def remove_relations(
    *, product_id: UUID, kind: ProductRelation.Kind, related_ids: Sequence[UUID], actor: Actor
) -> Product:
    """Take these away, as far as they are there. Raises what set_relations raises."""
    gone = set(related_ids)
    return _changed(product_id, kind, actor, lambda before: [each for each in before if each not in gone])


def move_relation(
    *, product_id: UUID, kind: ProductRelation.Kind, related_id: UUID, position: int, actor: Actor
) -> Product:
    """Put one that is there at `position` (0 is the first; beyond the last is the end).

    Raises what set_relations raises; ProductNotFound, path `relatedId`, if it is not there.
    """

    def moved(before: list[UUID]) -> list[UUID]:
        if related_id not in before:
            raise ProductNotFound("This product is not shown beside it.", path=("relatedId",))
        others = [each for each in before if each != related_id]
        return [*others[:position], related_id, *others[position:]]

    if position < 0:
        raise InvalidInput("A position is 0 or more.", path=("position",))
    return _changed(product_id, kind, actor, moved)


def _changed(
    product_id: UUID,
    kind: ProductRelation.Kind,
    actor: Actor,
    after: Callable[[list[UUID]], list[UUID]],
    given: Sequence[UUID] = (),
) -> Product:
    actor.require_everywhere(Permission.MANAGE_PRODUCTS)
    with transaction.atomic():
        # The product's row is locked from here on, so that one writer at a time decides about the order.
        product = changed_row(Product, product_id)
        if product is None:
            raise ProductNotFound("There is no such product.", path=("id",))
        rows = {row.related_id: row for row in product.relations.filter(kind=kind)}
        wanted = after(list(rows))
        _check(product_id, wanted, given)
        product.relations.filter(kind=kind, related_id__in=rows.keys() - set(wanted)).delete()
        kept, new = [], []
        for place, related_id in enumerate(wanted):
            row = rows.get(related_id)
            if row is None:
                new.append(ProductRelation(product=product, kind=kind, related_id=related_id, sort_order=place))
            elif row.sort_order != place:
                row.sort_order = place
                kept.append(row)
        ProductRelation.objects.bulk_update(kept, ["sort_order"])
        ProductRelation.objects.bulk_create(new)
        announce_update(product)
    return product


def _check(product_id: UUID, wanted: Sequence[UUID], given: Sequence[UUID]) -> None:
    if len(wanted) > MOST_RELATIONS:
        raise InvalidInput(f"At most {MOST_RELATIONS} of a kind.", path=("related",))
    known = set(Product.objects.filter(id__in=given).values_list("id", flat=True)) if given else set()
    for index, related_id in enumerate(given):
        if related_id == product_id:
            raise InvalidInput("A product is not shown beside itself.", path=("related", str(index)))
        if related_id not in known:
            raise ProductNotFound("There is no such product.", path=("related", str(index)))
