"""Fixtures for prices that are made anew in the background."""

from __future__ import annotations

import pytest

from commerce.promotions import switching


@pytest.fixture
def nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """No transaction counts as still open: those of tests beside this one would, in the same PostgreSQL."""
    monkeypatch.setattr(switching, "_IS_OVER", "SELECT %s <> '999999999'")
