"""A schema of a few fields with every behaviour that the doorway has to deal with."""

from __future__ import annotations

from enum import Enum
from uuid import UUID

import strawberry
from graphql import GraphQLError

from commerce.core.errors import InvalidInput, PermissionDenied, Rejected
from schema.context import Info


@strawberry.enum
class Colour(Enum):
    RED = "red"
    GREEN = "green"


@strawberry.type
class Product:
    name: str

    @strawberry.field
    def related(self, first: int | None = None, last: int | None = None) -> ProductConnection:
        return ProductConnection(edges=[])

    @strawberry.field
    def twin(self) -> Product:
        return self

    @strawberry.field
    def pictures(self) -> list[Picture]:
        return []


@strawberry.type
class Picture:
    url: str


@strawberry.type
class ProductEdge:
    node: Product
    cursor: str


@strawberry.type
class ProductConnection:
    edges: list[ProductEdge]

    @strawberry.field
    def total_count(self) -> int:
        return len(self.edges)


@strawberry.input
class Where:
    slugs: list[str] | None = None
    AND: list[Where] | None = None


@strawberry.type
class Query:
    @strawberry.field
    def product(self, slug: str = "mug", where: Where | None = None, colour: Colour | None = None) -> Product:
        return Product(name=slug)

    @strawberry.field
    def products(self, first: int | None = None, last: int | None = None) -> ProductConnection:
        return ProductConnection(edges=[ProductEdge(node=Product(name="mug"), cursor="a")])

    @strawberry.field
    def me(self, info: Info) -> str:
        return info.context.actor.kind.value

    @strawberry.field
    def broken(self) -> str | None:
        raise RuntimeError("password=hunter2 at db.internal")

    @strawberry.field
    def mistyped(self) -> int | None:
        return "secret-value"  # type: ignore[return-value]

    @strawberry.field
    def forbidden(self) -> str | None:
        raise PermissionDenied(
            "This needs the permission MANAGE_ORDERS.", permission="MANAGE_ORDERS", order_id=UUID(int=7)
        )

    @strawberry.field
    def rejected(self) -> str | None:
        raise Rejected([InvalidInput("The first is wrong."), InvalidInput("The second is wrong.")])

    @strawberry.field
    def refused_by_name(self) -> str | None:
        raise GraphQLError("Not today.", extensions={"code": "CLOSED"})


@strawberry.type
class Mutation:
    @strawberry.mutation
    def buy(self, quantity: int = 1) -> int:
        return quantity


schema = strawberry.Schema(query=Query, mutation=Mutation)
