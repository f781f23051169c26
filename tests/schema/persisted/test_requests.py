"""A document may be sent by its id: registered before (documentId), or automatically (Apollo)."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from redis import Redis

from schema.http.documents import DocumentPreparation
from schema.persisted import automatic, registered
from schema.persisted.identifiers import hash_of
from schema.persisted.manifest import Entry
from schema.persisted.registered import RegisteredDocuments
from schema.persisted.services import register_documents
from tests.schema.http.conftest import Answer, Api
from tests.schema.persisted.conftest import MakeWorker, Time

GRAPHQL = "application/graphql-response+json"
ME = "query Me { me }"
MUG = "query Mug($slug: String!) { product(slug: $slug) { name } }"
BUY = "mutation Buy { buy }"
REFUSALS = ("GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED", "LIMIT_EXCEEDED")


@pytest.fixture(autouse=True)
def registered_documents(db: None, preparation: DocumentPreparation) -> None:
    entries = [Entry("me", ME), Entry(hash_of(MUG), MUG), Entry("buy", BUY)]
    register_documents(entries, preparation=preparation)


def by_hash(api: Api, text: str, digest: str | None = None, *, send: bool, **parameters: Any) -> Answer:
    """What Apollo's client sends: the hash, and the text too when it was asked for it."""
    persisted = {"version": 1, "sha256Hash": digest or hash_of(text)}
    query = {"query": text} if send else {}
    return api.post_body({**query, "extensions": {"persistedQuery": persisted}, **parameters})


class TestRegistered:
    def test_its_id_is_as_good_as_its_text(self, make_worker: MakeWorker) -> None:
        api = make_worker()
        for _ in range(2):
            assert api.post_body({"documentId": "me"}).body["data"] == {"me": "anonymous"}
        for identifier in (hash_of(MUG), f"sha256:{hash_of(MUG)}"):
            answer = api.post_body({"documentId": identifier, "variables": {"slug": "cup"}})
            assert answer.body["data"] == {"product": {"name": "cup"}}
            address = {"documentId": identifier, "variables": '{"slug":"cup"}', "operationName": "Mug"}
            assert api.get(address).body == answer.body

    def test_a_mutation_by_its_id_is_none_for_get(self, make_worker: MakeWorker) -> None:
        api = make_worker()
        assert api.get({"documentId": "buy"}).status == 405
        assert api.post_body({"documentId": "buy"}).body["data"] == {"buy": 1}

    def test_an_id_that_nobody_registered_is_told_so(self, make_worker: MakeWorker) -> None:
        api = make_worker()
        for accept, status in ((GRAPHQL, 400), ("application/json", 200)):
            refused = api.post_body({"documentId": "other"}, accept=accept)
            assert (refused.status, refused.codes) == (status, ["PERSISTED_DOCUMENT_NOT_FOUND"])
            assert "data" not in refused.body

    @pytest.mark.parametrize("identifier", ["", "a b", "a:b:c", "x" * 500, "me\n", "../me", 5, ["me"]])
    def test_what_is_no_id_is_a_bad_request(self, make_worker: MakeWorker, identifier: object) -> None:
        refused = make_worker().post_body({"documentId": identifier})
        assert (refused.status, refused.codes) == (400, ["BAD_REQUEST"])

    def test_an_id_and_a_text_together_are_a_bad_request(self, make_worker: MakeWorker) -> None:
        assert make_worker().post_body({"documentId": "me", "query": MUG}).status == 400

    def test_a_hit_asks_nobody(self, make_worker: MakeWorker) -> None:
        api = make_worker()
        api.post_body({"documentId": "me"})
        with CaptureQueriesContext(
            connection,
        ) as statements:
            assert api.post_body({"documentId": "me"}).status == 200
        assert len(statements) == 0

    def test_a_miss_is_believed_for_a_second_and_no_longer(
        self, make_worker: MakeWorker, preparation: DocumentPreparation, time: Time
    ) -> None:
        api = make_worker()
        assert api.post_body({"documentId": "new"}).codes == ["PERSISTED_DOCUMENT_NOT_FOUND"]
        with CaptureQueriesContext(connection) as statements:
            assert api.post_body({"documentId": "new"}).codes == ["PERSISTED_DOCUMENT_NOT_FOUND"]
        assert len(statements) == 0
        register_documents([Entry("new", "query New { me }")], preparation=preparation)
        time.now += 1.1
        assert api.post_body({"documentId": "new"}).body["data"] == {"me": "anonymous"}

    def test_guessed_ids_do_not_fill_the_memory(self, make_worker: MakeWorker, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(registered, "REMEMBERED_MISSES", 10)
        api = make_worker()
        for number in range(25):
            api.post_body({"documentId": f"guess-{number}"})
        store = api.endpoint.names.registered
        assert store is not None
        assert len(store._missing) <= 10
        assert len(store._texts) == 0


class TestRegisteredOnly:
    def test_nothing_else_is_answered(self, make_worker: MakeWorker) -> None:
        api = make_worker(registered_only=True)
        assert api.post_body({"documentId": "me"}).body["data"] == {"me": "anonymous"}
        for refused in (api.post(ME), api.get({"query": ME}), by_hash(api, ME, send=True)):
            assert refused.codes == ["PERSISTED_DOCUMENTS_ONLY"]
            assert "register_documents" in refused.errors[0]["message"]
        assert by_hash(api, ME, send=False).codes == ["PERSISTED_DOCUMENT_NOT_FOUND"]

    def test_apollos_client_may_name_a_registered_document_by_its_hash(self, make_worker: MakeWorker) -> None:
        api = make_worker(registered_only=True)
        for send in (False, True):
            answer = by_hash(api, MUG, send=send, variables={"slug": "cup"})
            assert answer.body["data"] == {"product": {"name": "cup"}}


class TestAutomatic:
    def test_the_text_is_asked_for_once_for_all_processes(self, make_worker: MakeWorker) -> None:
        one, other = make_worker(), make_worker()
        asked = by_hash(one, ME, send=False)
        assert (asked.status, asked.codes) == (200, ["PERSISTED_QUERY_NOT_FOUND"])
        assert asked.errors[0]["message"] == "PersistedQueryNotFound"
        assert asked.headers["Cache-Control"] == "no-store"
        assert by_hash(one, ME, send=True).body["data"] == {"me": "anonymous"}
        for api in (one, other, one):
            assert by_hash(api, ME, send=False).body["data"] == {"me": "anonymous"}

    def test_it_works_by_get(self, make_worker: MakeWorker) -> None:
        api = make_worker()
        extensions = f'{{"persistedQuery":{{"version":1,"sha256Hash":"{hash_of(ME)}"}}}}'
        assert api.get({"extensions": extensions}).codes == ["PERSISTED_QUERY_NOT_FOUND"]
        assert api.get({"extensions": extensions, "query": ME}).body["data"] == {"me": "anonymous"}
        assert api.get({"extensions": extensions}).body["data"] == {"me": "anonymous"}

    def test_a_text_cannot_be_passed_off_under_the_hash_of_another(self, make_worker: MakeWorker) -> None:
        api = make_worker()
        refused = by_hash(api, BUY, hash_of(ME), send=True)
        assert (refused.status, refused.codes) == (400, ["PERSISTED_QUERY_HASH_MISMATCH"])
        assert by_hash(api, ME, send=False).codes == ["PERSISTED_QUERY_NOT_FOUND"]

    def test_not_even_by_somebody_who_writes_to_redis(self, make_worker: MakeWorker, redis_client: Redis) -> None:
        by_hash(make_worker(), ME, send=True)
        (key,) = redis_client.keys("test:documents:*")
        redis_client.set(key, BUY)
        assert by_hash(make_worker(), ME, send=False).codes == ["PERSISTED_QUERY_NOT_FOUND"]

    @pytest.mark.parametrize("text", ["{", "{ nothing }", "{ " + "me " * 6_000 + "}"])
    def test_what_may_not_run_is_not_kept(self, make_worker: MakeWorker, redis_client: Redis, text: str) -> None:
        api = make_worker()
        assert by_hash(api, text, send=True).codes[0] in (
            "GRAPHQL_PARSE_FAILED",
            "GRAPHQL_VALIDATION_FAILED",
            "LIMIT_EXCEEDED",
        )
        assert by_hash(api, text, send=False).codes == ["PERSISTED_QUERY_NOT_FOUND"]
        assert redis_client.keys("test:documents:*") == []

    @pytest.mark.parametrize(
        "persisted",
        [
            {},
            5,
            "abc",
            {"version": 2, "sha256Hash": hash_of(ME)},
            {"version": 1, "sha256Hash": hash_of(ME).upper()},
            {"version": 1, "sha256Hash": "abc"},
            {"version": 1, "sha256Hash": None},
        ],
    )
    def test_what_is_no_hash_is_a_bad_request(self, make_worker: MakeWorker, persisted: object) -> None:
        refused = make_worker().post_body({"query": ME, "extensions": {"persistedQuery": persisted}})
        assert (refused.status, refused.codes) == (400, ["BAD_REQUEST"])

    def test_the_memory_is_bounded_however_many_are_sent(
        self, make_worker: MakeWorker, redis_client: Redis, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(automatic, "PLACES", 4)
        monkeypatch.setattr(automatic, "KEPT_DOCUMENTS", 3)
        api = make_worker()
        for number in range(20):
            assert by_hash(api, f"query q{number} {{ me }}", send=True).status == 200
        keys = redis_client.keys("test:documents:*")
        assert 1 <= len(keys) <= 4
        assert all(0 < redis_client.ttl(key) <= automatic.LIFE_SECONDS for key in keys)
        store = api.endpoint.names.automatic
        assert store is not None
        assert len(store._texts) <= 3
        long = ME.ljust(automatic.LONGEST_TEXT + 1)
        assert by_hash(api, long, send=True).status == 200
        assert by_hash(api, long, send=False).codes == ["PERSISTED_QUERY_NOT_FOUND"]

    def test_two_documents_that_share_a_place_in_redis_never_answer_for_each_other(
        self, make_worker: MakeWorker, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(automatic, "PLACES", 1)
        one = make_worker()
        assert by_hash(one, "query a { me }", send=True).status == 200
        assert by_hash(one, "query b { product { name } }", send=True).status == 200
        other = make_worker()
        assert by_hash(other, "query a { me }", send=False).codes == ["PERSISTED_QUERY_NOT_FOUND"]
        assert "product" in by_hash(other, "query b { product { name } }", send=False).body["data"]
        assert by_hash(one, "query a { me }", send=False).body["data"] == {"me": "anonymous"}


@pytest.fixture
def hanging_redis() -> Iterator[str]:
    """A server that takes connections and never says a word."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"


@pytest.mark.parametrize("trouble", ["gone", "hanging"])
def test_without_redis_each_process_keeps_its_own_and_asks_redis_no_more_than_now_and_then(
    make_worker: MakeWorker, hanging_redis: str, trouble: str, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = make_worker(redis_url=hanging_redis if trouble == "hanging" else "redis://127.0.0.1:1/0")
    store = api.endpoint.names.automatic
    assert store is not None
    asked: list[object] = []
    connect = store._redis.connection_pool.get_connection

    def counted(*arguments: Any, **named: Any) -> Any:
        asked.append(arguments)
        return connect(*arguments, **named)

    monkeypatch.setattr(store._redis.connection_pool, "get_connection", counted)
    assert by_hash(api, ME, send=False).codes == ["PERSISTED_QUERY_NOT_FOUND"]
    assert by_hash(api, ME, send=True).status == 200
    assert by_hash(api, ME, send=False).body["data"] == {"me": "anonymous"}
    assert len(asked) == 1
    assert store._redis.connection_pool.connection_kwargs["socket_timeout"] <= 0.1
    time.now += automatic.SILENCE_SECONDS + 1
    assert by_hash(api, MUG.replace("Mug", "Other"), send=False).codes == ["PERSISTED_QUERY_NOT_FOUND"]
    assert len(asked) == 2


@pytest.mark.parametrize("identifier", ["sha256:" + "a" * 64, "a" * 64])
def test_a_document_that_the_start_has_made_ready_is_found_without_a_question(identifier: str) -> None:
    def load(key: str) -> str | None:
        raise AssertionError(f"{key} was asked for")

    registered = RegisteredDocuments(load)
    registered.keep("a" * 64, "{ __typename }")
    assert registered.text_of(identifier) == "{ __typename }"
