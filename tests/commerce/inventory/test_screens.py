"""What the merchant sees and changes of stock in the admin."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from commerce.accounts.models import User
from commerce.core.actor import SYSTEM
from commerce.events.models import Event
from commerce.inventory.invariants import broken_stock
from commerce.inventory.models import Stock, StockMovement
from commerce.inventory.services import WantedLine, offer_preorder, reserve, shard_stock
from tests.factories import make_channel, make_variant, make_warehouse
from tests.screens import path_of, signed_in

pytestmark = pytest.mark.django_db
LIST = "admin:inventory_stock_changelist"


@pytest.fixture
def boss() -> Client:
    """A browser in which a superuser has signed in."""
    return signed_in()


@pytest.fixture
def stock() -> Stock:
    """Ten units in three rows, four of them promised, and a preorder."""
    mug = make_variant(stock=10, sku="MUG")
    base: Stock = mug.stocks.get()
    shard_stock(variant_id=mug.id, warehouse_id=base.warehouse_id, shards=3, actor=SYSTEM)
    soon = timezone.now() + timedelta(days=1)
    lines = [WantedLine(uuid4(), mug.id, 4)]
    reserve(checkout_id=uuid4(), lines=lines, channel=make_channel(), country=None, expires_at=soon)
    offer_preorder(
        variant_id=mug.id, warehouse_id=base.warehouse_id, channel=make_channel(), end_date=soon, limit=7, actor=SYSTEM
    )
    return base


def send(boss: Client, stock: Stock, **given: Any) -> Any:
    """Send the page of a stock, with what is filled in."""
    page = boss.get(path_of(stock))
    assert page.status_code == 200
    sent = {"counted": "", "delta": "", "reason": "set", "note": ""}
    for inline in page.context["inline_admin_formsets"]:
        form = inline.formset.management_form
        sent |= {field.html_name: field.value() for field in form}
    return boss.post(path_of(stock), sent | given, follow=True)


def on_hand(stock: Stock) -> int:
    return sum(Stock.objects.filter(variant=stock.variant_id, channel=None).values_list("on_hand", flat=True))


def test_a_divided_stock_is_one_line_with_its_sums(boss: Client, stock: Stock) -> None:
    make_variant(stock=3, sku="CUP", warehouse=make_warehouse("west"))
    page = boss.get(reverse(LIST))
    shown = [(row.id, row.total_on_hand, row.total_reserved, row.shards) for row in page.context["cl"].queryset]
    assert sorted(row[1:] for row in shown) == [(3, 0, 1), (10, 4, 3)]
    assert stock.id in {row[0] for row in shown}
    assert Stock.objects.count() == 5, "three rows, a preorder, and the other stock"
    found = boss.get(reverse(LIST), {"q": "MUG", "o": "3"}).context["cl"].queryset
    assert [row.id for row in found] == [stock.id]


def test_its_rows_are_beneath_it_and_have_no_page(boss: Client, stock: Stock) -> None:
    page = boss.get(path_of(stock)).content.decode()
    assert "Preorders of default-channel" in page
    assert page.count("<tr><td>") == 4
    for shard in Stock.objects.filter(variant=stock.variant_id).exclude(id=stock.id):
        assert boss.get(path_of(shard), follow=True).redirect_chain, "there is no such page"
        assert boss.post(path_of(shard), {"counted": "99", "reason": "set"}).status_code == 302
    assert on_hand(stock) == 10


def test_a_count_goes_into_the_account(boss: Client, stock: Stock) -> None:
    before = Event.objects.filter(type="stock.changed").count()
    page = send(boss, stock, counted="21", reason="corrected", note="year's end")
    assert page.status_code == 200
    entry = StockMovement.objects.filter(stock=stock).latest("id")
    assert (entry.delta, entry.reason, entry.note) == (11, "corrected", "year's end")
    assert entry.actor_id == User.objects.get().id
    assert (on_hand(stock), broken_stock()) == (21, [])
    assert Event.objects.filter(type="stock.changed").count() == before + 1


def test_a_delivery_is_added(boss: Client, stock: Stock) -> None:
    send(boss, stock, delta="5", reason="received")
    send(boss, stock, delta="-2", reason="damaged")
    entries = StockMovement.objects.filter(stock=stock).order_by("-id")[:2]
    assert [(entry.delta, entry.reason) for entry in entries] == [(-2, "damaged"), (5, "received")]
    assert (on_hand(stock), broken_stock()) == (13, [])


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"counted": "3"},
        {"delta": "-7"},
        {"delta": "0"},
        {"counted": "5", "delta": "1"},
        {"counted": "-1"},
        {"counted": "99999999999"},
        {"counted": "eleven"},
        {"counted": "11", "reason": "fulfilled"},
        {"counted": "11", "reason": ""},
        {"counted": "11", "note": "x" * 501},
        {"counted": "11", "note": "a\0b"},
    ],
)
def test_what_cannot_be_is_said_on_the_page_and_changes_nothing(
    boss: Client, stock: Stock, wrong: dict[str, str]
) -> None:
    before = list(StockMovement.objects.values_list("id", flat=True))
    page = send(boss, stock, **wrong)
    assert page.status_code == 200
    assert any(message.level_tag == "error" for message in page.context["messages"]) or page.context["errors"]
    assert not any(message.level_tag == "success" for message in page.context["messages"])
    assert list(StockMovement.objects.values_list("id", flat=True)) == before
    assert (on_hand(stock), broken_stock()) == (10, [])


def test_figures_cannot_be_written_past_the_account(boss: Client, stock: Stock) -> None:
    send(boss, stock, on_hand="99", reserved="0", shard="5", counted="10")
    assert (on_hand(stock), broken_stock()) == (10, [])
    assert boss.get(reverse("admin:inventory_stock_add")).status_code == 403
    assert boss.post(reverse("admin:inventory_stock_delete", args=[stock.pk]), {"post": "yes"}).status_code == 403
