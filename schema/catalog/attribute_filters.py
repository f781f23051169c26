"""How the list of attributes is narrowed."""

from __future__ import annotations

import strawberry
from django.db.models import Exists, OuterRef, Q

from commerce.catalog.models import ProductTypeAttribute
from commerce.core.text import require_text
from schema.catalog.enums import AttributeEntityTypeEnum, AttributeInputTypeEnum
from schema.ids import ids_of

_LONGEST_SEARCH = 250


@strawberry.input(description="What listed attributes have in common: all of what is given.")
class AttributeFilterInput:
    """What is left out asks nothing."""

    search: str | None = strawberry.field(default=None, description="Text that the name or slug contains.")
    ids: list[strawberry.ID] | None = strawberry.field(default=None, description="One of these attributes.")
    slugs: list[str] | None = strawberry.field(default=None, description="One of these slugs.")
    input_types: list[AttributeInputTypeEnum] | None = strawberry.field(default=None, description="Of these kinds.")
    entity_types: list[AttributeEntityTypeEnum] | None = strawberry.field(
        default=None, description="With references to one of these."
    )
    product_types: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Of products or variants of one of these types."
    )
    value_required: bool | None = strawberry.field(default=None, description="Whether a value is always needed.")
    visible_in_storefront: bool | None = strawberry.field(default=None, description="Whether shoppers see it.")
    filterable_in_storefront: bool | None = strawberry.field(
        default=None, description="Whether shoppers can filter by it."
    )


def attribute_condition(filter: AttributeFilterInput | None) -> Q:
    """The filter as a condition on attributes. Raises InvalidId or InvalidInput with the path below `filter`."""
    if filter is None:
        return Q()
    condition = names_condition(filter.search, path=("filter", "search"))
    if filter.ids is not None:
        condition &= Q(id__in=ids_of("Attribute", filter.ids, path=("filter", "ids")))
    if filter.slugs is not None:
        for index, slug in enumerate(filter.slugs):
            require_text(slug, _LONGEST_SEARCH, path=("filter", "slugs", str(index)))
        condition &= Q(slug__in=filter.slugs)
    if filter.input_types is not None:
        condition &= Q(input_type__in=[kind.value for kind in filter.input_types])
    if filter.entity_types is not None:
        condition &= Q(entity_type__in=[entity.value for entity in filter.entity_types])
    if filter.product_types is not None:
        types = ids_of("ProductType", filter.product_types, path=("filter", "productTypes"))
        condition &= Q(Exists(ProductTypeAttribute.objects.filter(attribute=OuterRef("id"), product_type__in=types)))
    for column, wanted in (
        ("value_required", filter.value_required),
        ("visible_in_storefront", filter.visible_in_storefront),
        ("filterable", filter.filterable_in_storefront),
    ):
        if wanted is not None:
            condition &= Q(**{column: wanted})
    return condition


def names_condition(search: str | None, *, path: tuple[str, ...]) -> Q:
    """Rows whose name or slug contains the text. Raises InvalidInput with `path` for what cannot be searched."""
    require_text(search, _LONGEST_SEARCH, path=path)
    text = (search or "").strip()
    return Q(name__icontains=text) | Q(slug__icontains=text) if text else Q()
