"""Rules of attribute values that need no database."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.attributes.models import Attribute
from commerce.catalog.given_attributes import GivenAttribute, read_given
from commerce.core.errors import CommerceError

Kind = Attribute.InputType
NUMBERS = st.decimals(min_value=Decimal(-(10**12)), max_value=Decimal(10**12), places=6)


def slug_of(kind: str, name: str, value: object) -> str:
    (wanted,) = read_given(GivenAttribute(content={name: value}), Attribute(slug="a", input_type=kind))
    return wanted.slug


@given(NUMBERS, NUMBERS)
def test_numbers_share_a_value_if_and_only_if_they_are_equal(one: Decimal, other: Decimal) -> None:
    assert (slug_of(Kind.NUMERIC, "numeric", one) == slug_of(Kind.NUMERIC, "numeric", other)) is (one == other)


@given(NUMBERS)
def test_a_number_is_kept_as_it_is_however_it_is_written(number: Decimal) -> None:
    attribute = Attribute(slug="a", input_type=Kind.NUMERIC)
    for content in ({"numeric": number}, {"values": [str(number)]}, {"numeric": number.normalize()}):
        (wanted,) = read_given(GivenAttribute(content=content), attribute)
        assert wanted.columns["numeric"] == number
        assert Decimal(wanted.columns["name"]) == number
        assert wanted.slug.replace("-", "").isalnum()


MOMENTS = st.datetimes(min_value=datetime(1000, 1, 1), max_value=datetime(9000, 1, 1))  # noqa: DTZ001 - zones below
ZONES = st.integers(min_value=-23 * 60, max_value=23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(MOMENTS, ZONES, ZONES)
def test_one_moment_is_one_value_in_every_zone(moment: datetime, one: timezone, other: timezone) -> None:
    aware = moment.replace(tzinfo=UTC)
    slugs = {slug_of(Kind.DATE_TIME, "date_time", aware.astimezone(zone)) for zone in (one, other)}
    assert len(slugs) == 1
    later = aware + timedelta(microseconds=1)
    assert slug_of(Kind.DATE_TIME, "date_time", later) not in slugs


@given(st.dates(min_value=date(1000, 1, 1)), st.dates(min_value=date(1000, 1, 1)))
def test_days_share_a_value_if_and_only_if_they_are_equal(one: date, other: date) -> None:
    if max(one.year, other.year) <= 9998:
        assert (slug_of(Kind.DATE, "date", one) == slug_of(Kind.DATE, "date", other)) is (one == other)


FIELDS = {
    "numeric": Decimal(1), "boolean": True, "plain_text": "x", "rich_text": {"blocks": []}, "date": date(2026, 1, 1),
    "date_time": datetime(2026, 1, 1, tzinfo=UTC), "file": "/x", "values": ["x"], "dropdown": None, "swatch": None,
    "multiselect": [], "reference": None, "references": [],
}  # fmt: skip
OF_KIND = {
    Kind.DROPDOWN: {"dropdown", "values"}, Kind.MULTISELECT: {"multiselect", "values"},
    Kind.SWATCH: {"swatch", "values"}, Kind.NUMERIC: {"numeric", "values"}, Kind.BOOLEAN: {"boolean"},
    Kind.PLAIN_TEXT: {"plain_text"}, Kind.RICH_TEXT: {"rich_text"}, Kind.DATE: {"date"},
    Kind.DATE_TIME: {"date_time"}, Kind.FILE: {"file"}, Kind.REFERENCE: {"references"},
    Kind.SINGLE_REFERENCE: {"reference"},
}  # fmt: skip


@pytest.mark.parametrize("kind", Kind.values)
@pytest.mark.parametrize("name", FIELDS)
def test_every_kind_takes_its_own_fields_and_no_other(kind: str, name: str) -> None:
    attribute = Attribute(slug="a", input_type=kind, entity_type="page" if "reference" in kind else "")
    content = {name: ["1"] if name == "values" else FIELDS[name]}
    if name in OF_KIND[Kind(kind)]:
        read_given(GivenAttribute(content=content), attribute)
    else:
        with pytest.raises(CommerceError) as refused:
            read_given(GivenAttribute(content=content), attribute)
        first, *rest = name.split("_")
        assert refused.value.path == (first + "".join(word.title() for word in rest),)
