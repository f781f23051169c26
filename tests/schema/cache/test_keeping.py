"""Whether an answer may be kept and served, when things happen at the worst moment."""

from __future__ import annotations

import threading
import time
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection
from redis import Redis, RedisError

from commerce.core.breaker import Breaker, Unavailable
from schema.cache import tags
from schema.cache.answers import Answers, Miss
from schema.cache.entry import Entry, etag_of, load
from schema.cache.flights import Flights
from schema.cache.memory import Memory
from schema.cache.models import Touch
from schema.cache.question import Question
from schema.cache.reads import Reads
from schema.cache.store import SLOWEST_RENEWAL_MS
from schema.cache.version import at_clock, untold, wanted_clock

pytestmark = pytest.mark.usefixtures("caching")

LIST = Reads(frozenset({tags.SHOP, tags.PRODUCTS}), frozenset(), frozenset())
ONE = Reads(frozenset({tags.SHOP}), frozenset(), frozenset())


def question(reads: Reads = LIST) -> Question:
    return Question(uuid4().hex, reads, {})


def process() -> Answers:
    """The cache as another process has it: with an empty memory."""
    return Answers(settings.REDIS_URL)


def make(answers: Answers, asked: Question, body: bytes = b"{}", *shown: str) -> None:
    found = answers.find(asked)
    assert isinstance(found, Miss)
    with found:
        found.keep(body, shown)


def is_kept(answers: Answers, asked: Question, version: str | None = None) -> bool:
    found = answers.find(asked, version=version)
    if isinstance(found, Miss):
        with found:
            return False
    return True


def test_what_is_written_while_an_answer_is_made_makes_it_stale() -> None:
    ours, theirs, asked = process(), process(), question()
    found = ours.find(asked)
    assert isinstance(found, Miss)
    with found:
        theirs.touch([tags.PRODUCTS], [])
        found.keep(b"from before")
    assert not is_kept(theirs, asked)
    assert not is_kept(process(), asked)


def test_a_product_that_is_written_before_it_is_known_that_the_answer_shows_it() -> None:
    ours, theirs, asked = process(), process(), question(ONE)
    product = tags.product(uuid4())
    found = ours.find(asked)
    assert isinstance(found, Miss)
    with found:
        theirs.touch([product], [])
        assert found.keep(b"from before", {product}) == 0.0
    assert not is_kept(ours, asked)
    make(ours, asked, b"from after", product)
    assert is_kept(ours, asked)
    assert is_kept(theirs, asked)
    theirs.touch([product], [])
    assert not is_kept(process(), asked)


def test_another_product_that_is_written_meanwhile_does_no_harm_once_the_tag_is_known() -> None:
    ours, theirs, asked = process(), process(), question(ONE)
    mug, cup = tags.product(uuid4()), tags.product(uuid4())
    make(ours, question(ONE), b"", mug)
    found = ours.find(asked)
    assert isinstance(found, Miss)
    with found:
        theirs.touch([cup], [])
        found.keep(b"the mug", {mug})
    assert is_kept(theirs, asked)


def test_who_has_written_sees_it_whatever_other_processes_remember() -> None:
    ours, theirs, asked = process(), process(), question()
    make(theirs, asked)
    assert is_kept(theirs, asked)
    ours.touch([tags.PRODUCTS], [])
    version = ours.version()
    assert is_kept(theirs, asked), "for half a second others may be shown what was"
    assert not is_kept(theirs, asked, version)


def test_a_version_costs_nothing_when_the_answer_is_not_touched() -> None:
    ours, theirs, asked = process(), process(), question()
    make(theirs, asked)
    ours.touch([tags.product(uuid4())], [])
    assert is_kept(theirs, asked, ours.version())


def test_versions_only_grow() -> None:
    ours, theirs = process(), process()
    seen = []
    for answers in (ours, theirs, ours):
        answers.touch([tags.SHOP], [])
        seen.append(wanted_clock(answers.version()))
    assert seen == sorted(set(seen))


def test_a_version_from_before_redis_lost_everything_still_holds(redis_client: Redis) -> None:
    answers, asked = process(), question()
    answers.touch([tags.SHOP], [])
    version = answers.version()
    redis_client.flushdb()
    assert wanted_clock(process().version()) > wanted_clock(version)
    make(answers, asked)
    assert is_kept(process(), asked, version)


@pytest.mark.parametrize("version", ["", "r0", "t0", None])
def test_a_version_that_asks_for_nothing(version: str | None) -> None:
    assert wanted_clock(version) == 0


@pytest.mark.parametrize("version", ["1", "r", "r-1", "x5", "r1;t2", "r" + "9" * 30, "é"])
def test_a_version_that_is_none_of_ours_is_answered_without_cache(version: str) -> None:
    answers, asked = process(), question()
    make(answers, asked)
    assert not is_kept(answers, asked, version)


def test_a_mutation_that_the_cache_could_not_be_told_of_is_read_without_cache() -> None:
    answers, asked = process(), question()
    make(answers, asked)
    assert not is_kept(answers, asked, untold())
    assert is_kept(answers, asked, at_clock(1))


@pytest.mark.parametrize("lost", ["*tag:products", "*tag:*", "*clock", "*entry*", "*lease", "*server", "*"])
def test_nothing_that_redis_forgets_brings_an_old_answer_back(redis_client: Redis, lost: str) -> None:
    ours, theirs, asked = process(), process(), question()
    make(ours, asked)
    theirs.touch([tags.PRODUCTS], [])
    for key in redis_client.keys(lost):
        redis_client.delete(key)
    assert not is_kept(process(), asked)
    make(process(), asked, b"new")
    found = process().find(asked)
    assert isinstance(found, Entry)
    assert found.body == b"new"


def test_garbage_in_redis_is_a_miss(redis_client: Redis) -> None:
    asked = question()
    for garbage in (b"", b"\n", b"{}\n{}", b"[1,2]\n{}", b"\xff\xfe", b'[9e9,"a",{}]'):
        redis_client.set(f"{{handcart:answers}}:entry:{asked.key}", garbage)
        assert not is_kept(process(), asked), garbage


def test_a_writer_that_died_before_it_could_tell_is_seen_when_the_lease_is_renewed(redis_client: Redis) -> None:
    asked = question()
    make(process(), asked)
    Touch.objects.create(tags=[tags.PRODUCTS])
    redis_client.delete("{handcart:answers}:lease")
    assert not is_kept(process(), asked)
    assert not Touch.objects.exists()


def test_what_a_writer_has_told_is_not_told_again(redis_client: Redis) -> None:
    asked = question()
    touch = Touch.objects.create(tags=[tags.PRODUCTS])
    process().touch([tags.PRODUCTS], [touch.id])
    make(process(), asked)
    redis_client.delete("{handcart:answers}:lease")
    assert is_kept(process(), asked)


def test_the_lease_is_not_renewed_by_somebody_who_has_dozed_off() -> None:
    store = process()._store
    long_ago = store.glance(()).time_ms - SLOWEST_RENEWAL_MS - 1
    assert not store.grant(long_ago)
    assert store.glance(()).lease_ms <= 0
    assert store.grant(store.glance(()).time_ms)


def test_nobody_queues_for_a_lease_that_cannot_be_had(monkeypatch: pytest.MonkeyPatch) -> None:
    answers, asked = process(), question()
    attempts: list[int] = []

    def refuse(began_ms: int) -> bool:
        attempts.append(began_ms)
        return False

    monkeypatch.setattr(answers._store, "grant", refuse)
    for _ in range(5):
        assert not is_kept(answers, asked)
    assert len(attempts) == 1


def test_a_redis_that_was_started_anew_is_not_believed(redis_client: Redis) -> None:
    asked = question()
    make(process(), asked)
    redis_client.set("{handcart:answers}:server", "another one")
    redis_client.delete("{handcart:answers}:lease")
    assert not is_kept(process(), asked)


def test_what_could_not_be_told_is_told_with_the_next_change(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs, asked = process(), process(), question()
    make(theirs, asked)
    store = ours._store
    with monkeypatch.context() as broken:
        broken.setattr(ours, "_store", Unreachable())
        ours.touch([tags.PRODUCTS], [])
        assert ours.version().startswith("t")
    assert ours._store is store
    assert ours.version().startswith("r")
    assert not is_kept(process(), asked)


class Unreachable:
    """A Redis that nobody can ask."""

    def touch(self, *_: object) -> int:
        raise Unavailable

    def glance(self, *_: object) -> object:
        raise Unavailable


def test_many_threads_make_one_answer() -> None:
    answers, asked = process(), question()
    made: list[int] = []
    served: list[bytes] = []
    barrier = threading.Barrier(8)

    def shopper(number: int) -> None:
        barrier.wait()
        found = answers.find(asked)
        if isinstance(found, Miss):
            with found:
                time.sleep(0.2)
                made.append(number)
                found.keep(b"made")
                served.append(b"made")
        else:
            served.append(found.body)
        connection.close()

    threads = [threading.Thread(target=shopper, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert served == [b"made"] * 8
    assert len(made) == 1


def test_nobody_queues_for_an_answer_that_cannot_be_kept() -> None:
    flights = Flights()
    assert flights.take_off("a")
    results: list[bool] = []
    threads = [threading.Thread(target=lambda: results.append(flights.take_off("a"))) for _ in range(4)]
    for thread in threads:
        thread.start()
    flights.land("a")
    for thread in threads:
        thread.join()
    assert sum(results) <= 1, "those who waited help themselves, at most one of them came after the landing"
    assert flights.take_off("b")


def test_a_failure_in_the_making_lets_the_others_go_on() -> None:
    answers, asked = process(), question()
    found = answers.find(asked)
    assert isinstance(found, Miss)
    with pytest.raises(ZeroDivisionError), found:
        1 / 0  # noqa: B018
    assert answers._flights.take_off(asked.key)


def test_the_memory_is_bounded_by_entries_and_by_bytes() -> None:
    memory = Memory(entries=3, size=100)

    def keep(key: str, size: int) -> None:
        body = b"x" * size
        entry = Entry(body, etag_of(body), time.time() + 60, {})
        memory.keep(key, entry, clock=1, compared_at=time.monotonic(), turn=memory.turn)

    for key in "abcd":
        keep(key, 10)
    assert memory.fresh("a", at_least=0) is None
    assert memory.fresh("b", at_least=0) is not None
    keep("e", 10)
    assert memory.fresh("c", at_least=0) is None, "b was used after it"
    keep("f", 85)
    assert [key for key in "abcdef" if memory.fresh(key, at_least=0)] == ["e", "f"]
    keep("g", 101)
    assert [key for key in "abcdefg" if memory.fresh(key, at_least=0)] == []


def test_an_entry_is_what_it_was_after_redis() -> None:
    entry = Entry(b'{"data":\n{}}', '"tag"', 12.5, {"all": "1.a"})
    assert load(entry.dump()) == entry


def test_after_a_failure_one_thread_asks_at_a_time() -> None:
    from redis import ConnectionError as Refused

    breaker = Breaker(RedisError, name="the cache", pause=60)
    with pytest.raises(Unavailable), breaker.closed():
        raise Refused
    asked = []
    for _ in range(3):
        with pytest.raises(Unavailable), breaker.closed():
            asked.append(1)
    assert asked == []
    breaker._not_before = 0.0
    with breaker.closed():
        with pytest.raises(Unavailable), breaker.closed():
            asked.append(2)
        asked.append(3)
    with breaker.closed(), breaker.closed():
        asked.append(4)
    assert asked == [3, 4]
