"""Tax rates by country."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from decimal import Decimal

import pytest

from commerce.taxes.queries import rate_for, rates_for
from tests.factories import make_tax_rate
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
        assert rates_for(["DE", "FR", "DE", "CH"]) == {"DE": 19, "FR": 20, "CH": 0}
    assert len(statements) == 1


def test_no_country_is_no_question(query_count: Callable[[], AbstractContextManager[Statements]]):
    with query_count() as statements:
        assert rates_for([]) == {}
    assert len(statements) == 0
