"""What races share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from commerce.payments.gateways import gateways


@pytest.fixture
def room_for_every_payment(settings: Settings) -> Iterator[None]:
    """No process turns a payment away because all its places are taken."""
    settings.OUTSIDE_CALLS = 60
    gateways.cache_clear()
    yield
    gateways.cache_clear()
