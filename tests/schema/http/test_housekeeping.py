"""What Django's signals do around each request is done without them, as long as nobody else listens."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.signals import request_finished, request_started

from commerce.core.current_database import current_database
from schema.http.housekeeping import Housekeeping


@pytest.fixture
def told() -> list[str]:
    """Who was told what."""
    return []


def test_a_connection_that_has_failed_is_replaced(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    looked_after = []
    monkeypatch.setattr(
        type(current_database()), "close_if_unusable_or_obsolete", lambda database: looked_after.append(database)
    )
    house = Housekeeping(object)
    house.begin({})
    house.end()
    assert looked_after == [current_database()] * 2


def test_whoever_listens_is_told_until_he_goes(db: None, told: list[str]) -> None:
    def started(sender: Any, environ: dict[str, Any], **_: Any) -> None:
        told.append(f"started {environ['PATH_INFO']}")

    def finished(sender: Any, **_: Any) -> None:
        told.append("finished")

    house = Housekeeping(object)
    house.begin({"PATH_INFO": "/1"})
    house.end()
    request_started.connect(started)
    request_finished.connect(finished)
    try:
        house.begin({"PATH_INFO": "/2"})
        house.end()
    finally:
        request_started.disconnect(started)
        request_finished.disconnect(finished)
    house.begin({"PATH_INFO": "/3"})
    house.end()
    assert told == ["started /2", "finished"]
