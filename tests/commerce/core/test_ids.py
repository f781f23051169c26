"""Keys that sort by birth and cannot be guessed."""

import copy
import time
from itertools import pairwise
from uuid import UUID, uuid4

import pytest
from django.db import connection

from commerce.core.ids import stored_uuid, uuid7, uuid_of


def test_a_key_says_that_it_is_a_uuid_of_version_7() -> None:
    key = uuid7()
    assert key.version == 7
    assert key.variant == "specified in RFC 4122"


def test_a_key_carries_the_millisecond_of_its_birth() -> None:
    before = time.time_ns() // 1_000_000
    key = uuid7()
    after = time.time_ns() // 1_000_000
    assert before <= key.int >> 80 <= after


def test_keys_of_later_milliseconds_sort_later() -> None:
    keys = []
    for _ in range(5):
        keys.append(uuid7())
        time.sleep(0.002)
    assert keys == sorted(keys)


def test_a_key_says_nothing_about_its_neighbours() -> None:
    """Within one millisecond the 74 random bits neither count up nor stay near each other."""
    keys = [uuid7().int for _ in range(2_000)]
    random_bits = [((key >> 64) & 0xFFF) << 62 | key & (1 << 62) - 1 for key in keys]
    steps = [later - earlier for earlier, later in pairwise(random_bits)]
    assert len(set(random_bits)) == len(keys)
    assert min(map(abs, steps)) > 1 << 40
    assert 800 < sum(step > 0 for step in steps) < 1_200


def test_every_random_bit_is_used() -> None:
    ones = zeros = 0
    for _ in range(200):
        key = uuid7().int
        ones |= key
        zeros |= ~key
    random_mask = 0xFFF << 64 | (1 << 62) - 1
    assert ones & random_mask == random_mask
    assert zeros & random_mask == random_mask


@pytest.mark.parametrize("known", [UUID(int=0), UUID(int=2**128 - 1), uuid4(), uuid7()])
def test_what_is_made_without_detours_is_a_uuid_like_any_other(known: UUID):
    for made in (uuid_of(known.int), stored_uuid(str(known))):
        assert made == known
        assert hash(made) == hash(known)
        assert (repr(made), str(made), made.is_safe) == (repr(known), str(known), known.is_safe)
        assert copy.deepcopy(made) == known


@pytest.mark.django_db
def test_postgresql_writes_ids_as_they_are_read():
    known = uuid4()
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::uuid, NULL::uuid, upper(%s)::uuid, ARRAY[%s::uuid]", [known, str(known), known])
        assert cursor.fetchone() == (known, None, known, [known])
