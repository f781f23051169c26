"""What is shown once is told again to the same key, made only once, and never lies readable in the table."""

from __future__ import annotations

import json
from typing import Any

import pytest
from cryptography.fernet import InvalidToken
from pytest_django import DjangoAssertNumQueries, Settings

from commerce.accounts.tokens import issue_access_token
from commerce.core.permission import Permission
from commerce.core.sealing import seal, unseal
from commerce.events.models import Event
from commerce.giftcards.models import GiftCard
from commerce.idempotency.models import IdempotencyKey
from commerce.idempotency.services import hash_of
from tests.api import Api
from tests.factories import make_channel, make_staff
from tests.races.crowd import crowd, hesitate
from tests.schema.doing import Merchant, merchant
from webhooks.models import Endpoint

pytestmark = pytest.mark.usefixtures("durable", "redis_client")

KEY = "01a0-a-key-that-nobody-guesses"
TEN = {"balance": {"amount": "10", "currency": "USD"}}
ONE = """mutation ($input: GiftCardCreateInput!) {
  giftCardCreate(input: $input) { code giftCard { id displayCode } errors { code } } }"""
MANY = """mutation ($count: Int!, $input: GiftCardCreateInput!) {
  giftCardBulkCreate(count: $count, input: $input) { count codes giftCards { displayCode } errors { code } } }"""
ENDPOINT = """mutation ($input: WebhookEndpointInput!) {
  webhookEndpointCreate(input: $input) { secret webhookEndpoint { id } errors { code } } }"""
ROTATE = "mutation ($id: ID!) { webhookSecretRotate(id: $id) { secret webhookEndpoint { id } errors { code } } }"


@pytest.fixture
def staff() -> Merchant:
    """Somebody who may manage gift cards and partners."""
    make_channel()
    return merchant(Permission.MANAGE_GIFT_CARDS, Permission.MANAGE_WEBHOOKS)


def kept() -> str:
    """All that is written down of answers, hashes of inputs included."""
    return json.dumps([[each.answer, each.input_hash] for each in IdempotencyKey.objects.all()])


def test_a_card_whose_answer_was_lost_is_asked_for_again(staff: Merchant) -> None:
    first = staff.api.send(ONE, key=KEY, input=TEN).data["giftCardCreate"]
    again = staff.api.send(ONE, key=KEY, input=TEN).data["giftCardCreate"]

    assert first["errors"] == []
    assert again == first
    assert first["code"].endswith(first["giftCard"]["displayCode"])
    assert GiftCard.objects.count() == Event.objects.filter(type="gift_card.created").count() == 1
    assert first["code"] not in kept()
    assert staff.api.send(ONE, key=KEY + "2", input=TEN).data["giftCardCreate"]["code"] != first["code"]


def test_a_hundred_cards_are_told_again_in_a_few_statements(
    staff: Merchant, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    first = staff.api.send(MANY, key=KEY, count=100, input=TEN).data["giftCardBulkCreate"]
    with django_assert_max_num_queries(8):
        again = staff.api.send(MANY, key=KEY, count=100, input=TEN).data["giftCardBulkCreate"]
    assert again == first
    assert [code[-4:] for code in again["codes"]] == [card["displayCode"] for card in again["giftCards"]]
    assert GiftCard.objects.count() == 100
    assert not any(code in kept() for code in first["codes"])


def test_many_processes_with_one_key_issue_one_set_of_cards(staff: Merchant, monkeypatch: pytest.MonkeyPatch) -> None:
    hesitate(monkeypatch, "commerce.giftcards.cards.emit_many", seconds=0.5)
    token = staff.api.token

    def issue(_number: int) -> Any:
        return Api("/graphql/admin/", token).send(MANY, key=KEY, count=3, input=TEN).data["giftCardBulkCreate"]

    answers = [result.value for result in crowd(issue, 10)]

    assert answers[0]["errors"] == []
    assert len(set(answers[0]["codes"])) == 3
    assert answers == [answers[0]] * 10
    assert GiftCard.objects.count() == 3


def test_with_another_secret_key_nothing_is_told_and_nothing_is_issued(settings: Settings) -> None:
    make_channel()
    user = make_staff([Permission.MANAGE_GIFT_CARDS])
    Api("/graphql/admin/", issue_access_token(user, "admin")).send(ONE, key=KEY, input=TEN)
    settings.SECRET_KEY = "another one, after the first was lost to somebody"
    api = Api("/graphql/admin/", issue_access_token(user, "admin"))
    refused = api.send(ONE, key=KEY, input=TEN).data["giftCardCreate"]
    assert [error["code"] for error in refused["errors"]] == ["IDEMPOTENCY_KEY_REUSED"]
    assert refused["code"] is None
    assert GiftCard.objects.count() == 1


def test_the_secret_of_a_partner_is_told_again_and_made_once(staff: Merchant) -> None:
    server = {"name": "ERP", "url": "https://example.com/hook", "eventTypes": ["*"]}
    made = [staff.api.send(ENDPOINT, key=KEY, input=server).data["webhookEndpointCreate"] for _ in range(2)]
    assert made[0]["errors"] == []
    assert made[0] == made[1]
    assert Endpoint.objects.get().secret == made[0]["secret"]
    key = made[0]["webhookEndpoint"]["id"]
    turned = [staff.api.send(ROTATE, key=KEY, id=key).data["webhookSecretRotate"] for _ in range(2)]
    assert turned[0] == turned[1]
    assert (Endpoint.objects.get().secret, Endpoint.objects.get().previous_secret) == (
        turned[0]["secret"],
        made[0]["secret"],
    )
    assert turned[0]["secret"] not in kept()
    assert made[0]["secret"] not in kept()


def test_what_is_sealed_for_one_row_opens_in_no_other() -> None:
    sealed = seal("ABCD-EFGH", purpose="kept answer of one")
    assert unseal(sealed, purpose="kept answer of one") == "ABCD-EFGH"
    assert "ABCD" not in sealed
    with pytest.raises(InvalidToken):
        unseal(sealed, purpose="kept answer of another")


def test_the_hash_of_an_input_says_nothing_to_who_has_only_the_table(settings: Settings) -> None:
    before = hash_of("giftCardCreate", TEN)
    settings.SECRET_KEY = "another"
    assert hash_of("giftCardCreate", TEN) != before
