"""Making variants of other variants, for staff and apps with MANAGE_PRODUCTS."""

from __future__ import annotations

from typing import Any

import strawberry

from commerce.catalog import services
from commerce.channels.models import Channel
from commerce.core.errors import CommerceError, InvalidInput
from schema.catalog.errors import ProductError
from schema.catalog.mutations import change, variant_now
from schema.catalog.types import ProductVariant
from schema.channels.scope import named_channel
from schema.context import Info, RequestContext
from schema.ids import id_of
from schema.money import minor_units
from schema.payloads import row_payload
from schema.scalars import PositiveDecimal


@strawberry.input(description="So many units of a variant in one unit of a bundle.")
class BundleComponentInput:
    """A part."""

    variant: strawberry.ID = strawberry.field(description="The part; not a bundle itself.")
    quantity: int = strawberry.field(default=1, description="How many units of it, 1 to 1,000.")


@strawberry.input(description="What is taken off the sum of the parts in a channel, in major units of its currency.")
class BundleReductionInput:
    """An amount in a channel; the price never falls below 0."""

    channel: str = strawberry.field(description="The channel's slug.")
    amount: PositiveDecimal = strawberry.field(description="The amount, with tax if the channel enters prices so.")


@strawberry.input(description="The bundle costs what its parts do, less a share or amounts.")
class BundlePartsPricingInput:
    """A share or amounts, not both; a channel that is not named has no reduction by amount."""

    basis_points: int | None = strawberry.field(
        default=None, description="What is taken off the sum, in hundredths of a percent, 0 to 10,000; rounded half up."
    )
    amounts: list[BundleReductionInput] | None = strawberry.field(
        default=None, description="What is taken off instead, channel by channel."
    )

    def read(self, context: RequestContext) -> services.PricedByParts:
        """What was given. Raises InvalidInput or ChannelNotFound with their paths."""
        reductions: dict[Channel, int] = {}
        for index, given in enumerate(self.amounts or []):
            path = ("pricing", "amounts", str(index))
            channel = _channel(context, given.channel, path)
            if channel in reductions:
                raise InvalidInput("This channel is named twice.", path=(*path, "channel"))
            reductions[channel] = minor_units(given.amount, channel.currency_code, path=(*path, "amount"))
        return services.PricedByParts(basis_points=self.basis_points or 0, reductions=reductions)


@change(
    payload=row_payload("VariantBundleSet", "product_variant", ProductVariant | None, ProductError), current=variant_now
)
def variant_bundle_set(
    info: Info,
    id: strawberry.ID,
    components: list[BundleComponentInput],
    pricing: BundlePartsPricingInput | None = None,
    version: int | None = None,
) -> Any:
    """Make a variant a bundle of exactly these parts, 1 to 20, in this order; without `pricing` it costs what is
    entered for it. It has what its parts have: refused with IN_USE while it has stock of its own, and with LOOP if a
    part is a bundle, or the variant a part.
    """
    return services.set_bundle(
        variant_id=id_of("ProductVariant", id),
        parts=[
            services.PartOfBundle(
                id_of("ProductVariant", part.variant, path=("components", str(index), "variant")), part.quantity
            )
            for index, part in enumerate(components)
        ],
        pricing=None if pricing is None else pricing.read(info.context),
        version=version,
        actor=info.context.actor,
    )


@change(
    payload=row_payload("VariantBundleRemove", "product_variant", ProductVariant | None, ProductError),
    current=variant_now,
)
def variant_bundle_remove(info: Info, id: strawberry.ID, version: int | None = None) -> Any:
    """Make a bundle an ordinary variant: it keeps its last prices, and has no stock until some is entered."""
    return services.remove_bundle(variant_id=id_of("ProductVariant", id), version=version, actor=info.context.actor)


def _channel(context: RequestContext, slug: str, path: tuple[str, ...]) -> Channel:
    try:
        return named_channel(context, slug)
    except CommerceError as error:
        raise error.at(*path) from None
