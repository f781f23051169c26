"""How the shop ships, for staff and apps with MANAGE_SHIPPING in the channels that it concerns.

`version` is the one that the caller has read: if the object has changed since, the change is refused with CONFLICT.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import strawberry

from commerce.core.permission import Permission
from commerce.shipping import models, services
from commerce.shipping.queries import methods_for, zones_for
from schema.channels.scope import chosen_channel
from schema.context import Info
from schema.doorway import mutation
from schema.errors import below_input
from schema.fields import query
from schema.ids import id_of, ids_of
from schema.pagination import CountableConnection, page_of
from schema.payloads import current_row, row_payload
from schema.shipping.errors import ShippingError, ShippingErrorCode
from schema.shipping.inputs import ShippingMethodChannelListingInput, ShippingMethodInput, ShippingZoneInput
from schema.shipping.zones import ShippingMethodType, ShippingZone

MANAGE = Permission.MANAGE_SHIPPING

change = partial(mutation, MANAGE, error=ShippingError, codes=ShippingErrorCode)
zone_now = current_row(models.ShippingZone, "shipping_zone")
method_now = current_row(models.ShippingMethod, "shipping_method")


@query(allow=MANAGE, returns=CountableConnection[ShippingZone])
def shipping_zones(
    info: Info,
    channel: str | None = None,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Any:
    """The zones of a channel (its slug), or of all channels in which the caller may manage shipping, by name."""
    rows, within = zones_for(info.context.actor), chosen_channel(info.context, channel)
    if within is not None:
        rows = rows.filter(channels=within)
    return page_of(rows, ("name", "id"), first=first, after=after, last=last, before=before)


@query(allow=MANAGE, returns=ShippingZone | None)
def shipping_zone(info: Info, id: strawberry.ID) -> models.ShippingZone | None:
    """A zone by its id; null if there is none that the caller may manage."""
    return zones_for(info.context.actor).filter(id=id_of("ShippingZone", id)).first()


@query(allow=MANAGE, returns=ShippingMethodType | None)
def shipping_method(info: Info, id: strawberry.ID) -> models.ShippingMethod | None:
    """A method by its id; null if there is none that the caller may manage."""
    return methods_for(info.context.actor).filter(id=id_of("ShippingMethod", id)).first()


@change(payload=row_payload("ShippingZoneCreate", "shipping_zone", ShippingZone | None, ShippingError))
def shipping_zone_create(info: Info, input: ShippingZoneInput) -> Any:
    """Open a zone: countries that share their methods."""
    with below_input():
        channels = input.chosen_channels(info.context) or []
        return services.create_zone(changes=input.changes(), channels=channels, actor=info.context.actor)


@change(
    payload=row_payload("ShippingZoneUpdate", "shipping_zone", ShippingZone | None, ShippingError), current=zone_now
)
def shipping_zone_update(info: Info, id: strawberry.ID, input: ShippingZoneInput, version: int | None = None) -> Any:
    """Change a zone."""
    with below_input():
        return services.update_zone(
            zone_id=id_of("ShippingZone", id),
            changes=input.changes(),
            channels=input.chosen_channels(info.context),
            version=version,
            actor=info.context.actor,
        )


@change(
    payload=row_payload("ShippingZoneDelete", "shipping_zone", ShippingZone | None, ShippingError), current=zone_now
)
def shipping_zone_delete(info: Info, id: strawberry.ID, version: int | None = None) -> None:
    """Close a zone with its methods; carts that have chosen one choose anew."""
    services.delete_zone(zone_id=id_of("ShippingZone", id), version=version, actor=info.context.actor)


@change(payload=row_payload("ShippingMethodCreate", "shipping_method", ShippingMethodType | None, ShippingError))
def shipping_method_create(info: Info, zone: strawberry.ID, input: ShippingMethodInput) -> Any:
    """Make a method in a zone; no channel offers it until it has a price there."""
    with below_input("zone"):
        return services.create_method(
            zone_id=id_of("ShippingZone", zone, path=("zone",)), settings=input.settings(), actor=info.context.actor
        )


@change(
    payload=row_payload("ShippingMethodUpdate", "shipping_method", ShippingMethodType | None, ShippingError),
    current=method_now,
)
def shipping_method_update(
    info: Info, id: strawberry.ID, input: ShippingMethodInput, version: int | None = None
) -> Any:
    """Change a method."""
    with below_input():
        return services.update_method(
            method_id=id_of("ShippingMethod", id),
            settings=input.settings(),
            version=version,
            actor=info.context.actor,
        )


@change(
    payload=row_payload("ShippingMethodDelete", "shipping_method", ShippingMethodType | None, ShippingError),
    current=method_now,
)
def shipping_method_delete(info: Info, id: strawberry.ID, version: int | None = None) -> None:
    """Close a method; carts that have chosen it choose anew, orders keep its name."""
    services.delete_method(method_id=id_of("ShippingMethod", id), version=version, actor=info.context.actor)


@change(
    payload=row_payload(
        "ShippingMethodChannelListingUpdate", "shipping_method", ShippingMethodType | None, ShippingError
    ),
    current=method_now,
)
def shipping_method_channel_listing_update(
    info: Info, id: strawberry.ID, input: ShippingMethodChannelListingInput
) -> Any:
    """Say what a method costs in channels, and which no longer offer it."""
    with below_input():
        return services.update_method_prices(
            method_id=id_of("ShippingMethod", id),
            prices=input.prices(info.context),
            closed=input.closed(info.context),
            actor=info.context.actor,
        )


@change(
    payload=row_payload("ShippingMethodExcludeProducts", "shipping_method", ShippingMethodType | None, ShippingError),
    current=method_now,
)
def shipping_method_exclude_products(info: Info, id: strawberry.ID, products: list[strawberry.ID]) -> Any:
    """No longer offer a method to carts with these products."""
    return services.exclude_products(
        method_id=id_of("ShippingMethod", id),
        product_ids=ids_of("Product", products, path=("products",)),
        actor=info.context.actor,
    )


@change(
    payload=row_payload(
        "ShippingMethodRemoveProductsFromExclude", "shipping_method", ShippingMethodType | None, ShippingError
    ),
    current=method_now,
)
def shipping_method_remove_products_from_exclude(info: Info, id: strawberry.ID, products: list[strawberry.ID]) -> Any:
    """Offer a method to carts with these products again."""
    return services.include_products(
        method_id=id_of("ShippingMethod", id),
        product_ids=ids_of("Product", products, path=("products",)),
        actor=info.context.actor,
    )
