"""What staff and apps say of the attributes of a product, a variant or a page."""

from __future__ import annotations

import base64
import binascii
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import strawberry
from strawberry import UNSET

from commerce.attributes.models import Attribute
from commerce.catalog.given_attributes import Choice, GivenAttribute, Reference
from commerce.core.errors import CommerceError, Rejected
from schema.given import given
from schema.ids import InvalidId, id_of
from schema.scalars import JSONString

_ENTITIES: Final = {
    "Product": Attribute.EntityType.PRODUCT,
    "ProductVariant": Attribute.EntityType.PRODUCT_VARIANT,
    "Category": Attribute.EntityType.CATEGORY,
    "Collection": Attribute.EntityType.COLLECTION,
    "Page": Attribute.EntityType.PAGE,
}


@strawberry.input(description="A choice of an attribute, by one of its names.")
class AttributeChoiceInput:
    """Exactly one of them."""

    id: strawberry.ID | None = strawberry.field(default=None, description="Its id.")
    slug: str | None = strawberry.field(default=None, description="Its slug.")
    value: str | None = strawberry.field(
        default=None, description="Its name; if there is none so called, a dropdown or multiselect gets it."
    )

    def read(self, path: tuple[str, ...]) -> Choice:
        """The choice that this means. Raises InvalidId."""
        key = None if self.id is None else id_of("AttributeValue", self.id, path=(*path, "id"))
        return Choice(id=key, slug=self.slug, name=self.value)


@strawberry.input(description="An attribute by one of its names, and its value in the field of its kind.")
class AttributeValueInput:
    """Without a value, or with null, the value is taken away."""

    id: strawberry.ID | None = strawberry.field(default=None, description="The id of the attribute.")
    slug: str | None = strawberry.field(default=None, description="The slug of the attribute.")
    external_reference: str | None = strawberry.field(
        default=None, description="The key of the attribute in another system."
    )
    values: list[str] | None = strawberry.field(
        default=UNSET, description="Names or slugs of choices of any kind, or one number."
    )
    dropdown: AttributeChoiceInput | None = strawberry.field(default=UNSET, description="Of a DROPDOWN.")
    multiselect: list[AttributeChoiceInput] | None = strawberry.field(default=UNSET, description="Of a MULTISELECT.")
    swatch: AttributeChoiceInput | None = strawberry.field(default=UNSET, description="Of a SWATCH.")
    numeric: Decimal | None = strawberry.field(default=UNSET, description="Of a NUMERIC, in the attribute's unit.")
    boolean: bool | None = strawberry.field(default=UNSET, description="Of a BOOLEAN.")
    plain_text: str | None = strawberry.field(default=UNSET, description="Of a PLAIN_TEXT.")
    rich_text: JSONString | None = strawberry.field(
        default=UNSET, description="Of a RICH_TEXT, in blocks as Editor.js writes them."
    )
    date: date | None = strawberry.field(default=UNSET, description="Of a DATE.")
    date_time: datetime | None = strawberry.field(default=UNSET, description="Of a DATE_TIME, with its time zone.")
    file: str | None = strawberry.field(
        default=UNSET,
        description="Of a FILE: its address, https://, http:// or a path of this server, or what its upload answered.",
    )
    reference: strawberry.ID | None = strawberry.field(
        default=UNSET, description="Of a SINGLE_REFERENCE: the id of a product, variant, category, collection or page."
    )
    references: list[strawberry.ID] | None = strawberry.field(
        default=UNSET, description="Of a REFERENCE: ids of products, variants, categories, collections or pages."
    )

    def read(self) -> GivenAttribute:
        """The attribute and value that this means. Raises InvalidId with the path below this input."""
        content: dict[str, Any] = given(
            self, "values", "numeric", "boolean", "plain_text", "rich_text", "date", "date_time", "file"
        )
        for name, value in given(self, "dropdown", "swatch").items():
            content[name] = value and value.read((name,))
        for name, value in given(self, "multiselect").items():
            content[name] = value and [each.read((name, str(index))) for index, each in enumerate(value)]
        for name, value in given(self, "reference").items():
            content[name] = value and _reference(value, (name,))
        for name, value in given(self, "references").items():
            content[name] = value and [_reference(each, (name, str(index))) for index, each in enumerate(value)]
        return GivenAttribute(
            id=None if self.id is None else id_of("Attribute", self.id),
            slug=self.slug,
            external_reference=self.external_reference,
            content=content,
        )


def read_attributes(inputs: list[AttributeValueInput] | None) -> list[GivenAttribute]:
    """The attributes that an input names; none if it said nothing. Raises Rejected with the path of each bad id."""
    found, problems = [], list[CommerceError]()
    for index, each in enumerate(inputs or ()):
        try:
            found.append(each.read())
        except InvalidId as error:
            problems.append(error.at("attributes", str(index)))
    if problems:
        raise Rejected(problems)
    return found


def _reference(value: str, path: tuple[str, ...]) -> Reference:
    try:
        name, _, key = base64.b64decode(value.encode(), validate=True).decode().partition(":")
        return Reference(entity=_ENTITIES[name], id=UUID(key))
    except (KeyError, binascii.Error, UnicodeError, ValueError) as error:
        raise InvalidId("This is not the id of anything that can be referred to.", path=path) from error
