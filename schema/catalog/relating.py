"""Picking what is shown beside products, for staff and apps with MANAGE_PRODUCTS."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import strawberry

from commerce.catalog import services
from schema.catalog.errors import ProductError
from schema.catalog.mutations import change
from schema.catalog.related import ProductRelationKind
from schema.catalog.types import Product
from schema.context import Info
from schema.ids import id_of, ids_of
from schema.payloads import row_payload


def _related(given: list[strawberry.ID]) -> list[UUID]:
    return ids_of("Product", given, path=("related",))


@change(payload=row_payload("ProductRelationsSet", "product", Product | None, ProductError))
def product_relations_set(
    info: Info,
    id: strawberry.ID,
    kind: ProductRelationKind,
    related: list[strawberry.ID],
) -> Any:
    """Show exactly these products beside a product, in this order."""
    return services.set_relations(
        product_id=id_of("Product", id),
        kind=kind.stored,
        related_ids=_related(related),
        actor=info.context.actor,
    )


@change(payload=row_payload("ProductRelationsAdd", "product", Product | None, ProductError))
def product_relations_add(
    info: Info,
    id: strawberry.ID,
    kind: ProductRelationKind,
    related: list[strawberry.ID],
) -> Any:
    """Show these products beside a product, too, after those that are."""
    return services.add_relations(
        product_id=id_of("Product", id),
        kind=kind.stored,
        related_ids=_related(related),
        actor=info.context.actor,
    )


@change(payload=row_payload("ProductRelationsRemove", "product", Product | None, ProductError))
def product_relations_remove(
    info: Info,
    id: strawberry.ID,
    kind: ProductRelationKind,
    related: list[strawberry.ID],
) -> Any:
    """No longer show these products beside a product."""
    return services.remove_relations(
        product_id=id_of("Product", id),
        kind=kind.stored,
        related_ids=_related(related),
        actor=info.context.actor,
    )


@change(payload=row_payload("ProductRelationMove", "product", Product | None, ProductError))
def product_relation_move(
    info: Info,
    id: strawberry.ID,
    kind: ProductRelationKind,
    related_id: strawberry.ID,
    position: int,
) -> Any:
    """Give a product that is shown beside another its place: 0 is the first."""
    return services.move_relation(
        product_id=id_of("Product", id),
        kind=kind.stored,
        related_id=id_of("Product", related_id, path=("relatedId",)),
        position=position,
        actor=info.context.actor,
    )
