"""What the catalog's tests share."""

import pytest

from commerce.channels.models import Channel
from commerce.events.models import Event
from tests.factories import make_channel


@pytest.fixture
def channel(db: None) -> Channel:
    """The default channel."""
    return make_channel()


@pytest.fixture
def outbox(db: None):
    """`outbox()` lists the types of the events so far, oldest first."""
    return lambda: list(Event.objects.order_by("id").values_list("type", flat=True))
