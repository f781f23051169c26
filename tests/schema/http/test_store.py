"""What is known costs a lookup; what nobody has asked for before gets a small share of the process and no more."""

from __future__ import annotations

import time
from threading import Event, Thread

import pytest

from schema.http import store
from schema.http.clock import Clock
from schema.http.documents import DocumentPreparation
from schema.http.gate import Gate, Gates, TooBusy
from schema.http.store import LONGEST_KNOWN_DOCUMENT, DocumentStore, Sightings
from schema.limits import Limits
from tests.schema.http import corner_shop
from tests.schema.http.conftest import Api


def new_store() -> DocumentStore:
    return DocumentStore(DocumentPreparation(corner_shop.schema._schema, Limits(), hide_suggestions=True))


@pytest.fixture
def documents() -> DocumentStore:
    """A store that knows nothing yet."""
    return new_store()


def send(documents: DocumentStore, text: str) -> str:
    """What the endpoint finds a document to be: known, returning or new."""
    if documents.known(text) is not None:
        return "known"
    if documents.was_seen(text):
        documents.learn(text)
        return "returning"
    documents.prepare(text)
    return "new"


def test_a_document_that_was_sent_twice_is_neither_parsed_nor_validated_again(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert api.post("{ me }").status == 200
    assert api.post("{ me }").status == 200
    monkeypatch.setattr("schema.http.documents.parse", None)
    monkeypatch.setattr("schema.http.documents.validate", None)
    assert api.post("{ me }").body["data"] == {"me": "anonymous"}


def test_a_document_is_known_from_its_third_time_on(documents: DocumentStore) -> None:
    assert [send(documents, "{ me }") for _ in range(4)] == ["new", "returning", "known", "known"]


def test_a_registered_document_is_known_at_once(documents: DocumentStore) -> None:
    documents.learn("{ me }")
    assert send(documents, "{ me }") == "known"


def test_a_flood_of_documents_that_nobody_sends_twice_pushes_nothing_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(store, "KNOWN_DOCUMENTS", 10)
    documents = new_store()
    documents.learn("{ me }")
    for number in range(100):
        assert send(documents, f"query q{number} {{ me }}") == "new"
    assert send(documents, "{ me }") == "known"


def test_a_very_long_document_is_served_but_never_known(documents: DocumentStore) -> None:
    text = "{ me }".ljust(LONGEST_KNOWN_DOCUMENT + 1)
    assert [send(documents, text) for _ in range(3)] == ["new", "new", "new"]


def test_sightings_are_forgotten_when_enough_others_came_after() -> None:
    sightings = Sightings(10)
    assert not sightings.add("a")
    assert sightings.add("a")
    for number in range(9):
        assert not sightings.add(f"b{number}")
    assert sightings.add("a")
    for number in range(20):
        sightings.add(f"c{number}")
    assert not sightings.add("a")


def test_what_is_used_stays_and_what_is_not_goes() -> None:
    clock: Clock[str, int] = Clock(entries=3, weight=100)
    for key in "abc":
        clock.put(key, 1, 1)
    assert clock.get("a") == 1
    clock.put("d", 1, 1)
    assert [key for key in "abcd" if clock.get(key)] == ["a", "c", "d"]


def test_everything_in_use_still_makes_room_for_one_more() -> None:
    clock: Clock[str, int] = Clock(entries=2, weight=100)
    clock.put("a", 1, 1)
    clock.put("b", 1, 1)
    assert clock.get("a")
    assert clock.get("b")
    clock.put("c", 1, 1)
    assert len(clock) == 2
    assert clock.get("c")


def test_the_weight_is_bounded_too_and_what_is_too_heavy_pushes_nothing_out() -> None:
    clock: Clock[str, int] = Clock(entries=100, weight=10)
    clock.put("a", 1, 6)
    clock.put("b", 1, 6)
    assert clock.get("a") is None
    clock.put("c", 1, 11)
    assert clock.get("c") is None
    assert clock.get("b") == 1
    clock.put("b", 2, 1)
    assert clock.get("b") == 1


class Visitor:
    """Somebody inside the gate who stays until told to go."""

    def __init__(self, gate: Gate) -> None:
        self.inside, self.leave = Event(), Event()
        self.thread = Thread(target=self.visit, args=(gate,))
        self.thread.start()

    def visit(self, gate: Gate) -> None:
        with gate.entered():
            self.inside.set()
            self.leave.wait(10)

    def go(self) -> None:
        self.leave.set()
        self.thread.join()


def test_one_more_than_may_wait_is_refused_at_once_and_told_when_to_come_again() -> None:
    gate = Gate(inside=1, waiting=1, patience=10)
    first = Visitor(gate)
    first.inside.wait(10)
    second = Visitor(gate)
    while gate._here._value:  # until the second has come as far as the queue
        time.sleep(0.001)
    with pytest.raises(TooBusy) as refusal, gate.entered():
        pass
    assert (refusal.value.status, refusal.value.code, refusal.value.retry_after) == (503, "TOO_BUSY", 1)
    assert not second.inside.is_set()
    first.go()
    assert second.inside.wait(10)
    second.go()
    with gate.entered():
        pass


def test_who_waits_too_long_is_refused_and_the_gate_still_works() -> None:
    gate = Gate(inside=1, waiting=1, patience=0.01)
    first = Visitor(gate)
    first.inside.wait(10)
    for _ in range(3):
        with pytest.raises(TooBusy), gate.entered():
            pass
    first.go()
    with gate.entered():
        pass


def test_a_new_document_is_refused_while_the_gate_is_full_and_a_known_one_is_answered(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = "{ product { name } }"
    for _ in range(2):
        api.post(known)
    gate = Gate(inside=1, waiting=0, patience=0)
    monkeypatch.setattr(api.endpoint, "_gates", Gates(new=gate, returning=gate))
    with gate.entered():
        refused = api.post("{ me }")
        assert (refused.status, refused.codes) == (503, ["TOO_BUSY"])
        assert refused.headers["Retry-After"] == "1"
        assert refused.headers["Cache-Control"] == "no-store"
        assert api.post(known).status == 200
    assert api.post("{ me }").status == 200


def test_a_new_mutation_holds_its_place_only_until_it_is_prepared(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may wait long for others (a payment gateway), and new documents must not wait with it."""
    gate = Gate(inside=1, waiting=0, patience=0)
    monkeypatch.setattr(api.endpoint, "_gates", Gates(new=gate, returning=gate))
    run = api.endpoint._executor.run
    seen = []

    def look(*arguments: object) -> object:
        try:
            with gate.entered():
                seen.append("free")
        except TooBusy:
            seen.append("taken")
        return run(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(api.endpoint._executor, "run", look)
    assert api.post("mutation { buy }").status == 200
    assert api.post("{ me }").status == 200
    assert seen == ["free", "taken"]
