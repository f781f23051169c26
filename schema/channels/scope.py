"""Which channel a request looks at, and answering for a level whose objects may stand in several channels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from uuid import UUID

from commerce.channels.models import Channel
from commerce.channels.queries import channel_by_slug
from commerce.core.text import is_storable
from commerce.taxes.local import LocalTaxes
from commerce.taxes.queries import taxed_channel
from schema.context import Audience, RequestContext
from schema.engine import Level

S = TypeVar("S")
A = TypeVar("A")


def chosen_channel(context: RequestContext, slug: str | None) -> Channel | None:
    """The channel that an argument names.

    Shoppers have to name one that is open: ChannelRequired, ChannelNotFound or ChannelInactive otherwise, never a
    default. Staff and apps may name any, or none (None).
    """
    if context.audience is Audience.ADMIN:
        return _once(context, slug, channel_by_slug) if slug else None
    return _once(context, slug, lambda name: _with_its_taxes(context, name))


def asks_with_channel(context: RequestContext, slug: str) -> bool:
    """Whether the channel `slug` is still to be looked up, so that what is asked for in it may be asked along with it.

    For those who see what everybody sees, as commerce.pricing.entrance wants it.
    """
    return (
        context.audience is Audience.STOREFRONT
        and context.actor.is_anonymous
        and slug != ""
        and is_storable(slug)
        and slug not in context.memo.get("channels", {})
    )


def remember_channel(context: RequestContext, slug: str | None, channel: Channel, taxes: LocalTaxes) -> None:
    """Spare the rest of the request the statement for the channel."""
    context.memo.setdefault("channels", {})[slug] = channel
    context.memo.setdefault("taxes shown", {})[channel.id] = taxes.rates


def _with_its_taxes(context: RequestContext, slug: str | None) -> Channel:
    channel, taxes = taxed_channel(slug)
    context.memo.setdefault("taxes shown", {})[channel.id] = taxes.rates
    return channel


def named_channel(context: RequestContext, slug: str) -> Channel:
    """The channel that an input of staff or an app names, open or not. Raises ChannelRequired or ChannelNotFound."""
    return _once(context, slug, channel_by_slug)


def channels_below(context: RequestContext, parents: Sequence[Any], slug: str | None) -> list[Channel | None]:
    """The channels for what hangs on each parent: the one that the argument names, else the inherited one."""
    inherited = context.channels_of(parents)
    if slug is None and None not in inherited:
        return inherited
    chosen = chosen_channel(context, slug)
    return [chosen if slug is not None or channel is None else channel for channel in inherited]


def _once(context: RequestContext, slug: str | None, find: Callable[[str | None], Channel]) -> Channel:
    channel: Channel = context.known("channels", [slug], lambda slugs: {key: find(key) for key in slugs})[slug]
    return channel


def per_channel(
    sources: Sequence[S], context: RequestContext, load: Callable[[Channel | None, list[S]], Sequence[A]]
) -> list[A]:
    """Answer for all `sources` of a level with one `load` for each channel that some of them stand in (None: none)."""
    if isinstance(sources, Level) and sources.several is None:
        scope = sources.scope
        return list(load(None if scope is None else scope.channel, sources))
    return for_channels(sources, context.channels_of(sources), load)


def for_channels(
    sources: Sequence[S],
    channels: Sequence[Channel | None],
    load: Callable[[Channel | None, list[S]], Sequence[A]],
) -> list[A]:
    """per_channel for channels that are known already, one for each of `sources`."""
    groups: dict[UUID | None, tuple[Channel | None, list[int]]] = {}
    for place, channel in enumerate(channels):
        groups.setdefault(channel.id if channel else None, (channel, []))[1].append(place)
    answers: dict[int, A] = {}
    for channel, places in groups.values():
        answers.update(zip(places, load(channel, [sources[place] for place in places]), strict=True))
    return [answers[place] for place in range(len(sources))]
