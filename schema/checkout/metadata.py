"""The dialect's mutations of metadata, for carts and their lines."""

from __future__ import annotations

from functools import partial
from typing import Any

import strawberry

from commerce.checkout import models, services
from commerce.checkout.access import find_checkout
from commerce.checkout.priced import QuoteLine
from commerce.checkout.quote import quote
from schema.checkout.errors import MetadataError, MetadataErrorCode
from schema.checkout.payloads import here
from schema.context import Info
from schema.doorway import MutationWarning, mutation
from schema.fields import ANYONE, carried
from schema.ids import InvalidId, id_of
from schema.metadata import MetadataInput, ObjectWithMetadata, as_dict

Item = models.Checkout | models.CheckoutLine


def _payload(name: str) -> Any:
    members: dict[str, Any] = {
        "__module__": __name__,
        "__doc__": "An object with its metadata, and what was wrong.",
        "__annotations__": {"item": Any, "errors": list[MetadataError], "warnings": list[MutationWarning]},
        "item": carried(ObjectWithMetadata | None, "The object as it is now."),
        "errors": strawberry.field(default_factory=list, description="What stopped it."),
        "warnings": strawberry.field(default_factory=list, description="What else to know."),
    }
    kind = strawberry.type(type(name, (), members), description=f"The answer to {name[0].lower()}{name[1:]}.")

    def wrap(info: Info, item: Item | None) -> Any:
        return kind(item=None if item is None else _shown(info, item))

    wrap.__annotations__["return"] = kind
    return wrap


def _shown(info: Info, item: Item) -> models.Checkout | QuoteLine | None:
    """The row as its type shows it, in the channel of its cart."""
    if isinstance(item, models.Checkout):
        return here(info, item)
    checkout = find_checkout(item.checkout_id, actor=info.context.actor)
    line = next((line for line in quote(checkout).lines if line.line.id == item.id), None)
    if line is not None:
        info.context.enter(line, checkout.channel)
    return line


change = partial(mutation, ANYONE, error=MetadataError, codes=MetadataErrorCode)


@change(payload=_payload("UpdateMetadata"))
def update_metadata(info: Info, id: strawberry.ID, input: list[MetadataInput]) -> Item:
    """Add or replace entries of the metadata of a cart or of one of its lines."""
    kind, key = _named(id)
    entries, actor = as_dict(input), info.context.actor
    if kind == "Checkout":
        return services.update_metadata(checkout_id=key, metadata=entries, actor=actor)
    return services.update_line_metadata(line_id=key, metadata=entries, actor=actor)


@change(payload=_payload("DeleteMetadata"))
def delete_metadata(info: Info, id: strawberry.ID, keys: list[str]) -> Item:
    """Take entries out of the metadata of a cart or of one of its lines."""
    kind, key = _named(id)
    actor = info.context.actor
    if kind == "Checkout":
        return services.delete_metadata(checkout_id=key, keys=keys, actor=actor)
    return services.delete_line_metadata(line_id=key, keys=keys, actor=actor)


def _named(id: str) -> tuple[str, Any]:
    try:
        return "Checkout", id_of("Checkout", id)
    except InvalidId:
        return "CheckoutLine", id_of("CheckoutLine", id)
