"""What the mutations of the cart answer: the cart as it is now, also when they refuse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import strawberry

from commerce.checkout import models
from commerce.checkout.access import find_checkout
from commerce.core.errors import Required
from schema.checkout.errors import CheckoutError
from schema.checkout.types import Checkout
from schema.context import Info
from schema.doorway import MutationWarning
from schema.fields import carried
from schema.ids import id_of


@strawberry.type(description="The answer to a change of a cart.")
class CheckoutPayload:
    """What all of them have."""

    checkout: Any = carried(Checkout | None, "The cart as it is now.")
    errors: list[CheckoutError] = strawberry.field(default_factory=list, description="What stopped it.")
    warnings: list[MutationWarning] = strawberry.field(default_factory=list, description="What else to know.")


def here(info: Info, checkout: models.Checkout) -> models.Checkout:
    """The cart as the source of everything below it, in its own channel."""
    entered: models.Checkout = info.context.enter(checkout, checkout.channel)
    return entered


def checkout_payload(name: str) -> Callable[[Info, models.Checkout], Any]:
    """A payload type of that name, as the dialect has one for each mutation, and what wraps a cart in it."""
    kind = strawberry.type(
        type(name, (CheckoutPayload,), {"__module__": __name__, "__doc__": "See CheckoutPayload."}),
        description=f"The answer to {name[0].lower()}{name[1:]}.",
    )

    def wrap(info: Info, checkout: models.Checkout) -> Any:
        return kind(checkout=here(info, checkout))

    wrap.__annotations__["return"] = kind
    return wrap


def checkout_key(id: str | None, *, name: str = "id") -> UUID:
    """The primary key in an id argument that the dialect lets be null. Raises Required or InvalidId."""
    if id is None:
        raise Required("Name the checkout.", path=(name,))
    return id_of("Checkout", id, path=(name,))


def checkout_named(info: Info, arguments: dict[str, Any]) -> dict[str, Any]:
    """The cart that a refused mutation was about, as far as the caller may see it; none once it is an order."""
    return _now(info, checkout_key(arguments.get("id")))


def cart_of_code(info: Info, arguments: dict[str, Any]) -> dict[str, Any]:
    """`checkout_named` for the mutations that call the argument `checkoutId`."""
    return _now(info, checkout_key(arguments.get("checkout_id"), name="checkout_id"))


def _now(info: Info, key: UUID) -> dict[str, Any]:
    checkout = find_checkout(key, actor=info.context.actor)
    return {"checkout": here(info, checkout)} if checkout.order_id is None else {}
