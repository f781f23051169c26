"""What callers say of the attributes of a product, a variant or a page, read by the attribute's kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from uuid import UUID

from commerce.attributes.models import Attribute
from commerce.catalog.attached_files import is_stored_file
from commerce.catalog.attribute_kinds import Kind, checked_address
from commerce.catalog.rich_text import clean_blocks, plain_text
from commerce.core.errors import InvalidInput
from commerce.core.text import require_text

MAX_TEXT: Final = 50_000
MAX_CHOICES: Final = 100
MAX_REFERENCES: Final = 100
_LONGEST_NAME: Final = 250

# Under which names a value of each kind may be given.
_FIELDS: Final[dict[str, tuple[str, ...]]] = {
    Kind.DROPDOWN: ("dropdown", "values"),
    Kind.MULTISELECT: ("multiselect", "values"),
    Kind.SWATCH: ("swatch", "values"),
    Kind.NUMERIC: ("numeric", "values"),
    Kind.BOOLEAN: ("boolean",),
    Kind.PLAIN_TEXT: ("plain_text",),
    Kind.RICH_TEXT: ("rich_text",),
    Kind.DATE: ("date",),
    Kind.DATE_TIME: ("date_time",),
    Kind.FILE: ("file",),
    Kind.REFERENCE: ("references",),
    Kind.SINGLE_REFERENCE: ("reference",),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """A choice by its id or slug, or by its name: a dropdown's or multiselect's is made if there is none so called."""

    id: UUID | None = None
    slug: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    """What a reference points to; `entity` is one of Attribute.EntityType."""

    entity: str
    id: UUID


@dataclass(frozen=True, slots=True)
class GivenAttribute:
    """An attribute by one of its names, and `content`: the value under the name that its kind has.

    `numeric` is a Decimal, `rich_text` a document of blocks, `file` an address, `dropdown` and `swatch` a Choice,
    `multiselect` Choices, `values` names or slugs of choices (or one number), `reference` a Reference, `references`
    several. Nothing, or None, takes the value away.
    """

    id: UUID | None = None
    slug: str | None = None
    external_reference: str | None = None
    content: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A value to be had: a choice to look up, a shared value with its slug, or one of the owner's own (no slug)."""

    choice: Choice | None = None
    slug: str = ""
    columns: Mapping[str, Any] = field(default_factory=dict)
    references: tuple[Reference, ...] = ()
    path: tuple[str, ...] = ()


def read_given(given: GivenAttribute, attribute: Attribute) -> list[Wanted]:
    """The values that `given` means; none takes them away. Raises InvalidInput with the path of the field."""
    kind = attribute.input_type
    allowed = _FIELDS[kind]
    for name in given.content:
        if name not in allowed:
            fields = " or ".join(_camel(each) for each in allowed)
            raise InvalidInput(f"A value of {attribute.slug} is given as {fields}.", path=(_camel(name),))
    stated = [(name, value) for name, value in given.content.items() if value is not None]
    if not stated:
        return []
    if len(stated) > 1:
        raise InvalidInput("Give the value in one way.", path=(_camel(stated[1][0]),))
    ((name, value),) = stated
    path = (_camel(name),)
    if name in ("dropdown", "swatch"):
        return [_choice(value, path)]
    if name == "multiselect":
        _require_few(value, MAX_CHOICES, path)
        return [_choice(each, (*path, str(index))) for index, each in enumerate(value)]
    if name == "values" and kind != Kind.NUMERIC:
        _require_few(value, MAX_CHOICES if kind == Kind.MULTISELECT else 1, path)
        return [_choice(Choice(name=each), (*path, str(index))) for index, each in enumerate(value)]
    if name == "values":
        _require_few(value, 1, path)
        return [_number(each, (*path, "0")) for each in value]
    if name in ("reference", "references"):
        return _references([value] if name == "reference" else value, attribute, name)
    return _plain(name, value, path)


def _plain(name: str, value: Any, path: tuple[str, ...]) -> list[Wanted]:
    match name:
        case "numeric":
            return [_number(value, path)]
        case "boolean":
            columns = {"boolean": value, "name": "Yes" if value else "No"}
            return [Wanted(slug="true" if value else "false", columns=columns)]
        case "date":
            return [_moment(datetime.combine(value, time(), UTC), value.isoformat(), path)]
        case "date_time":
            if value.tzinfo is None:
                raise InvalidInput("A moment has a time zone.", path=path)
            try:
                moment = value.astimezone(UTC)
            except OverflowError as error:
                raise InvalidInput("Nobody lives to see that.", path=path) from error
            return [_moment(moment, moment.isoformat(), path)]
        case "plain_text":
            require_text(value, MAX_TEXT, path=path)
            return [Wanted(columns={"plain_text": value, "name": _short(value)})] if value.strip() else []
        case "rich_text":
            blocks = clean_blocks(value, path=path)
            if blocks is None or not blocks["blocks"]:
                return []
            return [Wanted(columns={"rich_text": blocks, "name": _short(plain_text(blocks))})]
        case "file":
            if not value.strip():
                return []
            address = value if is_stored_file(value) else checked_address(value, path=path)
            return [Wanted(columns={"file_url": address, "name": _short(address.rpartition("/")[2] or address)})]
    raise AssertionError(name)


def _choice(choice: Choice, path: tuple[str, ...]) -> Wanted:
    names = [name for name in ("id", "slug", "name") if getattr(choice, name) is not None]
    if len(names) != 1:
        raise InvalidInput("A choice is named by its id, its slug or its value: one of them.", path=path)
    for text in (choice.slug, choice.name):
        require_text(text, _LONGEST_NAME, path=path)
    if choice.name is not None and not choice.name.strip():
        raise InvalidInput("A choice has a name.", path=path)
    return Wanted(choice=choice, path=path)


def _number(value: Any, path: tuple[str, ...]) -> Wanted:
    try:
        number = Decimal(value) if len(str(value)) <= 40 else None
    except InvalidOperation:
        number = None
    if number is None or not number.is_finite() or abs(number) >= Decimal(10) ** 18:
        raise InvalidInput("A finite number below 10^18 is expected.", path=path)
    if number != number.quantize(Decimal("0.000001")):
        raise InvalidInput("A number has six decimal places at most.", path=path)
    text = format(number.normalize() + 0, "f")  # + 0: there is no minus zero
    slug = text.replace("-", "minus-").replace(".", "-")
    return Wanted(slug=slug, columns={"numeric": Decimal(text), "name": text})


def _moment(moment: datetime, text: str, path: tuple[str, ...]) -> Wanted:
    if not 1 < moment.year < 9999:
        raise InvalidInput("A year between 2 and 9998 is expected.", path=path)
    slug = text.lower().replace("+00:00", "z").replace(":", "-").replace(".", "-")
    return Wanted(slug=slug, columns={"date_time": moment, "name": text})


def _references(given: Sequence[Reference], attribute: Attribute, name: str) -> list[Wanted]:
    _require_few(given, MAX_REFERENCES, (name,))
    for index, each in enumerate(given):
        if each.entity != attribute.entity_type:
            path = (name, str(index)) if name == "references" else (name,)
            raise InvalidInput(f"{attribute.slug} refers to a {attribute.entity_type}.", path=path)
    return [Wanted(references=tuple(dict.fromkeys(given)), path=(name,))] if given else []


def _require_few(given: Sequence[Any], most: int, path: tuple[str, ...]) -> None:
    if len(given) > most:
        raise InvalidInput(f"At most {most}.", path=path)


def _short(text: str) -> str:
    return " ".join(text.split())[:_LONGEST_NAME]


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.title() for word in rest)
