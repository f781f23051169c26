"""How lists of pages are narrowed."""

from __future__ import annotations

from collections.abc import Sequence

import strawberry
from django.db.models import Q

from commerce.content.queries import has_attribute
from commerce.core.actor import Actor
from commerce.core.errors import InvalidInput, Required
from schema.catalog.attribute_values import value_condition
from schema.catalog.filters import AssignedAttributeValueInput, GlobalIdFilterInput, StringFilterInput
from schema.catalog.one_way import keys_of, texts_of
from schema.catalog.questions import MAX_BRANCHES
from schema.ids import ids_of

Path = tuple[str, ...]


@strawberry.input(description="A value of metadata that is equal to one text, or to one of several.")
class MetadataValueFilterInput:
    """Exactly one of the two."""

    eq: str | None = strawberry.field(default=None, description="Equal to this.")
    one_of: list[str] | None = strawberry.field(default=None, description="Equal to one of these.")


@strawberry.input(description="A key of the public metadata, and its value if that matters.")
class MetadataFilterInput:
    """Without a value, every object that has the key."""

    key: str = strawberry.field(description="The key.")
    value: MetadataValueFilterInput | None = strawberry.field(default=None, description="What the value is.")


@strawberry.input(description="An attribute, and what its value is if that matters.")
class AssignedAttributeWhereInput:
    """Without a value, every page that has any value of it."""

    slug: str | None = strawberry.field(default=None, description="The attribute's slug.")
    value: AssignedAttributeValueInput | None = strawberry.field(default=None, description="What the value is.")


@strawberry.input(description="What listed pages have in common: all of what is given, with AND and OR inside.")
class PageWhereInput:
    """What is left out asks nothing."""

    ids: list[strawberry.ID] | None = strawberry.field(default=None, description="One of these pages.")
    slug: StringFilterInput | None = strawberry.field(default=None, description="The slug.")
    page_type: GlobalIdFilterInput | None = strawberry.field(default=None, description="The type.")
    attributes: list[AssignedAttributeWhereInput] | None = strawberry.field(
        default=None, description="The page has these attribute values, all of them."
    )
    metadata: MetadataFilterInput | None = strawberry.field(default=None, description="This public metadata.")
    all_of: list[PageWhereInput] | None = strawberry.field(
        default=None, name="AND", description="All of these hold, too."
    )
    any_of: list[PageWhereInput] | None = strawberry.field(
        default=None, name="OR", description="One of these holds, too."
    )


def page_condition(where: PageWhereInput | None, actor: Actor) -> Q:
    """What `where` asks, as a condition on Page. Raises InvalidInput, InvalidId or Required with its path."""
    return Q() if where is None else _Reader(actor).read(where, ("where",))


class _Reader:
    """Turns inputs into conditions for one actor, and counts them."""

    def __init__(self, actor: Actor) -> None:
        self._actor = actor
        self._branches = 0

    def read(self, where: PageWhereInput, path: Path) -> Q:
        self._branches += 1
        if self._branches > MAX_BRANCHES:
            raise InvalidInput(f"At most {MAX_BRANCHES} conditions.", path=path)
        condition = Q()
        if where.ids is not None:
            condition &= Q(id__in=ids_of("Page", where.ids, path=(*path, "ids")))
        slugs = texts_of(where.slug, (*path, "slug"))
        if slugs is not None:
            condition &= Q(slug__in=slugs)
        types = keys_of("PageType", where.page_type, (*path, "pageType"))
        if types is not None:
            condition &= Q(page_type__in=types)
        for index, attribute in enumerate(where.attributes or ()):
            condition &= self._attribute(attribute, (*path, "attributes", str(index)))
        if where.metadata is not None:
            condition &= _metadata(where.metadata, (*path, "metadata"))
        for index, branch in enumerate(where.all_of or ()):
            condition &= self.read(branch, (*path, "AND", str(index)))
        if where.any_of is not None:
            condition &= self._any(where.any_of, (*path, "OR"))
        return condition

    def _any(self, branches: Sequence[PageWhereInput], path: Path) -> Q:
        if not branches:
            raise InvalidInput("One of none never holds.", path=path)
        conditions = [self.read(branch, (*path, str(index))) for index, branch in enumerate(branches)]
        # An empty Q would vanish from the disjunction, although it means: every page.
        return Q(*conditions, _connector=Q.OR) if all(conditions) else Q()

    def _attribute(self, wanted: AssignedAttributeWhereInput, path: Path) -> Q:
        if not wanted.slug:
            raise Required("Name the attribute by its slug.", path=(*path, "slug"))
        matching = None
        if wanted.value is not None:
            matching = value_condition(wanted.value, (*path, "value"), None, self._actor)
        return has_attribute(wanted.slug, matching, actor=self._actor)


def _metadata(wanted: MetadataFilterInput, path: Path) -> Q:
    if "\x00" in wanted.key:
        return Q(pk__in=[])
    if wanted.value is None:
        return Q(metadata__has_key=wanted.key)
    if (wanted.value.eq is None) == (wanted.value.one_of is None):
        raise InvalidInput("Give either eq or oneOf.", path=(*path, "value"))
    values = [wanted.value.eq] if wanted.value.eq is not None else wanted.value.one_of or []
    known = [Q(metadata__contains={wanted.key: value}) for value in values if "\x00" not in value]
    return Q(*known, _connector=Q.OR) if known else Q(pk__in=[])
