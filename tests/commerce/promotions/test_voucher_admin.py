"""The merchant's screens of vouchers."""

from __future__ import annotations

import pytest

from commerce.promotions.invariants import broken_vouchers
from commerce.promotions.voucher_models import Voucher, VoucherCode, VoucherRedemption
from tests.factories import make_checkout
from tests.screens import form_of, path_of, signed_in
from tests.vouchers import make_voucher

pytestmark = pytest.mark.django_db


def used_once(code: VoucherCode) -> None:
    VoucherRedemption.objects.create(voucher=code.voucher, code=code, checkout_id=make_checkout().id, customer="a@b.c")


def test_a_limit_that_is_set_on_the_screen_counts_what_was_used_before() -> None:
    code = make_voucher("SCREEN")
    used_once(code)
    client = signed_in()
    form = form_of(client, code.voucher)

    assert client.post(path_of(code.voucher), form | {"usage_limit": "0"}).status_code == 200, "shown again"
    assert client.post(path_of(code.voucher), form | {"usage_limit": "3", "name": "Other"}).status_code == 302

    voucher = Voucher.objects.get()
    assert (voucher.name, voucher.usage_limit, voucher.used, voucher.version) == ("Other", 3, 1, 2)
    assert broken_vouchers() == []


def test_codes_are_given_on_the_screen_and_come_out_as_a_file() -> None:
    code = make_voucher("SCREEN", name="Fair")
    client = signed_in()
    form = form_of(client, code.voucher)
    client.post(path_of(code.voucher), form | {"new_codes": "=EVIL()\nFAIR-2\n", "generate": "5"})
    assert VoucherCode.objects.count() == 8

    again = client.post(path_of(code.voucher), form | {"new_codes": "fair2"}, follow=True)
    assert "No code was added" in again.content.decode()
    sent = client.post(
        "/admin/promotions/voucher/", {"action": "export_codes", "_selected_action": [str(code.voucher_id)]}
    )

    text = sent.getvalue().decode()
    assert len(text.splitlines()) == 9
    assert "Fair,'=EVIL(),True," in text


def test_nothing_is_worth_more_than_all() -> None:
    code = make_voucher("SCREEN")
    client = signed_in()
    form = form_of(client, code.voucher)

    assert client.post(path_of(code.voucher), form | {"channel_listings-0-value": "100.01"}).status_code == 200
    assert client.post(path_of(code.voucher), form | {"channel_listings-0-value": "9.999"}).status_code == 200
    assert code.voucher.channel_listings.get().value == 1000


def test_codes_are_switched_off_and_on_on_their_screen() -> None:
    code, other = make_voucher("SCREEN"), make_voucher("OTHER")
    client = signed_in()
    chosen = {"_selected_action": [str(code.id), str(other.id)]}

    client.post("/admin/promotions/vouchercode/", {"action": "switch_off"} | chosen)
    assert set(VoucherCode.objects.values_list("is_active", "voucher__version")) == {(False, 2)}
    client.post("/admin/promotions/vouchercode/", {"action": "switch_on"} | chosen)
    assert set(VoucherCode.objects.values_list("is_active", "voucher__version")) == {(True, 3)}


def test_shares_are_percent_and_amounts_are_money_on_the_screen() -> None:
    code = make_voucher("SCREEN")
    client = signed_in()
    form = form_of(client, code.voucher)
    assert str(form["channel_listings-0-value"]) == "10.00"
    sent = form | {"channel_listings-0-value": "12.5", "channel_listings-0-minimum_subtotal": "49.90"}
    assert client.post(path_of(code.voucher), sent).status_code == 302
    listing = code.voucher.channel_listings.get()
    assert (listing.value, listing.minimum_subtotal) == (1250, 4990)
    page = client.get("/admin/promotions/voucher/").content.decode()
    assert "12.5 %" in page
    assert "running" in page
    sent = form_of(client, code.voucher) | {"value_kind": "fixed", "channel_listings-0-value": "5"}
    assert client.post(path_of(code.voucher), sent).status_code == 302
    assert code.voucher.channel_listings.get().value == 500
    assert "5.00 USD" in client.get("/admin/promotions/voucher/").content.decode()
