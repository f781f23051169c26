"""Orders as staff see and move them, each in their own channels."""

from __future__ import annotations

from typing import Any

import pytest

from commerce.accounts.tokens import issue_access_token
from commerce.channels.models import Channel
from commerce.core.permission import Permission
from commerce.orders.models import Order
from commerce.permissions.models import StaffGroup
from schema.ids import id_of
from tests.api import Api
from tests.factories import make_channel, make_staff
from tests.schema.buying import NOBODYS, bought, let_money_move
from tests.schema.doing import ORDER, Merchant, gid, merchant
from tests.shoppers import assert_all_is_well

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_client")]

ORDER_AND_MONEY = ORDER[:-1] + "totalAuthorized { amount } }"
ORDERS = f"""query($first: Int, $after: String, $channel: String, $status: [OrderStatus!]) {{
  orders(first: $first, after: $after, channel: $channel, status: $status) {{
    totalCount pageInfo {{ hasNextPage endCursor }} nodes {ORDER_AND_MONEY} }} }}"""


@pytest.fixture
def clerk() -> Merchant:
    """Staff who may do anything with orders, everywhere."""
    return merchant(Permission.MANAGE_ORDERS, Permission.MANAGE_PAYMENTS)


@pytest.fixture
def eu() -> Channel:
    """Another channel."""
    return make_channel("eu", currency_code="EUR", default_country="US", countries=["US"])


def numbers(staff: Merchant, **arguments: Any) -> list[str]:
    """The numbers in the list of orders."""
    return [node["number"] for node in staff.api.send(ORDERS, **arguments).data["orders"]["nodes"]]


def test_the_list_of_orders_newest_first_by_channel_and_status(clerk: Merchant, eu: Channel) -> None:
    home, abroad = bought(), bought(channel=eu)
    assert numbers(clerk) == [abroad["number"], home["number"]]
    assert numbers(clerk, channel="eu") == [abroad["number"]]
    assert numbers(clerk, status=["FULFILLED"]) == []
    clerk.do("orderFulfill", id=home["id"])
    assert numbers(clerk, status=["FULFILLED", "CANCELED"]) == [home["number"]]
    assert clerk.api.send(ORDERS, channel="nowhere").codes == ["NOT_FOUND"]
    first = clerk.api.send(ORDERS, first=1).data["orders"]
    assert (first["totalCount"], first["pageInfo"]["hasNextPage"]) == (2, True)
    assert numbers(clerk, first=1, after=first["pageInfo"]["endCursor"]) == [home["number"]]


def test_staff_of_a_channel_see_and_move_its_orders_only(eu: Channel) -> None:
    home, abroad = bought(), bought(channel=eu)
    hans = merchant(Permission.MANAGE_ORDERS, Permission.MANAGE_PAYMENTS, channels=[eu])
    assert numbers(hans) == [abroad["number"]]
    assert numbers(hans, channel="default-channel") == []
    one = "query($id: ID, $number: String) { order(id: $id, number: $number) { number userEmail user { email } } }"
    assert hans.api.send(one, id=abroad["id"]).data["order"]["number"] == abroad["number"]
    assert hans.api.send(one, id=home["id"]).data["order"] is None
    assert hans.api.send(one, number=home["number"]).data["order"] is None
    for name in ("orderFulfill", "orderCancel", "orderCapture", "orderRefund"):
        answer = hans.ask(name, id=home["id"])
        assert answer.problems == [("NOT_FOUND", ["id"])], name
        assert answer.payload["order"] is None
    assert Order.objects.get(id=id_of("Order", home["id"])).status == Order.Status.UNFULFILLED


def test_whoever_moves_money_in_one_channel_moves_none_in_another(eu: Channel) -> None:
    home, abroad = bought(), bought(channel=eu)
    user = make_staff([Permission.MANAGE_ORDERS])
    cashiers = StaffGroup.objects.create(
        name="Cashiers", permissions=[Permission.MANAGE_PAYMENTS.value], restricted_to_channels=True
    )
    cashiers.channels.set([eu])
    user.groups.add(cashiers)
    hans = Merchant(Api("/graphql/admin/", issue_access_token(user, "admin")))
    assert hans.ask("orderRefund", id=home["id"]).codes == ["PERMISSION_DENIED"]
    assert hans.ask("orderCapture", id=home["id"]).codes == ["PERMISSION_DENIED"]
    assert hans.ask("orderRefund", id=abroad["id"]).problems == []


def test_an_order_by_number_and_numbers_that_are_none(clerk: Merchant) -> None:
    order = bought()
    one = "query($number: String) { order(number: $number) { id } }"
    assert clerk.api.send(one, number=order["number"]).data["order"] == {"id": order["id"]}
    for wrong in (None, "", "x", "-1", "1.5", "9" * 19, "9" * 6000, "٣", "\x00"):
        assert clerk.api.send(one, number=wrong).data["order"] is None


def test_an_order_is_sent_in_two_parcels(clerk: Merchant) -> None:
    order = bought(quantity=3)
    (line,) = order["lines"]
    first = clerk.do(
        "orderFulfill",
        id=order["id"],
        lines=[{"orderLineId": line["id"], "quantity": 2}],
        trackingNumber="1Z999",
    )
    assert first["fulfillment"] == {"status": "FULFILLED", "trackingNumber": "1Z999", "lines": [{"quantity": 2}]}
    assert first["order"]["status"] == "PARTIALLY_FULFILLED"
    assert first["order"]["lines"][0]["quantityFulfilled"] == 2
    assert first["order"]["fulfillments"][0]["lines"] == [{"quantity": 2, "orderLine": {"id": line["id"]}}]
    rest = clerk.do("orderFulfill", id=order["id"])
    assert rest["order"]["status"] == "FULFILLED"
    again = clerk.ask("orderFulfill", id=order["id"])
    assert again.problems == [("INVALID", ["lines"])]
    assert again.payload["order"]["status"] == "FULFILLED", "shown with the refusal"
    assert_all_is_well()


def test_what_cannot_be_sent(clerk: Merchant) -> None:
    order, other = bought(quantity=2), bought()
    (line,), (foreign,) = order["lines"], other["lines"]

    def send(*lines: tuple[str, int], **more: Any) -> list[tuple[str, list[str]]]:
        wanted = [{"orderLineId": key, "quantity": units} for key, units in lines]
        answer = clerk.ask("orderFulfill", id=order["id"], lines=wanted, **more)
        assert answer.payload["order"]["status"] == "UNFULFILLED"
        return answer.problems

    for units in (0, -1, 3, 2**31 - 1):
        assert send((line["id"], units)) == [("INVALID", ["lines", "0", "quantity"])]
    assert send((foreign["id"], 1)) == [("INVALID", ["lines", "0", "orderLineId"])]
    assert send((line["id"], 1), (line["id"], 1)) == [("INVALID", ["lines", "1", "orderLineId"])]
    assert send((order["id"], 1)) == [("GRAPHQL_ERROR", ["lines", "0", "orderLineId"])]
    assert send() == [("INVALID", ["lines"])]
    for number in ("x" * 256, "\x00"):
        assert send((line["id"], 1), trackingNumber=number) == [("INVALID", ["trackingNumber"])]
    assert clerk.ask("orderFulfill", id=gid("Order", NOBODYS)).problems == [("NOT_FOUND", ["id"])]


def test_a_cancelled_order_gives_goods_and_money_back(clerk: Merchant) -> None:
    order = bought()
    cancelled = clerk.do("orderCancel", id=order["id"])["order"]
    assert cancelled["status"] == "CANCELED"
    let_money_move()
    seen = clerk.api.send(ORDERS).data["orders"]["nodes"][0]
    assert (seen["paymentStatus"], seen["totalRefunded"]) == ("FULLY_REFUNDED", {"amount": 15.0})
    for name in ("orderCancel", "orderFulfill"):
        answer = clerk.ask(name, id=order["id"])
        assert answer.problems[0][0] == "INVALID_STATUS", answer.payload
        assert answer.payload["order"]["status"] == "CANCELED"
    assert_all_is_well()


def test_what_is_sent_is_not_cancelled(clerk: Merchant) -> None:
    order = bought()
    clerk.do("orderFulfill", id=order["id"])
    assert [code for code, _ in clerk.ask("orderCancel", id=order["id"]).problems] == ["INVALID_STATUS"]


def test_what_was_authorized_is_captured_in_parts(clerk: Merchant) -> None:
    order = bought(action="AUTHORIZATION")
    assert (order["authorizeStatus"], order["chargeStatus"], order["isPaid"]) == ("FULL", "NONE", False)
    clerk.do("orderCapture", id=order["id"], amount="10.00")
    let_money_move()
    partly = clerk.api.send(ORDERS).data["orders"]["nodes"][0]
    assert (partly["chargeStatus"], partly["totalCaptured"]) == ("PARTIAL", {"amount": 10.0})
    assert (partly["authorizeStatus"], partly["totalAuthorized"]) == ("FULL", {"amount": 5.0})
    for amount in ("5.01", "0", "999999999999999999"):
        answer = clerk.ask("orderCapture", id=order["id"], amount=amount)
        assert answer.problems == [("INVALID", ["amount"])], amount
        assert answer.payload["order"]["number"] == order["number"]
    clerk.do("orderCapture", id=order["id"])
    let_money_move()
    assert clerk.api.send(ORDERS).data["orders"]["nodes"][0]["isPaid"] is True
    assert clerk.ask("orderCapture", id=order["id"]).problems == [("INVALID", ["amount"])]
    assert_all_is_well()
    clerk.do("orderRefund", id=order["id"])
    let_money_move()
    refunded = clerk.api.send(ORDERS).data["orders"]["nodes"][0]
    assert (refunded["authorizeStatus"], refunded["totalAuthorized"]) == ("NONE", {"amount": 0.0})


def test_money_that_was_only_set_aside_is_let_go_with_the_order(clerk: Merchant) -> None:
    order = bought(action="AUTHORIZATION")
    clerk.do("orderCancel", id=order["id"])
    let_money_move()
    seen = clerk.api.send(ORDERS).data["orders"]["nodes"][0]
    assert (seen["authorizeStatus"], seen["totalAuthorized"]) == ("NONE", {"amount": 0.0})
    assert_all_is_well()


def test_refunds_never_exceed_the_charge(clerk: Merchant) -> None:
    order = bought()
    clerk.do("orderRefund", id=order["id"], amount="4.99")
    assert clerk.ask("orderRefund", id=order["id"], amount="10.02").problems == [("INVALID", ["amount"])], (
        "queued counts"
    )
    assert clerk.ask("orderRefund", id=order["id"], amount="1.001").problems == [("INVALID", ["amount"])]
    clerk.do("orderRefund", id=order["id"])
    let_money_move()
    seen = clerk.api.send(ORDERS).data["orders"]["nodes"][0]
    assert (seen["paymentStatus"], seen["totalRefunded"]) == ("FULLY_REFUNDED", {"amount": 15.0})
    assert clerk.ask("orderRefund", id=order["id"]).problems == [("INVALID", ["amount"])]


def test_reading_orders_is_not_moving_money() -> None:
    order = bought()
    reader = merchant(Permission.MANAGE_ORDERS)
    for name in ("orderCapture", "orderRefund"):
        assert reader.ask(name, id=order["id"]).codes == ["PERMISSION_DENIED"]
    cashier = merchant(Permission.MANAGE_PAYMENTS)
    assert cashier.ask("orderRefund", id=order["id"]).codes == ["PERMISSION_DENIED"]
    assert cashier.api.send(ORDERS).codes == ["PERMISSION_DENIED"]
