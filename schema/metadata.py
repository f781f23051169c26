"""Free key-value data of integrations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import strawberry

from commerce.core.permission import Permission
from schema.context import RequestContext
from schema.fields import nested


@strawberry.type(description="A key and its value, kept for an integration.")
class MetadataItem:
    """One entry of a row's metadata."""

    key: str = strawberry.field(description="The key.")
    value: str = strawberry.field(description="The value.")


@strawberry.input(description="A key and its value, to be kept for an integration.")
class MetadataInput:
    """One entry to store."""

    key: str = strawberry.field(description="The key.")
    value: str = strawberry.field(description="The value.")


@strawberry.interface(description="Something that integrations may keep data on.")
class ObjectWithMetadata:
    """Its types say which values are theirs (`is_type_of`)."""

    metadata: list[MetadataItem] = nested(
        lambda rows, context: [items(getattr(row, "metadata", {})) for row in rows],
        "Data of integrations that everybody may read who may read the object.",
    )


def items(stored: dict[str, str]) -> list[MetadataItem]:
    """Metadata in the order of its keys."""
    return [MetadataItem(key=key, value=value) for key, value in sorted(stored.items())]


def as_dict(entries: Sequence[MetadataInput] | None) -> dict[str, str]:
    """Metadata as it is stored; of a key that is named twice the last value counts."""
    return {entry.key: entry.value for entry in entries or []}


def _public(rows: Sequence[Any], context: RequestContext) -> list[list[MetadataItem]]:
    return [items(row.metadata) for row in rows]


def _private(rows: Sequence[Any], context: RequestContext) -> list[list[MetadataItem]]:
    return [items(row.private_metadata) for row in rows]


def metadata_field() -> Any:
    """The public metadata of a row."""
    return nested(_public, "Data of integrations that everybody may read who may read the object.")


def private_metadata_field(permission: Permission) -> Any:
    """The private metadata of a row, for holders of `permission`, in the admin schema."""
    return nested(_private, "Data of integrations for staff and apps only.", permission=permission)
