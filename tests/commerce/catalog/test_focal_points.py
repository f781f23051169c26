"""What matters in pictures: the statement answers what the ORM answers."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from commerce.catalog.focal_points import focal_points
from commerce.catalog.models import ProductMedia
from commerce.core.ids import uuid7
from tests.factories import make_product

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("prepared", [True, False])
def test_each_picture_has_its_own_point_or_none(settings: Settings, prepared: bool) -> None:
    settings.PREPARED_STATEMENTS = prepared
    product = make_product()
    for x, y in ((0.0, 1.0), (0.25, 0.5), (None, None)):
        ProductMedia.objects.create(product=product, file="a.png", focal_x=x, focal_y=y)
    rows = {str(row.id): row for row in ProductMedia.objects.all()}
    nobody = str(uuid7())
    found = focal_points([*rows, nobody])
    assert found.keys() == {*rows, nobody}
    for key, point in found.items():
        row = rows.get(key)
        expected = None if row is None or row.focal_x is None else (row.focal_x, row.focal_y)
        assert (None if point is None else (point.x, point.y)) == expected
    assert focal_points([]) == {}
