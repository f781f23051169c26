"""What is taxed alike."""

from __future__ import annotations

from typing import Any, Final, TypedDict
from uuid import UUID

from django.db import transaction

from commerce.catalog.duplicates import refusing_duplicates
from commerce.catalog.versions import changed_row
from commerce.core.actor import Actor
from commerce.core.errors import Required
from commerce.core.metadata import with_metadata
from commerce.core.permission import Permission
from commerce.core.text import require_text
from commerce.taxes.errors import TaxClassNotFound
from commerce.taxes.models import TaxClass

_UNIQUE: Final = {"taxes_taxclass_name_key": "name"}


class TaxClassChanges(TypedDict, total=False):
    """What can be changed of a tax class; a key that is missing stays as it is. `code` is a tax service's name for it.

    Metadata replaces what there was.
    """

    name: str
    code: str
    metadata: dict[str, str]
    private_metadata: dict[str, str]


def create_tax_class(*, changes: TaxClassChanges, actor: Actor) -> TaxClass:
    """Make a tax class; nothing is of it yet. Raises NotUnique, Required, InvalidInput or PermissionDenied."""
    actor.require_everywhere(Permission.MANAGE_TAXES)
    values = _checked({"name": "", **changes})
    with refusing_duplicates(_UNIQUE), transaction.atomic():
        return TaxClass.objects.create(**values)


def update_tax_class(
    *, tax_class_id: UUID, changes: TaxClassChanges, version: int | None = None, actor: Actor
) -> TaxClass:
    """Change a tax class.

    Raises TaxClassNotFound, Conflict (no longer at `version`), NotUnique, Required, InvalidInput or PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_TAXES)
    values = _checked(changes)
    with refusing_duplicates(_UNIQUE), transaction.atomic():
        return _changed(tax_class_id, version, **values)


def delete_tax_class(*, tax_class_id: UUID, version: int | None = None, actor: Actor) -> None:
    """Delete a tax class with its rates; what was of it is taxed like everything else from then on.

    Raises TaxClassNotFound, Conflict (no longer at `version`) or PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_TAXES)
    with transaction.atomic():
        _changed(tax_class_id, version).delete()


def _changed(tax_class_id: UUID, version: int | None, **values: object) -> TaxClass:
    found = changed_row(TaxClass, tax_class_id, expected_version=version, **values)
    if found is None:
        raise TaxClassNotFound("There is no such tax class.", path=("id",))
    return found


def _checked(changes: TaxClassChanges) -> dict[str, Any]:
    values: dict[str, Any] = dict(changes)
    for name, longest in (("name", 250), ("code", 100)):
        if name in values:
            values[name] = values[name].strip()
            require_text(values[name], longest, path=(name,))
    if not values.get("name", "x"):
        raise Required("A tax class has a name.", path=("name",))
    for name in ("metadata", "private_metadata"):
        if name in values:
            values[name] = with_metadata({}, values[name], path=(name,))
    return values
