"""Merchants issue gift cards and keep them, through HTTP and on their screens."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from commerce.core.permission import Permission
from commerce.events.models import Event
from commerce.giftcards.invariants import broken_gift_cards
from commerce.giftcards.models import GiftCard, GiftCardEntry
from tests.factories import make_channel
from tests.gift_cards import balance_of, make_gift_card
from tests.schema.buying import ready
from tests.schema.doing import Merchant, gid, merchant
from tests.screens import form_of, path_of, signed_in

pytestmark = pytest.mark.usefixtures("durable", "redis_client")

CARD = """{ id displayCode version isActive expiresAt tag note currentBalance { amount currency }
  initialBalance { amount } channel { slug }
  entries(first: 10) { totalCount edges { node { kind amount { amount } orderId } } } }"""
TEN = {"balance": {"amount": "10", "currency": "USD"}}


@pytest.fixture
def staff() -> Merchant:
    """Somebody who may manage gift cards."""
    make_channel()
    return merchant(Permission.MANAGE_GIFT_CARDS)


def create(staff: Merchant, **fields: Any) -> Any:
    query = f"""mutation ($input: GiftCardCreateInput!) {{ giftCardCreate(input: $input) {{
      giftCard {CARD} code errors {{ code path }} }} }}"""
    return staff.api.send(query, input={**TEN, **fields}).data["giftCardCreate"]


def read(staff: Merchant, key: str) -> Any:
    return staff.api.send(f"query ($id: ID!) {{ giftCard(id: $id) {CARD} }}", id=key).data["giftCard"]


def change(staff: Merchant, name: str, key: str, **arguments: Any) -> Any:
    kinds = {"input": "GiftCardUpdateInput!", "version": "Int"}
    declared = "".join(f", ${each}: {kinds[each]}" for each in arguments)
    passed = "".join(f", {each}: ${each}" for each in arguments)
    query = f"mutation ($id: ID!{declared}) {{ {name}(id: $id{passed}) {{ giftCard {CARD} errors {{ code path }} }} }}"
    return staff.api.send(query, id=key, **arguments).data[name]


def test_a_card_is_issued_its_code_is_said_once_and_a_shopper_pays_with_it(staff: Merchant) -> None:
    made = create(staff, tag="xmas", note="For Ada", channel="default-channel")
    assert made["errors"] == []
    card, code = made["giftCard"], made["code"]
    assert (card["displayCode"], card["tag"], card["note"]) == (code[-4:], "xmas", "For Ada")
    row = GiftCard.objects.get()
    assert code.replace("-", "") not in str(row.__dict__)
    assert row.code_hash != hashlib.sha256(code.encode()).hexdigest()
    shopper = ready(price=300)
    shopper.do("checkoutAddPromoCode", checkoutId=shopper.cart, promoCode=code)
    order = shopper.do("checkoutComplete")["order"]

    seen = read(staff, card["id"])

    assert (seen["currentBalance"], seen["initialBalance"]) == ({"amount": 2.0, "currency": "USD"}, {"amount": 10.0})
    assert [edge["node"] for edge in seen["entries"]["edges"]] == [
        {"kind": "ISSUED", "amount": {"amount": 10.0}, "orderId": None},
        {"kind": "REDEEMED", "amount": {"amount": -8.0}, "orderId": order["id"]},
    ]
    event = Event.objects.get(type="gift_card.created")
    assert code[:-5] not in str(event.payload)


def test_a_thousand_cards_at_once_and_no_more(staff: Merchant) -> None:
    query = """mutation ($count: Int!, $input: GiftCardCreateInput!) {
      giftCardBulkCreate(count: $count, input: $input) {
      codes count errors { code path } } }"""
    made = staff.api.send(query, count=1000, input={**TEN, "tag": "fair"}).data["giftCardBulkCreate"]
    assert (made["count"], len(set(made["codes"])), made["errors"]) == (1000, 1000, [])
    refused = staff.api.send(query, count=1001, input=TEN).data["giftCardBulkCreate"]
    assert refused["errors"] == [{"code": "INVALID", "path": ["count"]}]
    assert GiftCard.objects.count() == GiftCardEntry.objects.count() == 1000
    listed = "query ($tag: String, $code: String) { giftCards(first: 2, tag: $tag, code: $code) { totalCount } }"
    assert staff.api.send(listed, tag="fair").data["giftCards"]["totalCount"] == 1000
    assert staff.api.send(listed, code=made["codes"][7].lower()).data["giftCards"]["totalCount"] == 1
    assert staff.api.send(listed, code="nobody's").data["giftCards"]["totalCount"] == 0
    assert broken_gift_cards() == []


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"balance": {"amount": "0", "currency": "USD"}}, ["input", "balance", "amount"]),
        ({"balance": {"amount": "1.005", "currency": "USD"}}, ["input", "balance", "amount"]),
        ({"balance": {"amount": "1e17", "currency": "USD"}}, ["input", "balance", "amount"]),
        ({"balance": {"amount": "5", "currency": "usd"}}, ["input", "balance", "currency"]),
        (
            {"balance": {"amount": "5", "currency": "EUR"}, "channel": "default-channel"},
            ["input", "balance", "currency"],
        ),
        ({"expiresAt": "2020-01-01T00:00:00Z"}, ["input", "expiresAt"]),
        ({"tag": "x" * 101}, ["input", "tag"]),
        ({"note": "a\u0000b"}, ["input", "note"]),
    ],
)
def test_bad_input_issues_nothing(staff: Merchant, fields: dict[str, Any], path: list[str]) -> None:
    refused = create(staff, **fields)
    assert refused["errors"] == [{"code": "INVALID", "path": path}]
    assert (refused["code"], refused["giftCard"]) == (None, None)
    assert not GiftCard.objects.exists()


def test_a_card_is_adjusted_and_switched_off_and_on_with_its_version(staff: Merchant) -> None:
    issued = make_gift_card(1000)
    key = gid("GiftCard", issued.card.id)

    changed = change(staff, "giftCardUpdate", key, input={"balance": "7.50", "tag": "less"}, version=1)["giftCard"]
    assert (changed["version"], changed["currentBalance"]["amount"], changed["initialBalance"]["amount"]) == (
        2,
        7.5,
        7.5,
    )
    assert [edge["node"]["amount"]["amount"] for edge in changed["entries"]["edges"]] == [10.0, -2.5]
    late = change(staff, "giftCardUpdate", key, input={"balance": "9"}, version=1)
    assert late["errors"] == [{"code": "CONFLICT", "path": ["version"]}]
    assert not change(staff, "giftCardDeactivate", key)["giftCard"]["isActive"]
    shopper = ready()
    refused = shopper.ask("checkoutAddPromoCode", checkoutId=shopper.cart, promoCode=issued.code)
    assert [code for code, _ in refused.problems] == ["INVALID"]
    assert change(staff, "giftCardActivate", key)["giftCard"]["isActive"]
    assert shopper.do("checkoutAddPromoCode", checkoutId=shopper.cart, promoCode=issued.code)
    assert broken_gift_cards() == []


def test_staff_of_one_channel_see_and_change_only_its_cards() -> None:
    here, elsewhere = make_channel(), make_channel("elsewhere")
    local = merchant(Permission.MANAGE_GIFT_CARDS, channels=[here])
    ours, theirs, everybodys = make_gift_card(channel=here), make_gift_card(channel=elsewhere), make_gift_card()

    assert read(local, gid("GiftCard", ours.card.id)) is not None
    for hidden in (theirs, everybodys):
        key = gid("GiftCard", hidden.card.id)
        assert read(local, key) is None
        refused = change(local, "giftCardDeactivate", key)
        assert [error["code"] for error in refused["errors"]] == ["NOT_FOUND"]
        assert refused["giftCard"] is None, "what is refused is not shown either"
    assert GiftCard.objects.filter(is_active=True).count() == 3


def test_the_account_of_a_card_is_never_rewritten() -> None:
    make_gift_card()
    with pytest.raises(IntegrityError), transaction.atomic():
        GiftCardEntry.objects.update(amount=5)
    with pytest.raises(IntegrityError), transaction.atomic():
        GiftCardEntry.objects.all().delete()


def test_the_screen_shows_balance_and_account_and_changes_neither() -> None:
    issued = make_gift_card(1000)
    client = signed_in()
    page = client.get(path_of(issued.card))
    assert "10.00 USD" in page.content.decode()
    form = form_of(client, issued.card) | {"balance": "99999", "initial_amount": "99999", "tag": "seen"}
    form.pop("is_active")

    assert client.post(path_of(issued.card), form).status_code == 302

    issued.card.refresh_from_db()
    assert (issued.card.tag, issued.card.is_active, issued.card.version) == ("seen", False, 2)
    assert balance_of(issued) == issued.card.initial_amount == 1000
    assert Event.objects.filter(type="gift_card.updated").count() == 1
    assert broken_gift_cards() == []
