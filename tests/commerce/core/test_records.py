"""Rows by prepared statements are the rows that the ORM reads and writes."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.db import DataError, IntegrityError, models, transaction
from django.db.models.expressions import DatabaseDefault

from commerce.accounts.models import Address
from commerce.channels.models import Channel
from commerce.checkout.models import Checkout, CheckoutLine
from commerce.core.records import Records, fresh, insert_together, update_row, update_rows
from commerce.core.statements import STATEMENTS, uuid_array
from commerce.core.together import Part, Together
from commerce.orders.models import Order, OrderLine
from tests.factories import make_address, make_channel, make_checkout, make_variant
from tests.statements import recorded_statements

pytestmark = pytest.mark.django_db


@pytest.fixture
def carts() -> Iterator[Records[Checkout]]:
    """Carts by id with their channel and their address."""
    yield Records(
        "carts_for_test",
        Checkout,
        "JOIN channels_channel AS channel ON channel.id = it.channel_id"
        " LEFT JOIN accounts_address AS shipping_address ON shipping_address.id = it.shipping_address_id"
        " WHERE it.id = $1",
        "uuid",
        joined={"channel": Channel, "shipping_address": Address},
    )
    del STATEMENTS["carts_for_test"]


def columns(row: models.Model) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_a_record_is_the_row_with_what_was_joined(carts: Records[Checkout]):
    cart = make_checkout(make_variant(), metadata={"gift": "yes"}, shipping_address=make_address(city="Łódź"))

    with recorded_statements() as seen:
        found = carts.first(str(cart.id))
        assert found is not None
        assert found.channel.slug == cart.channel.slug
        assert found.shipping_address is not None
        assert found.shipping_address.city == "Łódź"

    assert len(seen) == 1
    assert columns(found) == columns(Checkout.objects.get(id=cart.id))
    assert columns(found.channel) == columns(Channel.objects.get(id=cart.channel_id))


def test_a_foreign_key_that_leads_nowhere_is_none(carts: Records[Checkout]):
    found = carts.first(str(make_checkout().id))
    assert found is not None
    assert found.shipping_address is None
    assert carts.first("00000000-0000-7000-8000-000000000000") is None


def an_order(channel: Channel, number: int = 7, **fields: Any) -> Order:
    amounts = {"subtotal_net": 1, "subtotal_gross": 2, "total_net": 1, "total_gross": 2}
    return Order(number=number, channel=channel, email="a@example.com", currency="USD", **(amounts | fields))


def test_records_are_sorted_by_what_is_named_alone_and_together_with_others():
    made = [make_channel(slug) for slug in ("c", "a", "b")]
    records = Records("channels_in_order", Channel, "WHERE it.id = ANY($1)", "uuid[]", order=("slug",))
    both = Together("channels_together", "uuid[]", parts={"channels": Part.of(records, "$1")}, listed=False)
    keys = uuid_array(channel.id for channel in made)
    assert [channel.slug for channel in records.all(keys)] == ["a", "b", "c"]
    assert [channel.slug for channel in both.all(["channels"], keys)["channels"]] == ["a", "b", "c"]
    del STATEMENTS["channels_in_order"]


def test_rows_of_several_tables_are_inserted_at_once_in_any_order():
    channel, mug = make_channel(), make_variant()
    order = an_order(channel, metadata={"quote": 'it\'s "fine"', "emoji": "🎁"})
    line = OrderLine(
        order=order, variant=mug, product_name="Mug", quantity=2, tax_percent=Decimal("8.8750"), unit_net=1,
        unit_gross=1, undiscounted_unit_net=1, undiscounted_unit_gross=1, total_net=1, total_gross=2,
    )  # fmt: skip
    cart = Checkout(channel=channel, expires_at=make_checkout().expires_at)

    with recorded_statements() as seen:
        insert_together(line, cart, order)

    assert len(seen) == 1
    for row in (order, line, cart):
        assert not row._state.adding
        assert columns(type(row).objects.get(pk=row.pk)) == columns(row)


def test_what_the_table_refuses_is_refused():
    channel = make_channel()
    insert_together(an_order(channel))
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_together(an_order(channel))


def test_a_list_of_countries_and_a_missing_one_go_in_as_they_are():
    channel = make_channel("own", countries=["DE", "FR"])
    copy = Channel(**{**columns(channel), "id": None, "slug": "copy"})
    copy.id = Channel._meta.pk.get_default()
    insert_together(copy)
    assert Channel.objects.get(slug="copy").countries == ["DE", "FR"]


def test_an_update_changes_what_it_names_and_the_time():
    cart = make_checkout(make_variant(), metadata={"a": "1"})
    before = cart.updated_at

    assert update_row(cart, email="new@example.com", metadata={"b": "2"}, user_id=None)

    assert cart.email == "new@example.com"
    assert cart.updated_at > before
    assert columns(Checkout.objects.get(id=cart.id)) == columns(cart)


@pytest.mark.parametrize("document", ["yes", 7, ["a", None], {"a": {"b": "c"}}, True])
def test_an_update_writes_documents_of_any_kind(document: Any):
    cart = make_checkout(make_variant(), metadata={"a": "1"})
    update_row(cart, metadata=document)
    assert Checkout.objects.get(id=cart.id).metadata == document


def test_an_update_writes_lists():
    channel = make_channel("own", countries=["DE"])
    update_row(channel, countries=["FR", "AT"], name="Here")
    assert columns(Channel.objects.get(id=channel.id)) == columns(channel)


def test_an_update_refuses_what_is_too_long():
    cart = make_checkout(make_variant())
    with pytest.raises(DataError), transaction.atomic():
        update_row(cart, language_code="d" * 100)


def test_many_rows_change_in_one_statement_and_nothing_else_of_them():
    cart = make_checkout(make_variant())
    for variant in (make_variant(), make_variant()):
        CheckoutLine.objects.create(checkout=cart, variant=variant, quantity=1)
    lines = list(cart.lines.all())
    for number, line in enumerate(lines[:2]):
        line.quantity, line.metadata, line.last_price_amount = 7 + number, {"a": str(number)}, None
    before = columns(CheckoutLine.objects.get(id=lines[2].id))

    with recorded_statements() as statements:
        update_rows(lines[:2], "quantity", "metadata", "last_price_amount")

    assert len(statements) == 1
    for line in lines[:2]:
        assert columns(CheckoutLine.objects.get(id=line.id)) == columns(line)
    assert columns(CheckoutLine.objects.get(id=lines[2].id)) == before


def test_an_update_says_when_the_row_is_gone():
    cart = make_checkout(make_variant())
    line = CheckoutLine.objects.get(checkout=cart)
    CheckoutLine.objects.all().delete()
    assert update_row(line, quantity=3) is False


@pytest.mark.parametrize("model", [each for each in apps.get_models() if not each._meta.swapped], ids=str)
def test_a_fresh_row_of_any_table_is_what_the_constructor_makes(model: type[models.Model]) -> None:
    made, known = fresh(model), model()
    assert made._state.adding
    assert made.__dict__.keys() == known.__dict__.keys()
    for field in model._meta.concrete_fields:
        ours, theirs = made.__dict__[field.attname], known.__dict__[field.attname]
        if callable(field.default):
            assert type(ours) is type(theirs)
        elif not isinstance(theirs, DatabaseDefault):
            assert ours == theirs
        else:
            assert isinstance(ours, DatabaseDefault)


def test_rows_that_are_inserted_together_keep_their_order_in_time():
    cart, mug = make_checkout(), make_variant()
    lines = [CheckoutLine(checkout=cart, variant=mug, quantity=number) for number in range(1, 9)]
    insert_together(*lines)
    assert [line.quantity for line in cart.lines.order_by("created_at")] == list(range(1, 9))
