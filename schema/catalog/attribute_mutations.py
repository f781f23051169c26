"""Changing attributes and their choices, for staff and apps with MANAGE_PRODUCTS.

An attribute and its choices are one thing: `version` is always the attribute's, and a change of a choice counts it up.
"""

from __future__ import annotations

from functools import partial
from typing import Any, cast

import strawberry
from strawberry import UNSET

from commerce.attributes.models import Attribute as AttributeModel
from commerce.catalog import services
from commerce.catalog.ordering import Move
from commerce.catalog.services.attributes import AttributeChanges, ValueChanges
from commerce.core.permission import Permission
from schema.catalog.attributes import Attribute, AttributeValue
from schema.catalog.enums import AttributeEntityTypeEnum, AttributeInputTypeEnum
from schema.catalog.errors import ProductError, ProductErrorCode
from schema.context import Info
from schema.doorway import mutation
from schema.errors import below_input
from schema.given import given, metadata, named, texts
from schema.ids import id_of
from schema.metadata import MetadataInput
from schema.payloads import current_row, row_payload

change = partial(mutation, Permission.MANAGE_PRODUCTS, error=ProductError, codes=ProductErrorCode)
attribute_now = current_row(AttributeModel, "attribute")


@strawberry.input(description="A choice of an attribute.")
class AttributeChoiceChangesInput:
    """What is left out stays as it is."""

    name: str | None = strawberry.field(default=UNSET, description="The choice as people read it.")
    slug: str | None = strawberry.field(default=UNSET, description="The choice as filters name it.")
    value: str | None = strawberry.field(default=UNSET, description="The colour of a swatch, e.g. #1e40af.")
    file_url: str | None = strawberry.field(default=UNSET, description="The address of a swatch's pattern.")

    def changes(self) -> ValueChanges:
        """The keys that were given."""
        found: dict[str, Any] = texts(self, "name", "slug", "file_url")
        if self.value is not UNSET:
            found["swatch"] = self.value or ""
        return cast(ValueChanges, found)


@strawberry.input(description="What an attribute is.")
class AttributeUpdateInput:
    """What is left out stays as it is. The kind changes only while there are no values."""

    name: str | None = strawberry.field(default=UNSET, description="The name that people read.")
    slug: str | None = strawberry.field(default=UNSET, description="The name by which filters choose it.")
    input_type: AttributeInputTypeEnum | None = strawberry.field(
        default=UNSET, description="What kind of value it takes; a DROPDOWN if nothing is said."
    )
    entity_type: AttributeEntityTypeEnum | None = strawberry.field(
        default=UNSET, description="What its references point to; needed for references, and for them only."
    )
    unit: str | None = strawberry.field(default=UNSET, description="The unit of its numbers, e.g. cm.")
    value_required: bool | None = strawberry.field(
        default=UNSET, description="Whether every product, variant or page whose type has it needs a value."
    )
    visible_in_storefront: bool | None = strawberry.field(default=UNSET, description="Whether shoppers see it.")
    filterable_in_storefront: bool | None = strawberry.field(
        default=UNSET, description="Whether shoppers can filter by it: by choices, numbers, yes or no, and dates."
    )
    external_reference: str | None = strawberry.field(default=UNSET, description="The key of another system.")
    metadata: list[MetadataInput] | None = strawberry.field(default=UNSET, description="Replaces the public metadata.")
    private_metadata: list[MetadataInput] | None = strawberry.field(
        default=UNSET, description="Replaces the private metadata."
    )

    def changes(self) -> AttributeChanges:
        """The keys that were given."""
        found: dict[str, Any] = {
            **texts(self, "name", "slug", "unit"),
            **named(self, "value_required", "visible_in_storefront"),
            **given(self, "external_reference"),
            **metadata(self),
        }
        for kind in named(self, "input_type").values():
            found["input_type"] = kind.value
        for entity in given(self, "entity_type").values():
            found["entity_type"] = entity.value if entity else ""
        for filterable in named(self, "filterable_in_storefront").values():
            found["filterable"] = filterable
        return cast(AttributeChanges, found)


@strawberry.input(description="What a new attribute is.")
class AttributeCreateInput(AttributeUpdateInput):
    """A name is needed; without a slug it gets a free one from its name."""

    values: list[AttributeChoiceChangesInput] | None = strawberry.field(
        default=None, description="Its choices, in this order, at most 100; more come by attributeValueCreate."
    )


@strawberry.input(description="Where a row of a list goes.")
class ReorderInput:
    """Moves are done one after another."""

    id: strawberry.ID = strawberry.field(description="The row.")
    sort_order: int = strawberry.field(description="How many places it goes down the list; up if negative.")


def read_moves(kind: str, moves: list[ReorderInput]) -> list[Move]:
    """The moves of rows of the type `kind`. Raises InvalidId with the path `moves`, index, `id`."""
    return [
        Move(id_of(kind, move.id, path=("moves", str(index), "id")), move.sort_order)
        for index, move in enumerate(moves)
    ]


@change(payload=row_payload("AttributeCreate", "attribute", Attribute | None, ProductError))
def attribute_create(info: Info, input: AttributeCreateInput) -> Any:
    """Make an attribute, with its choices; without a slug it gets a free one from its name."""
    with below_input():
        return services.create_attribute(
            changes=input.changes(),
            values=[value.changes() for value in input.values or ()],
            actor=info.context.actor,
        )


@change(payload=row_payload("AttributeUpdate", "attribute", Attribute | None, ProductError), current=attribute_now)
def attribute_update(info: Info, id: strawberry.ID, input: AttributeUpdateInput, version: int | None = None) -> Any:
    """Change an attribute; refused with IN_USE for another kind while it has values."""
    with below_input():
        return services.update_attribute(
            attribute_id=id_of("Attribute", id), changes=input.changes(), version=version, actor=info.context.actor
        )


@change(payload=row_payload("AttributeDelete", "attribute", Attribute | None, ProductError), current=attribute_now)
def attribute_delete(info: Info, id: strawberry.ID, version: int | None = None) -> None:
    """Delete an attribute with its values; refused with IN_USE while product types or page types have it."""
    services.delete_attribute(attribute_id=id_of("Attribute", id), version=version, actor=info.context.actor)


@change(payload=row_payload("AttributeValueCreate", "attribute_value", AttributeValue | None, ProductError))
def attribute_value_create(
    info: Info, attribute: strawberry.ID, input: AttributeChoiceChangesInput, version: int | None = None
) -> Any:
    """Add a choice as the last one of a dropdown, multiselect or swatch."""
    with below_input("attribute"):
        return services.create_attribute_value(
            attribute_id=id_of("Attribute", attribute, path=("attribute",)),
            changes=input.changes(),
            version=version,
            actor=info.context.actor,
        )


@change(payload=row_payload("AttributeValueUpdate", "attribute_value", AttributeValue | None, ProductError))
def attribute_value_update(
    info: Info, id: strawberry.ID, input: AttributeChoiceChangesInput, version: int | None = None
) -> Any:
    """Change a choice for everything that has it."""
    with below_input():
        return services.update_attribute_value(
            value_id=id_of("AttributeValue", id), changes=input.changes(), version=version, actor=info.context.actor
        )


@change(payload=row_payload("AttributeValueDelete", "attribute", Attribute | None, ProductError))
def attribute_value_delete(info: Info, id: strawberry.ID, version: int | None = None) -> Any:
    """Delete a choice; refused with IN_USE while something has it. Answers with its attribute."""
    return services.delete_attribute_value(
        value_id=id_of("AttributeValue", id), version=version, actor=info.context.actor
    )


@change(payload=row_payload("AttributeReorderValues", "attribute", Attribute | None, ProductError))
def attribute_reorder_values(
    info: Info, attribute_id: strawberry.ID, moves: list[ReorderInput], version: int | None = None
) -> Any:
    """Put the choices of an attribute into another order."""
    return services.reorder_attribute_values(
        attribute_id=id_of("Attribute", attribute_id, path=("attributeId",)),
        moves=read_moves("AttributeValue", moves),
        version=version,
        actor=info.context.actor,
    )
