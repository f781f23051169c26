"""Tax is taken off an order after it was placed, as long as nothing of it is paid."""

from __future__ import annotations

from typing import Any

import pytest

from commerce.core.permission import Permission
from commerce.events.models import Event
from commerce.orders.invariants import broken_orders
from commerce.orders.models import Order, OrderLine
from commerce.taxes.models import TaxConfiguration
from commerce.taxes.rates import TaxMode
from schema import admin
from schema.ids import id_of
from tests.factories import make_address, make_channel, make_tax_rate, make_variant
from tests.schema.buying import NOBODYS, bought, card, let_money_move
from tests.schema.doing import Merchant, Shopper, document, gid, merchant
from tests.shoppers import DELIVERY, add_line, ready_checkout

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_client")]
SELECT = """order { taxExemption total { net { minorAmount } gross { minorAmount } } lines { taxRate
unitPrice { gross { minorAmount } } totalPrice { gross { minorAmount } } } shippingPrice { gross { minorAmount } } }
errors { code path }"""


@pytest.fixture
def clerk() -> Merchant:
    """Staff who may change orders and taxes, and move money."""
    return merchant(Permission.MANAGE_ORDERS, Permission.MANAGE_PAYMENTS, Permission.MANAGE_TAXES)


def change(staff: Merchant, **arguments: Any) -> dict[str, Any]:
    name = "orderTaxExemptionManage"
    answer = staff.api.send(document(name, list(arguments), schema=admin, select=SELECT), **arguments)
    found: dict[str, Any] = answer.data[name]
    return found


def authorized(price: int = 1000, quantity: int = 3) -> str:
    """An order of two kinds of goods whose money is set aside."""
    cart = ready_checkout(make_variant(price=price), quantity)
    add_line(cart, make_variant(price=999))
    shopper = Shopper(cart=gid("Checkout", cart.id))
    shopper.do("transactionInitialize", action="AUTHORIZATION", **card("approve"))
    return str(shopper.do("checkoutComplete")["order"]["id"])


def test_an_order_loses_its_tax_and_gets_it_back_with_the_same_amounts(clerk: Merchant) -> None:
    make_tax_rate("US", "8.25")
    order_id = authorized()
    before = list(OrderLine.objects.values_list("unit_gross", "total_gross", "tax_percent"))
    total = Order.objects.get().total_gross
    said = change(clerk, id=order_id, taxExemption=True, reason=" Certificate 7 ")
    assert said["errors"] == []
    order = said["order"]
    net = 3999 + DELIVERY
    assert (order["taxExemption"], order["total"]) == (
        "Certificate 7", {"net": {"minorAmount": str(net)}, "gross": {"minorAmount": str(net)}},
    )  # fmt: skip
    assert order["shippingPrice"]["gross"]["minorAmount"] == str(DELIVERY)
    assert [line["taxRate"] for line in order["lines"]] == [0, 0]
    event = Event.objects.get(type="order.taxes_updated")
    assert (event.payload["total_gross"], event.payload["tax_exemption"]) == (net, "Certificate 7")
    assert event.sequence == Order.objects.get().version
    assert broken_orders() == []
    again = change(clerk, id=order_id, taxExemption=True, reason="Certificate 7")
    assert again["errors"] == []
    assert Event.objects.filter(type="order.taxes_updated").count() == 1, "nothing has changed"
    back = change(clerk, id=order_id, taxExemption=False)
    assert back["order"]["taxExemption"] is None
    assert list(OrderLine.objects.values_list("unit_gross", "total_gross", "tax_percent")) == before
    assert Order.objects.get().total_gross == total
    assert broken_orders() == []


def test_tax_of_the_total_is_spread_over_the_lines(clerk: Merchant) -> None:
    make_tax_rate("US", "7.5")
    TaxConfiguration.objects.create(channel=make_channel(), mode=TaxMode.PER_TOTAL)
    order_id = authorized(price=33, quantity=1)
    total = Order.objects.get().total_gross
    change(clerk, id=order_id, taxExemption=True)
    assert change(clerk, id=order_id, taxExemption=False)["errors"] == []
    assert Order.objects.get().total_gross == total
    assert broken_orders() == []


def test_only_what_the_order_still_costs_is_captured(clerk: Merchant) -> None:
    make_tax_rate("US", "10")
    order_id = authorized()
    change(clerk, id=order_id, taxExemption=True)
    clerk.do("orderCapture", id=order_id)
    assert clerk.ask("orderTaxExemptionManage", id=order_id, taxExemption=False).problems == [
        ("INVALID_STATUS", ["id"])
    ], "money is about to move"
    let_money_move()
    order = Order.objects.get()
    assert order.charged_amount == order.total_gross == 3999 + DELIVERY
    assert clerk.ask("orderCapture", id=order_id).problems == [("INVALID", ["amount"])]


def test_an_order_that_is_paid_cancelled_or_would_cost_more_than_was_authorized_stays(clerk: Merchant) -> None:
    make_tax_rate("US", "10")
    paid = bought()
    refused = change(clerk, id=paid["id"], taxExemption=True)
    assert refused["errors"] == [{"code": "INVALID_STATUS", "path": ["id"]}]
    assert refused["order"]["taxExemption"] is None
    waiting = authorized()
    make_tax_rate("US", "10.5")
    change(clerk, id=waiting, taxExemption=True)
    assert change(clerk, id=waiting, taxExemption=False)["errors"] == [{"code": "INVALID_STATUS", "path": ["id"]}]
    assert Order.objects.get(id=id_of("Order", waiting)).tax_exemption == "Exempt from tax"
    clerk.do("orderCancel", id=waiting)
    assert change(clerk, id=waiting, taxExemption=False)["errors"] == [{"code": "INVALID_STATUS", "path": ["id"]}]
    assert change(clerk, id=gid("Order", NOBODYS), taxExemption=True)["errors"][0]["code"] == "NOT_FOUND"
    for reason in ("x" * 251, "a\x00"):
        assert change(clerk, id=waiting, taxExemption=True, reason=reason)["errors"] == [
            {"code": "INVALID", "path": ["reason"]}
        ]
    assert broken_orders() == []


def test_the_postal_code_of_the_order_decides_what_is_put_on_it(clerk: Merchant) -> None:
    make_tax_rate("US", "10")
    make_tax_rate("US", "5", codes=("94043", ""))
    order_id = authorized()
    assert set(OrderLine.objects.values_list("tax_percent", flat=True)) == {5}
    change(clerk, id=order_id, taxExemption=True)
    order = Order.objects.get()
    order.shipping_address = make_address(postal_code="94000")
    order.save()
    assert change(clerk, id=order_id, taxExemption=False)["errors"] == [{"code": "INVALID_STATUS", "path": ["id"]}]
    assert set(OrderLine.objects.values_list("tax_percent", flat=True)) == {0}


def test_it_needs_both_permissions() -> None:
    order_id = authorized()
    for staff in (merchant(Permission.MANAGE_ORDERS), merchant(Permission.MANAGE_TAXES)):
        answer = staff.ask("orderTaxExemptionManage", id=order_id, taxExemption=True)
        assert answer.codes == ["PERMISSION_DENIED"]
    assert Order.objects.get().tax_exemption == ""
