"""Channels: never a default, never one that is closed."""

import pytest

from commerce.channels.errors import AllocationStrategyNotFound, ChannelInactive, ChannelNotFound, ChannelRequired
from commerce.channels.models import Channel
from commerce.channels.queries import active_channel, active_channels, channel_by_slug
from commerce.channels.services import create_channel, update_channel
from commerce.core.actor import ANONYMOUS, SYSTEM
from commerce.core.errors import InvalidInput, NotUnique, PermissionDenied
from commerce.core.permission import Permission
from tests.factories import make_channel, staff_actor

pytestmark = pytest.mark.django_db


def test_a_shopper_gets_the_channel_that_was_named():
    channel = make_channel("garden")
    assert active_channel("garden") == channel


@pytest.mark.parametrize("slug", [None, ""])
def test_a_shopper_without_a_channel_gets_an_error_and_not_the_only_channel_there_is(slug):
    make_channel("garden")
    with pytest.raises(ChannelRequired) as refused:
        active_channel(slug)
    assert refused.value.code == "MISSING_CHANNEL_SLUG"


@pytest.mark.parametrize("slug", ["gardn", "GARDEN", "garden\x00", "' OR 1=1 --"])
def test_an_unknown_channel_is_not_found(slug):
    make_channel("garden")
    with pytest.raises(ChannelNotFound):
        active_channel(slug)


def test_a_closed_channel_is_closed_for_shoppers_but_there_for_staff():
    make_channel("garden", is_active=False)
    assert list(active_channels()) == []
    assert channel_by_slug("garden").slug == "garden"
    with pytest.raises(ChannelInactive) as refused:
        active_channel("garden")
    assert refused.value.code == "CHANNEL_INACTIVE"


def test_the_owner_opens_a_channel_which_sells_to_its_own_country_first():
    channel = create_channel(slug="ch", name="Schweiz", currency_code="CHF", default_country="CH", actor=SYSTEM)
    assert channel.countries == ["CH"]
    assert Channel.objects.get().currency_code == "CHF"


def test_two_channels_cannot_have_one_slug():
    make_channel("ch")
    with pytest.raises(NotUnique) as refused:
        create_channel(slug="ch", name="Schweiz", currency_code="CHF", default_country="CH", actor=SYSTEM)
    assert refused.value.path == ("slug",)


@pytest.mark.parametrize(
    "wrong",
    [
        {"slug": "Not a slug"},
        {"currency_code": "euro"},
        {"default_country": "Germany"},
        {"changes": {"countries": ["DE", "xx"]}},
        {"changes": {"quantity_limit_per_line": 0}},
        {"changes": {"allocation_strategy": "astrology"}},
    ],
)
def test_a_channel_that_makes_no_sense_is_not_opened(wrong):
    sound = {"slug": "de", "name": "Deutschland", "currency_code": "EUR", "default_country": "DE"}
    with pytest.raises((InvalidInput, AllocationStrategyNotFound)):
        create_channel(**(sound | wrong), actor=SYSTEM)
    assert not Channel.objects.exists()


def test_only_who_manages_all_channels_may_open_one():
    for actor in (ANONYMOUS, staff_actor(), staff_actor(Permission.MANAGE_PRODUCTS)):
        with pytest.raises(PermissionDenied):
            create_channel(slug="de", name="D", currency_code="EUR", default_country="DE", actor=actor)


def test_a_change_counts_the_version_up():
    channel = make_channel("garden")
    changed = update_channel(channel_id=channel.id, changes={"name": "The Garden"}, actor=SYSTEM)
    assert (changed.name, changed.version) == ("The Garden", channel.version + 1)
