"""One key, one answer: the table of idempotency keys."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db.models import F

from commerce.core.errors import InvalidInput
from commerce.idempotency.errors import IdempotencyKeyReused, InProgress, LeaseLost
from commerce.idempotency.models import IdempotencyKey
from commerce.idempotency.services import (
    Claim,
    Replay,
    begin,
    hash_of,
    mark_done,
    purge_expired_keys,
    release,
)

pytestmark = pytest.mark.django_db

SCOPE = "storefront:checkout:1:checkoutLinesAdd"
INPUT = hash_of("checkoutLinesAdd", {"lines": [{"variantId": "1", "quantity": 2}]})


def claimed(key: str = "key-1", *, scope: str = SCOPE, input_hash: str = INPUT) -> Claim:
    """A claim that must be ours at once."""
    claim = begin(scope=scope, key=key, input_hash=input_hash, wait_seconds=0)
    assert isinstance(claim, Claim)
    return claim


def age(hours: float) -> None:
    """Make every row so much older."""
    IdempotencyKey.objects.update(created_at=F("created_at") - timedelta(hours=hours))


def let_leases_end() -> None:
    """As if whoever holds a claim had died more than a lease ago."""
    IdempotencyKey.objects.update(lease_until=F("lease_until") - timedelta(hours=1))


def test_the_second_request_gets_the_answer_of_the_first() -> None:
    mark_done(claimed(), {"checkout": "abc"})
    assert begin(scope=SCOPE, key="key-1", input_hash=INPUT) == Replay({"checkout": "abc"})


def test_a_key_with_another_input_is_refused() -> None:
    mark_done(claimed(), {})
    other = hash_of("checkoutLinesAdd", {"lines": [{"variantId": "1", "quantity": 3}]})
    with pytest.raises(IdempotencyKeyReused) as refusal:
        begin(scope=SCOPE, key="key-1", input_hash=other)
    assert refusal.value.code == "IDEMPOTENCY_KEY_REUSED"


def test_a_key_with_another_input_is_refused_while_the_first_is_running_and_after_it_died() -> None:
    claimed()
    for _ in range(2):
        with pytest.raises(IdempotencyKeyReused):
            begin(scope=SCOPE, key="key-1", input_hash="other", wait_seconds=0)
        let_leases_end()


def test_the_keys_of_two_callers_never_meet() -> None:
    mark_done(claimed(scope="storefront:user:1:checkoutCreate"), {"checkout": "hers"})
    claimed(scope="storefront:user:2:checkoutCreate")
    assert IdempotencyKey.objects.count() == 2


def test_while_the_first_is_running_the_second_waits_and_is_told_so() -> None:
    claimed()
    with pytest.raises(InProgress) as refusal:
        begin(scope=SCOPE, key="key-1", input_hash=INPUT, wait_seconds=0.1)
    assert refusal.value.code == "IN_PROGRESS"


def test_a_request_whose_process_died_is_taken_over_when_its_lease_ends() -> None:
    dead = claimed()
    let_leases_end()
    heir = claimed()
    assert heir.owner != dead.owner
    with pytest.raises(LeaseLost):
        mark_done(dead, {"said": "by the dead"})
    mark_done(heir, {"said": "by the heir"})
    assert begin(scope=SCOPE, key="key-1", input_hash=INPUT) == Replay({"said": "by the heir"})


def test_who_lost_the_lease_cannot_free_the_key_of_the_heir() -> None:
    dead = claimed()
    let_leases_end()
    claimed()
    release(dead)
    with pytest.raises(InProgress):
        begin(scope=SCOPE, key="key-1", input_hash=INPUT, wait_seconds=0)


def test_a_released_key_starts_afresh_even_with_another_input() -> None:
    release(claimed())
    claimed(input_hash="another")


def test_an_answer_that_was_given_is_not_released() -> None:
    claim = claimed()
    mark_done(claim, {"order": "1"})
    release(claim)
    assert begin(scope=SCOPE, key="key-1", input_hash=INPUT) == Replay({"order": "1"})


def test_after_24_hours_the_key_is_as_good_as_new() -> None:
    mark_done(claimed(), {"order": "old"})
    age(23.9)
    assert isinstance(begin(scope=SCOPE, key="key-1", input_hash=INPUT), Replay)
    age(0.2)
    mark_done(claimed(input_hash="another input"), {"order": "new"})
    assert begin(scope=SCOPE, key="key-1", input_hash="another input") == Replay({"order": "new"})


def test_the_sweeper_takes_what_is_old_and_leaves_what_is_running() -> None:
    mark_done(claimed("old"), {})
    claimed("old but running")
    age(25)
    mark_done(claimed("young"), {})
    assert purge_expired_keys() == 1
    assert set(IdempotencyKey.objects.values_list("key", flat=True)) == {"old but running", "young"}
    let_leases_end()
    assert purge_expired_keys() == 1


@pytest.mark.parametrize("key", ["", "x" * 256, "a\x00b", "line\nbreak"])
def test_a_key_that_is_none_is_refused(key: str) -> None:
    with pytest.raises(InvalidInput):
        begin(scope=SCOPE, key=key, input_hash=INPUT)


def test_the_hash_knows_the_field_and_the_values_but_not_their_order() -> None:
    some_id = uuid4()
    assert hash_of("f", {"a": 1, "b": [some_id]}) == hash_of("f", {"b": [some_id], "a": 1})
    assert hash_of("f", {"a": [1, 2]}) != hash_of("f", {"a": [2, 1]})
    assert hash_of("f", {"a": 1}) != hash_of("g", {"a": 1})
    assert hash_of("f", {"a": None}) != hash_of("f", {})
    assert hash_of("f", {"a": "1"}) != hash_of("f", {"a": 1})


def test_a_claim_costs_one_statement_and_a_replay_two(query_count) -> None:
    with query_count() as statements:
        claim = claimed()
    assert len(statements) == 1, statements
    mark_done(claim, {})
    with query_count() as statements:
        begin(scope=SCOPE, key="key-1", input_hash=INPUT)
    assert len(statements) == 2, statements
