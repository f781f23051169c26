"""A frontend's build is registered whole or not at all, and an id never changes its text."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from commerce.core.errors import InvalidInput, Rejected
from schema.http.documents import DocumentPreparation
from schema.persisted.identifiers import hash_of
from schema.persisted.manifest import Entry, read_manifest
from schema.persisted.models import PersistedDocument
from schema.persisted.services import Report, register_documents

ME = "query Me { me }"
MUG = "query Mug { product { name } }"


def test_codegen_and_relay_write_a_map_of_ids_and_texts() -> None:
    assert read_manifest(json.dumps({"a1": ME, "b2": MUG}).encode()) == [Entry("a1", ME), Entry("b2", MUG)]


def test_apollo_writes_a_list_of_operations() -> None:
    operations = [{"id": hash_of(ME), "name": "Me", "type": "query", "body": ME}]
    manifest = {"format": "apollo-persisted-query-manifest", "version": 1, "operations": operations}
    assert read_manifest(json.dumps(manifest).encode()) == [Entry(hash_of(ME), ME)]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b'"text"',
        b'{"format": "apollo-persisted-query-manifest", "version": 2, "operations": []}',
        b'{"format": "other", "version": 1, "operations": []}',
        b'{"format": "apollo-persisted-query-manifest", "version": 1, "operations": {}}',
    ],
)
def test_a_file_that_is_no_manifest_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidInput):
        read_manifest(content)


@pytest.mark.parametrize(
    "content",
    [
        b'{"a": 5}',
        b'{"a": ""}',
        b'{"": "{ me }"}',
        b'{"format": "apollo-persisted-query-manifest", "version": 1, "operations": [null]}',
        b'{"format": "apollo-persisted-query-manifest", "version": 1, "operations": [{"id": "a"}]}',
    ],
)
def test_an_entry_that_is_none_is_named(content: bytes) -> None:
    with pytest.raises(Rejected) as refusal:
        read_manifest(content)
    assert refusal.value.errors[0].message.startswith("Entry 1:")


def test_registering_again_changes_nothing(db: None, preparation: DocumentPreparation) -> None:
    entries = [Entry("me", ME), Entry(f"sha256:{hash_of(MUG)}", MUG), Entry(hash_of(MUG), MUG)]
    assert register_documents(entries, preparation=preparation, frontend="web") == Report(added=2, known=0)
    assert register_documents(entries, preparation=preparation, frontend="app") == Report(added=0, known=2)
    assert set(PersistedDocument.objects.values_list("id", "text", "operations", "frontend")) == {
        ("me", ME, "Me", "web"),
        (hash_of(MUG), MUG, "Mug", "web"),
    }


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (Entry("a b", ME), "letters, digits"),
        (Entry("x" * 200, ME), "letters, digits"),
        (Entry(f"sha256:{hash_of(MUG)}", ME), "SHA-256"),
        (Entry(hash_of(MUG), ME), "SHA-256"),
        (Entry("a", "{"), "Syntax Error"),
        (Entry("a", "{ nothing }"), "Cannot query field"),
        (Entry("a", "{ " + " ".join(f"a{n}: me" for n in range(31)) + " }"), "aliases"),
        (Entry("a", "{ products(first: 1000) { totalCount } }"), "first"),
        (Entry("a", "query($n: Int = 1000) { products(first: $n) { totalCount } }"), "first"),
        (Entry("good", MUG), "two texts"),
    ],
)
def test_one_bad_entry_refuses_the_whole_manifest_and_says_which(
    db: None, preparation: DocumentPreparation, entry: Entry, reason: str
) -> None:
    with pytest.raises(Rejected) as refusal:
        register_documents([Entry("good", ME), entry, Entry("bad", "{")], preparation=preparation)
    first, last = refusal.value.errors[0], refusal.value.errors[-1]
    assert reason in first.message
    assert first.path == (entry.id,)
    assert last.path == ("bad",)
    assert not PersistedDocument.objects.exists()


def test_an_id_keeps_its_text(db: None, preparation: DocumentPreparation) -> None:
    register_documents([Entry("me", ME)], preparation=preparation)
    with pytest.raises(Rejected, match="another text"):
        register_documents([Entry("new", MUG), Entry("me", MUG)], preparation=preparation)
    assert set(PersistedDocument.objects.values_list("id", "text")) == {("me", ME)}


def test_the_command_registers_good_files_and_reports_every_fault_of_bad_ones(
    db: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    query = 'query Shop { channel(slug: "default-channel") { slug } }'
    good.write_text(json.dumps({hash_of(query): query}))
    bad.write_text(json.dumps({"a": "{ nothing }", "b": "{"}))
    call_command("register_documents", str(good), frontend="web")
    assert "1 documents registered, 0 known already" in capsys.readouterr().out
    with pytest.raises(CommandError, match="1 of 3 files") as refused:
        call_command("register_documents", str(good), str(bad), str(tmp_path / "good.json"))
    assert refused.value.returncode == 1
    told = capsys.readouterr().err
    assert "a: Cannot query field 'nothing'" in told
    assert "b: Syntax Error" in told
    with pytest.raises(CommandError):
        call_command("register_documents", str(tmp_path / "missing.json"))
    assert "cannot be read: No such file" in capsys.readouterr().err
    assert PersistedDocument.objects.get().frontend == "web"
