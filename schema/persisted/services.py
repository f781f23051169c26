"""Registering documents: all of a manifest or nothing of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db import transaction

from commerce.core.errors import CommerceError, InvalidInput, Rejected
from schema.http.documents import DocumentPreparation, PreparedDocument, RequestRefused
from schema.http.variables import check_variables
from schema.limits import LimitExceeded
from schema.persisted.identifiers import hash_in, hash_of, is_identifier, normal
from schema.persisted.manifest import Entry
from schema.persisted.models import PersistedDocument


@dataclass(frozen=True, slots=True)
class Report:
    """What registering changed: how many documents are new, and how many stood there already."""

    added: int
    known: int


@transaction.atomic
def register_documents(entries: Sequence[Entry], *, preparation: DocumentPreparation, frontend: str = "") -> Report:
    """Register every document, after checking each one against the schema and the limits of `preparation`.

    Registering again changes nothing. Raises Rejected with every reason against the manifest: an id that is none, a
    hash that is not its document's, an id that has another text already, a document that may not run.
    """
    rows: dict[str, PersistedDocument] = {}
    faults: list[CommerceError] = []
    for entry in entries:
        reasons = list(_reasons_against(entry))
        row = PersistedDocument(id=normal(entry.id), text=entry.text, frontend=frontend)
        if row.id in rows and rows[row.id].text != row.text:
            reasons.append("the manifest has two texts for this id")
        try:
            document = preparation.prepare(entry.text)
            for operation in document.operations.values():
                check_variables(operation, {}, preparation.limits)
            row.operations = _names(document)
        except RequestRefused as refusal:
            reasons += [error.message for error in refusal.errors]
        except LimitExceeded as error:
            reasons.append(error.message)
        faults += [InvalidInput(f"{entry.id[:80]}: {reason}", path=(entry.id,)) for reason in reasons]
        rows[row.id] = row
    if faults:
        raise Rejected(faults)
    PersistedDocument.objects.bulk_create(rows.values(), ignore_conflicts=True)
    kept = PersistedDocument.objects.in_bulk(list(rows))
    changed = [row for row in rows.values() if kept[row.id].text != row.text]
    if changed:
        raise Rejected(
            [InvalidInput(f"{row.id}: is registered with another text already", path=(row.id,)) for row in changed]
        )
    added = sum(kept[row.id].registered_at == row.registered_at for row in rows.values())
    return Report(added=added, known=len(rows) - added)


def newest_documents(at_most: int) -> Iterable[tuple[str, str]]:
    """Id and text of the documents that were registered last."""
    return PersistedDocument.objects.values_list("id", "text")[:at_most]


def text_of(identifier: str) -> str | None:
    """The text of a registered document."""
    return PersistedDocument.objects.filter(id=identifier).values_list("text", flat=True).first()


def _reasons_against(entry: Entry) -> Iterator[str]:
    if not is_identifier(entry.id):
        yield "an id is made of letters, digits and . _ ~ -, with at most one prefix before a colon"
    claimed = hash_in(entry.id)
    if claimed is not None and claimed != hash_of(entry.text):
        yield f"is not the SHA-256 of its document, which is {hash_of(entry.text)}"


def _names(document: PreparedDocument) -> str:
    return ", ".join(name for name in document.operations if name)[:1_000]
