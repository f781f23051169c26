"""What the objects of all types have in common: comparing with what is there, metadata, translations, values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from django.db.models import Model, Q

from commerce.attributes.models import AttributeValue
from commerce.catalog.rich_text import clean_blocks
from commerce.channels.models import Channel
from commerce.channels.queries import channel_by_slug
from commerce.core.actor import Actor
from commerce.core.errors import CommerceError, InvalidInput, NotFound
from commerce.core.languages import LANGUAGE_TAGS
from commerce.importing.lines.line import Line
from commerce.importing.report import Outcome

_TAGS: Final = frozenset(LANGUAGE_TAGS.values())

Read = Callable[[Line, str], Any]
Columns = Mapping[str, tuple[str, Read]]
"""A field of the file -> the column that it is, and what reads it."""


def document(line: Line, name: str) -> Any:
    """Rich text, cleaned as the verbs do it, so that it can be compared."""
    return clean_blocks(line.json(name), path=(*line.path, name))


def trimmed(line: Line, name: str) -> str:
    """A text without the space around it."""
    return line.text(name).strip()


PAGE_TEXTS: Final[dict[str, tuple[str, Read]]] = {
    "name": ("name", Line.text_or_none),
    "slug": ("slug", Line.text_or_none),
    "description": ("description", document),
    "seoTitle": ("seo_title", Line.text_or_none),
    "seoDescription": ("seo_description", Line.text_or_none),
}
NAME_TEXT: Final[dict[str, tuple[str, Read]]] = {"name": ("name", Line.text_or_none)}
METADATA: Final[dict[str, tuple[str, Read]]] = {
    "metadata": ("metadata", Line.texts),
    "privateMetadata": ("private_metadata", Line.texts),
}
SEARCH: Final[dict[str, tuple[str, Read]]] = {
    "seoTitle": ("seo_title", Line.text),
    "seoDescription": ("seo_description", Line.text),
}


def given(line: Line, columns: Columns) -> dict[str, Any]:
    """Column -> value, for the fields that the line has."""
    return {column: read(line, name) for name, (column, read) in columns.items() if name in line}


def different(row: Model, values: Mapping[str, Any]) -> dict[str, Any]:
    """The `values` that the row does not have yet."""
    return {column: value for column, value in values.items() if getattr(row, column) != value}


def outcome_of(is_new: bool, changed: bool) -> Outcome:
    """What to count."""
    return Outcome.CREATED if is_new else Outcome.UPDATED if changed else Outcome.UNCHANGED


def bring_translations(
    line: Line, owner: Any, columns: Columns, translate: Callable[[str, dict[str, Any]], object]
) -> bool:
    """Say the `translations` of a line; null takes one away. Whether that changed anything.

    `translate` is the verb, told the language's tag and the texts.
    """
    if "translations" not in line:
        return False
    there = {row.language: row for row in owner.translations.all()}
    changed = False
    for tag, texts in line.named_lines("translations"):
        if tag not in _TAGS:
            raise InvalidInput(f"{tag[:30]!r} is no language.", path=(*line.path, "translations", tag))
        wanted = given(texts, columns)
        row = there.get(tag)
        before = {column: getattr(row, column, None) for column in wanted}
        if before != wanted:
            translate(tag, wanted)
            changed = True
    return changed


def values_of(line: Line, name: str = "values") -> list[UUID]:
    """The ids of attribute values that a list of `{attribute, value}` names by slugs, in its order."""
    pairs = [(entry.text("attribute"), entry.text("value")) for entry in line.lines(name)]
    wanted = Q()
    for attribute, value in set(pairs):
        wanted |= Q(attribute__slug=attribute, slug=value)
    rows = AttributeValue.objects.filter(wanted) if pairs else AttributeValue.objects.none()
    known = {(attribute, slug): key for attribute, slug, key in rows.values_list("attribute__slug", "slug", "id")}
    for place, pair in enumerate(pairs):
        if pair not in known:
            raise NotFound(f"There is no value {pair[1]!r} of {pair[0]!r}.", path=(*line.path, name, str(place)))
    return list(dict.fromkeys(known[pair] for pair in pairs))


def found_by_slug(model: type[Model], slug: str, path: Sequence[str]) -> Any:
    """The row of this slug. Raises NotFound at `path`."""
    row = model._default_manager.filter(slug=slug).first()
    if row is None:
        raise NotFound(f"There is no {model._meta.verbose_name} {slug!r}.", path=tuple(path))
    return row


def channels_of(line: Line, name: str) -> list[tuple[Channel, Line]]:
    """The channels that an object of objects names by their slugs, each with what it says of them."""
    found = []
    for slug, inner in line.named_lines(name):
        try:
            found.append((channel_by_slug(slug), inner))
        except CommerceError as error:
            error.path = inner.path
            raise
    return found


def set_columns(row: Any, values: Mapping[str, Any]) -> bool:
    """Write `values` to a row that no verb exists for; whether any of them was different."""
    changes = different(row, values)
    for column, value in changes.items():
        setattr(row, column, value)
    if changes:
        row.save(update_fields=[*changes, "updated_at"])
    return bool(changes)


def everywhere(actor: Actor, *permissions: Any) -> None:
    """Raise PermissionDenied unless `actor` holds all of `permissions` in every channel."""
    for permission in permissions:
        actor.require_everywhere(permission)
