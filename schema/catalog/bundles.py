"""`ProductVariant.bundle`: what a bundle is made of, and for staff what makes its price."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import strawberry

from commerce.catalog import bundle_models as models
from commerce.catalog.bundles import BundlePartRow, parts_of_bundles
from commerce.catalog.reads import variants_by_id
from commerce.catalog.rows import VariantRow
from commerce.channels.models import Channel as ChannelModel
from commerce.core import money
from commerce.core.permission import Permission
from schema.cache import tags
from schema.catalog.pricing import remember_prices
from schema.catalog.sources import AnyVariant, Key
from schema.channels.scope import per_channel
from schema.channels.types import Channel
from schema.context import RequestContext
from schema.fields import leaf, nested
from schema.money import Money

if TYPE_CHECKING:
    from schema.catalog.types import ProductVariant


@dataclass(slots=True, eq=False)
class Parts:
    """Source of Bundle: a variant's parts, hidden or not."""

    variant_id: Key
    rows: list[BundlePartRow]


@dataclass(slots=True, eq=False)
class ShownPart:
    """Source of BundleComponent: a part that the caller may see."""

    variant: VariantRow
    quantity: int


@strawberry.type(description="So many units of a variant in one unit of a bundle.")
class BundleComponent:
    """Source: ShownPart."""

    variant: Annotated[ProductVariant, strawberry.lazy("schema.catalog.types")] = nested("variant", "The part.")
    quantity: int = leaf("How many units of it are in one unit of the bundle.")


@strawberry.type(description="What is taken off the sum of the parts in a channel.")
class BundleReduction:
    """Source: commerce.catalog.models.BundleReduction with channel loaded."""

    channel: Channel = nested("channel", "The channel.")
    amount: Money = nested(
        lambda rows, context: [money.Money(row.amount, row.channel.currency_code) for row in rows],
        "The amount, on the side (net or gross) on which the channel enters prices.",
    )


def _reductions(rows: Sequence[models.BundlePricing], context: RequestContext) -> list[list[models.BundleReduction]]:
    reductions = models.BundleReduction.objects.filter(pricing__in=[row.id for row in rows])
    channel_ids = context.actor.channels_with(Permission.MANAGE_PRODUCTS)
    if channel_ids is not None:
        reductions = reductions.filter(channel__in=channel_ids)
    found: dict[UUID, list[models.BundleReduction]] = {row.id: [] for row in rows}
    for reduction in reductions.select_related("channel").order_by("channel__slug"):
        found[reduction.pricing_id].append(reduction)
    return [found[row.id] for row in rows]


@strawberry.type(description="How the prices of a bundle are made of its parts' in each channel.")
class BundlePartsPricing:
    """Source: commerce.catalog.models.BundlePricing."""

    basis_points: int = leaf("What is taken off the sum, in hundredths of a percent; rounded half up.")
    amounts: list[BundleReduction] | None = nested(_reductions, "What is taken off instead, channel by channel.")


def _pricing(bundles: Sequence[Parts], context: RequestContext) -> list[models.BundlePricing | None]:
    rows = models.BundlePricing.objects.filter(variant__in=[bundle.variant_id for bundle in bundles])
    found = {str(row.variant_id): row for row in rows}
    return [found.get(str(bundle.variant_id)) for bundle in bundles]


def _components(bundles: Sequence[Parts], context: RequestContext) -> list[list[ShownPart]]:
    context.depends_on.update(tags.product(row.product_id) for bundle in bundles for row in bundle.rows)

    def load(channel: ChannelModel | None, members: list[Parts]) -> list[list[ShownPart]]:
        asked = {row.variant_id for bundle in members for row in bundle.rows}
        seen = variants_by_id(asked, channel=channel, actor=context.actor)
        if channel is not None:
            remember_prices(seen.values(), context, channel)
        return [
            [ShownPart(seen[row.variant_id], row.quantity) for row in bundle.rows if row.variant_id in seen]
            for bundle in members
        ]

    return per_channel(bundles, context, load)


@strawberry.type(description="What a variant is made of. There is as much of it as there is of its scarcest part.")
class Bundle:
    """Source: Parts."""

    components: list[BundleComponent] = nested(
        _components,
        "Its parts in their order; those that the channel does not show are left out, and none is sold then.",
    )
    pricing: BundlePartsPricing | None = nested(
        _pricing,
        "How its parts make its prices; null if it costs what is entered.",
        permission=Permission.MANAGE_PRODUCTS,
    )


def load_bundles(variants: Sequence[AnyVariant], context: RequestContext) -> list[Parts | None]:
    """What the variant is made of, if it is a bundle; null for any other."""
    context.depends_on.update(tags.product(variant.product_id) for variant in variants)
    asked: list[Key] = [variant.id for variant in variants]
    found = parts_of_bundles(asked)
    return [Parts(key, found[key]) if key in found else None for key in asked]
