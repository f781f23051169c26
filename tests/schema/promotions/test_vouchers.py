"""Merchants set vouchers up."""

from __future__ import annotations

from typing import Any

import pytest

from commerce.core.permission import Permission
from commerce.events.models import Event
from commerce.promotions.invariants import broken_vouchers
from commerce.promotions.voucher_models import Voucher, VoucherCode, VoucherRedemption
from tests.factories import make_channel, make_product
from tests.schema.buying import NOBODYS, card, ready
from tests.schema.doing import Merchant, gid, merchant
from tests.vouchers import make_voucher

pytestmark = pytest.mark.usefixtures("durable", "redis_client")

VOUCHER = """query ($id: ID!) { voucher(id: $id) {
  name type valueType version isActive endsAt usageLimit used oncePerCustomer productIds countries { code }
  channelListings { channel { slug } value minimumSubtotal { amount } }
  codes(first: 3) { totalCount edges { node { id code usageLimit used isActive } } pageInfo { hasNextPage } } } }"""


@pytest.fixture
def staff() -> Merchant:
    """Somebody who may manage discounts."""
    make_channel()
    return merchant(Permission.MANAGE_DISCOUNTS)


def make(staff: Merchant, **fields: Any) -> str:
    """The id of a new voucher."""
    found: str = staff.do("voucherCreate", input={"name": "Spring", **fields})["voucher"]["id"]
    return found


def listed(staff: Merchant, voucher: str, value: str, **fields: Any) -> Any:
    """The payload of giving it a value in the default channel."""
    worth = {"channel": "default-channel", "value": value, **fields}
    return staff.ask("voucherChannelListingUpdate", id=voucher, input={"addChannels": [worth]}).payload


def test_a_merchant_makes_a_voucher_and_a_shopper_uses_it(staff: Merchant) -> None:
    product = make_product()
    voucher = make(staff, type="ENTIRE_ORDER", usageLimit=5, products=[gid("Product", product.id)])
    assert listed(staff, voucher, "12.5", minimumSubtotal="5")["errors"] == []
    staff.do("voucherCodesAdd", id=voucher, codes=["Spring 26"])
    shopper = ready(price=1000)
    shopper.do("checkoutAddPromoCode", checkoutId=shopper.cart, promoCode="spring26")
    shopper.do("transactionInitialize", **card("approve"))
    shopper.do("checkoutComplete")

    seen = staff.api.send(VOUCHER, id=voucher).data["voucher"]

    assert (seen["name"], seen["used"], seen["usageLimit"]) == ("Spring", 1, 5)
    assert seen["productIds"] == [gid("Product", product.id)]
    assert seen["channelListings"] == [
        {"channel": {"slug": "default-channel"}, "value": "12.50", "minimumSubtotal": {"amount": 5.0}}
    ]
    assert [(each["node"]["code"], each["node"]["used"]) for each in seen["codes"]["edges"]] == [("Spring 26", 1)]
    types = set(Event.objects.filter(aggregate_type="voucher").values_list("type", flat=True))
    assert types == {"voucher.created", "voucher.updated"}
    assert not any("26" in str(event.payload.get("name")) for event in Event.objects.filter(aggregate_type="voucher"))


def test_ten_thousand_codes_in_one_call(staff: Merchant) -> None:
    voucher = make(staff)
    staff.do("voucherCodesGenerate", id=voucher, quantity=10_000, prefix="VIP", usageLimit=1)

    codes = staff.api.send(VOUCHER, id=voucher).data["voucher"]["codes"]

    assert codes["totalCount"] == 10_000
    assert codes["pageInfo"]["hasNextPage"]
    assert all(each["node"]["code"].startswith("VIP-") for each in codes["edges"])
    refused = staff.ask("voucherCodesGenerate", id=voucher, quantity=10_001).payload
    assert [error["code"] for error in refused["errors"]] == ["INVALID"]
    assert VoucherCode.objects.count() == 10_000


def test_codes_of_ones_own_come_all_or_none(staff: Merchant) -> None:
    make_voucher("TAKEN-1")
    voucher = make(staff)

    refused = staff.ask("voucherCodesAdd", id=voucher, codes=["A", "a", "TAKENI", "", "FREE"]).payload

    assert [(error["code"], error["path"]) for error in refused["errors"]] == [
        ("UNIQUE", ["codes", "1"]),
        ("UNIQUE", ["codes", "2"]),
        ("INVALID", ["codes", "3"]),
    ]
    assert VoucherCode.objects.count() == 1
    staff.do("voucherCodesAdd", id=voucher, codes=["A", "FREE"])
    keys = [gid("VoucherCode", code.id) for code in VoucherCode.objects.filter(code__in=["A", "TAKEN-1"])]
    staff.do("voucherCodesDelete", id=voucher, codes=keys)
    assert set(VoucherCode.objects.values_list("code", flat=True)) == {"FREE", "TAKEN-1"}, "only its own"


def test_a_limit_that_comes_later_counts_what_was_used_before(staff: Merchant) -> None:
    code = make_voucher("OLD")
    key = gid("Voucher", code.voucher_id)
    for _ in range(2):
        shopper = ready()
        shopper.do("checkoutAddPromoCode", checkoutId=shopper.cart, promoCode="OLD")
        shopper.do("transactionInitialize", **card("approve"))
        shopper.do("checkoutComplete")
    assert VoucherRedemption.objects.count() == 2
    assert Voucher.objects.get().used == 0, "nobody has to lock what has no limit"

    refused = staff.ask("voucherUpdate", id=key, input={"usageLimit": 1}).payload
    assert [(error["code"], error["path"]) for error in refused["errors"]] == [("INVALID", ["input", "usageLimit"])]
    staff.do("voucherUpdate", id=key, input={"usageLimit": 2})

    assert Voucher.objects.get().used == 2
    assert broken_vouchers() == []
    late = ready()
    payload = late.ask("checkoutAddPromoCode", checkoutId=late.cart, promoCode="OLD").payload
    assert [error["code"] for error in payload["errors"]] == ["INVALID"]


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"name": " "}, "name"),
        ({"name": "a\x00"}, "name"),
        ({"usageLimit": -1}, "usageLimit"),
        ({"startsAt": "2026-01-02T00:00:00Z", "endsAt": "2026-01-01T00:00:00Z"}, "endsAt"),
        ({"customerGroup": gid("CustomerGroup", "01890000-0000-7000-8000-000000000000")}, "customerGroup"),
        ({"products": [gid("Product", "01890000-0000-7000-8000-000000000000")]}, "products"),
    ],
)
def test_what_no_voucher_can_be(staff: Merchant, fields: dict[str, Any], path: str) -> None:
    payload = staff.ask("voucherCreate", input={"name": "Spring", **fields}).payload

    assert payload["voucher"] is None
    assert [error["path"][:2] for error in payload["errors"]] == [["input", path]]
    assert not Voucher.objects.exists()


@pytest.mark.parametrize("value", ["0", "100.01", "12.345"])
def test_what_a_percentage_cannot_be(staff: Merchant, value: str) -> None:
    payload = listed(staff, make(staff), value)

    assert [(error["code"], error["path"]) for error in payload["errors"]] == [
        ("INVALID", ["input", "addChannels", "0", "value"])
    ]


def test_an_amount_that_would_be_more_than_all_cannot_become_a_percentage(staff: Merchant) -> None:
    voucher = make(staff, valueType="FIXED")
    assert listed(staff, voucher, "150")["errors"] == []

    refused = staff.ask("voucherUpdate", id=voucher, input={"valueType": "PERCENTAGE"}).payload

    assert [error["path"] for error in refused["errors"]] == [["input", "valueType"]]
    assert refused["voucher"]["version"] == 2


def test_who_has_read_an_old_version_is_told_so(staff: Merchant) -> None:
    voucher = make(staff)
    staff.do("voucherUpdate", id=voucher, input={"name": "Summer"}, version=1)

    refused = staff.ask("voucherDelete", id=voucher, version=1).payload

    assert [error["code"] for error in refused["errors"]] == ["CONFLICT"]
    staff.do("voucherDelete", id=voucher, version=2)
    assert staff.api.send(VOUCHER, id=voucher).data["voucher"] is None


def test_staff_of_one_channel_say_what_it_is_worth_there_and_nowhere_else(staff: Merchant) -> None:
    eu = make_channel("eu", currency_code="EUR")
    voucher = make(staff)
    assert listed(staff, voucher, "10")["errors"] == []
    local = merchant(Permission.MANAGE_DISCOUNTS, channels=[eu])
    here = {"addChannels": [{"channel": "eu", "value": "5"}]}
    local.do("voucherChannelListingUpdate", id=voucher, input=here)

    seen = local.api.send(VOUCHER, id=voucher).data["voucher"]["channelListings"]
    assert [each["channel"]["slug"] for each in seen] == ["eu"]
    refused = local.ask("voucherCodesAdd", id=voucher, codes=["X"])
    assert "PERMISSION_DENIED" in str(refused.body)


def test_a_code_is_switched_off_and_on_and_carts_follow(staff: Merchant) -> None:
    code, other = make_voucher("LEAKED"), make_voucher("OTHER")
    voucher, key = gid("Voucher", code.voucher_id), gid("VoucherCode", code.id)
    shopper, paying = ready(price=1000), ready(price=1000)
    for each in (shopper, paying):
        each.do("checkoutAddPromoCode", checkoutId=each.cart, promoCode="LEAKED")
    paying.do("transactionInitialize", **card("approve"))

    off = staff.do("voucherCodesDeactivate", id=voucher, codes=[key, gid("VoucherCode", other.id)])["voucher"]

    assert off["version"] == 2
    assert dict(VoucherCode.objects.values_list("code", "is_active")) == {"LEAKED": False, "OTHER": True}, "its own"
    assert shopper.look()["totalPrice"]["gross"]["amount"] == 15.0
    refused = ready().ask("checkoutAddPromoCode", checkoutId=ready().cart, promoCode="LEAKED")
    assert refused.problems
    assert paying.do("checkoutComplete")["order"]["total"]["gross"]["amount"] == 14.0, "as it was shown when they paid"
    staff.do("voucherCodesActivate", id=voucher, codes=[key])
    assert shopper.look()["totalPrice"]["gross"]["amount"] == 14.0
    assert staff.ask("voucherCodesDeactivate", id=gid("Voucher", NOBODYS), codes=[key]).problems == [
        ("NOT_FOUND", ["id"])
    ]
    assert broken_vouchers() == []
