"""What is shown beside products, by hand and by rule, for staff and apps with MANAGE_PRODUCTS."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

import strawberry
from strawberry import UNSET

from commerce.catalog import services
from commerce.catalog.batches import product_types_by_id
from commerce.catalog.models import ProductType as ProductTypeModel
from commerce.catalog.relation_models import RelatedProductsRule as RelatedProductsRuleModel
from commerce.catalog.services.related_rules import Points
from commerce.core.permission import Permission
from schema.catalog.errors import ProductError
from schema.catalog.mutations import change
from schema.catalog.related import ProductRelationKind
from schema.catalog.types import Product, ProductType
from schema.context import Info, RequestContext
from schema.errors import below_input
from schema.fields import leaf, nested, query
from schema.given import named
from schema.ids import id_of, ids_of
from schema.payloads import row_payload


def _types(rules: Sequence[RelatedProductsRuleModel], context: RequestContext) -> list[ProductTypeModel | None]:
    found = product_types_by_id({str(rule.product_type_id) for rule in rules if rule.product_type_id})
    return [found.get(str(rule.product_type_id)) for rule in rules]


@strawberry.type(description="What makes products related that nobody has picked: points for what both of them have.")
class RelatedProductsRule:
    """Source: commerce.catalog.relation_models.RelatedProductsRule."""

    product_type: ProductType | None = nested(_types, "The type of the product; null for every type without a rule.")
    category_points: int = leaf("For being in the same category.")
    collection_points: int = leaf("For each collection that has both.")
    value_points: int = leaf("For each attribute value that both have.")


@query(allow=Permission.MANAGE_PRODUCTS, returns=list[RelatedProductsRule])
def related_products_rules(info: Info) -> Any:
    """All rules; where there is none, 4 points are given for the category, 2 for a collection and 1 for a value."""
    return list(RelatedProductsRuleModel.objects.order_by("product_type__name", "id"))


@strawberry.input(description="Points, 0 to 1,000, for what two products have in common.")
class RelatedProductsRuleInput:
    """What is left out stays as it is; one of them is needed."""

    product_type: strawberry.ID | None = strawberry.field(
        default=None, description="The type of the product; null for all types without a rule of their own."
    )
    category_points: int | None = strawberry.field(default=UNSET, description="For being in the same category.")
    collection_points: int | None = strawberry.field(default=UNSET, description="For each collection that has both.")
    value_points: int | None = strawberry.field(default=UNSET, description="For each attribute value that both have.")

    def points(self) -> Points:
        """The points that were given."""
        return cast(Points, named(self, "category_points", "collection_points", "value_points"))


@change(payload=row_payload("RelatedProductsRuleSet", "rule", RelatedProductsRule | None, ProductError))
def related_products_rule_set(info: Info, input: RelatedProductsRuleInput) -> Any:
    """Say what makes products related that nobody has picked: what has most points is shown first, what has none is not
    shown.
    """
    with below_input():
        return services.set_related_rule(
            product_type_id=_type_id(input.product_type), points=input.points(), actor=info.context.actor
        )


@change(payload=row_payload("RelatedProductsRuleRemove", "rule", RelatedProductsRule | None, ProductError))
def related_products_rule_remove(info: Info, product_type: strawberry.ID | None = None) -> None:
    """Take the rule of a type away, or without `productType` that of all types without one of their own."""
    services.remove_related_rule(product_type_id=_type_id(product_type), actor=info.context.actor)


def _type_id(given: strawberry.ID | None) -> UUID | None:
    return None if given is None else id_of("ProductType", given, path=("productType",))


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
