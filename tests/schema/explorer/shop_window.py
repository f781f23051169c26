"""A schema for trying the explorer itself: something with an id, something that takes it, and a sign-in."""

from __future__ import annotations

import strawberry
from django.urls import path

from schema.context import Audience, Info
from schema.view import graphql_view


@strawberry.type
class Cart:
    id: strawberry.ID


@strawberry.type
class Token:
    token: str


@strawberry.type
class Query:
    @strawberry.field(description="Every cart there is.")
    def carts(self) -> list[Cart]:
        return [Cart(id=strawberry.ID("cart-7")), Cart(id=strawberry.ID("cart-8"))]

    @strawberry.field(description="Who asks.")
    def me(self, info: Info) -> str:
        return info.context.actor.kind.value


@strawberry.type
class Mutation:
    @strawberry.mutation(description="Say which cart was meant.")
    def cart_take(self, id: strawberry.ID) -> str:
        return f"took {id}"

    @strawberry.mutation(description="Sign in.")
    def token_create(self) -> Token:
        return Token(token="customer")


urlpatterns = [
    path("graphql/", graphql_view(strawberry.Schema(query=Query, mutation=Mutation), Audience.STOREFRONT)),
]
