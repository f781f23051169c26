"""Tax rates by country."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from decimal import Decimal

import pytest

from commerce.channels.errors import ChannelInactive, ChannelNotFound, ChannelRequired
from commerce.channels.models import Channel
from commerce.channels.queries import CHANNEL_COLUMNS, active_channel
from commerce.taxes.queries import rate_for, rates_for, taxed_channel
from tests.factories import make_channel, make_tax_rate
from tests.statements import Statements

pytestmark = pytest.mark.django_db


def test_a_country_without_a_rate_takes_no_tax():
    make_tax_rate("DE", "19")
    assert rate_for("DE") == Decimal(19)
    assert rate_for("US") == 0


def test_many_countries_are_one_question(query_count: Callable[[], AbstractContextManager[Statements]]):
    make_tax_rate("DE", "19")
    make_tax_rate("FR", "20")
    with query_count() as statements:
        found = rates_for(["DE", "FR", "DE", "CH"])
    assert {country: rates.default for country, rates in found.items()} == {"DE": 19, "FR": 20, "CH": 0}
    assert len(statements) == 1


def test_no_country_is_no_question(query_count: Callable[[], AbstractContextManager[Statements]]):
    with query_count() as statements:
        assert rates_for([]) == {}
    assert len(statements) == 0


@pytest.mark.parametrize(("country", "percent"), [("DE", 19), ("US", 0)])
def test_a_channel_comes_with_the_rate_of_its_country(country: str, percent: int):
    make_tax_rate("DE", "19")
    make_channel(default_country=country, metadata={"a": "b"})
    channel, rate = taxed_channel("default-channel")
    known = Channel.objects.get()
    assert rate == percent
    assert [getattr(channel, name) for name in CHANNEL_COLUMNS] == [getattr(known, name) for name in CHANNEL_COLUMNS]


def test_a_channel_that_is_closed_or_none_is_refused_as_everywhere():
    make_channel(is_active=False)
    for slug, refusal in (("default-channel", ChannelInactive), ("x", ChannelNotFound), ("a\x00", ChannelNotFound)):
        for find in (taxed_channel, active_channel):
            with pytest.raises(refusal):
                find(slug)
    for slug in (None, ""):
        with pytest.raises(ChannelRequired):
            taxed_channel(slug)
