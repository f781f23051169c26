"""What a generated catalog stands on: channel, warehouses, attributes, product types, categories, collections."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from commerce.attributes.models import Attribute, AttributeValue
from commerce.catalog.models import Category, Collection, CollectionChannelListing, ProductType, ProductTypeAttribute
from commerce.channels.models import Channel
from commerce.inventory.models import Warehouse, WarehouseChannel

COLOURS: Final = ("Black", "White", "Grey", "Navy", "Blue", "Teal", "Green", "Olive", "Yellow", "Orange", "Red", "Rose")
SIZES: Final = ("XS", "S", "M", "L", "XL", "XXL")
MATERIALS: Final = ("Cotton", "Linen", "Wool", "Silk", "Oak", "Beech", "Steel", "Copper", "Glass", "Clay", "Cork")
BRANDS: Final = tuple(
    f"{place} {company}"
    for place in ("North", "River", "Field", "Stone", "Harbour", "Meadow", "Alder", "Birch")
    for company in ("Works", "and Sons", "Studio", "House", "Supply")
)
SEASONS: Final = ("Spring", "Summer", "Autumn", "Winter")
KINDS: Final = ("Shirt", "Jumper", "Bowl", "Mug", "Lamp", "Chair", "Blanket", "Bag", "Knife", "Notebook")
DEPARTMENTS: Final = ("Clothing", "Kitchen", "Living", "Bedroom", "Bathroom", "Garden", "Office", "Travel", "Gifts")
SHELVES: Final = ("Everyday", "Basics", "New", "Classics", "Limited", "Outlet", "Sets", "Handmade")
WAREHOUSES: Final = ("generated-east", "generated-west")


@dataclass(frozen=True, slots=True)
class Ground:
    """Ids as text. `categories` are the leaves of the tree; the first of them is to be by far the largest."""

    channel: str
    warehouses: list[str]
    product_types: list[str]
    categories: list[str]
    collections: list[str]
    colours: list[str]
    sizes: list[str]
    described_by: list[list[str]]


def lay_ground(channel_slug: str, now: datetime) -> Ground:
    """Make what is missing of it. Rows that are there already, by their slugs, stay as they are."""
    channel = _channel(channel_slug)
    colour, size = _attribute("colour", COLOURS), _attribute("size", SIZES)
    about = [_attribute("material", MATERIALS), _attribute("brand", BRANDS), _attribute("season", SEASONS)]
    return Ground(
        channel=str(channel.id),
        warehouses=[
            _warehouse(slug, channel, place) for place, slug in enumerate(("generated-east", "generated-west"))
        ],
        product_types=[_product_type(kind, about, [colour, size]) for kind in KINDS],
        categories=_categories(),
        collections=_collections(channel, now),
        colours=_values_of(colour),
        sizes=_values_of(size),
        described_by=[_values_of(attribute) for attribute in about],
    )


def _channel(slug: str) -> Channel:
    defaults = {
        "name": slug.replace("-", " ").title(),
        "currency_code": "USD",
        "default_country": "US",
        "countries": ["US"],
    }
    return Channel.objects.get_or_create(slug=slug, defaults=defaults)[0]


def _warehouse(slug: str, channel: Channel, priority: int) -> str:
    defaults = {"name": slug.replace("-", " ").title(), "country": "US"}
    warehouse = Warehouse.objects.get_or_create(slug=slug, defaults=defaults)[0]
    WarehouseChannel.objects.get_or_create(warehouse=warehouse, channel=channel, defaults={"priority": priority})
    return str(warehouse.id)


def _attribute(slug: str, names: Sequence[str]) -> Attribute:
    attribute = Attribute.objects.get_or_create(slug=slug, defaults={"name": slug.title()})[0]
    AttributeValue.objects.bulk_create(
        [
            AttributeValue(attribute=attribute, slug=_slug(name), name=name, sort_order=place)
            for place, name in enumerate(names)
        ],
        ignore_conflicts=True,
    )
    return attribute


def _values_of(attribute: Attribute) -> list[str]:
    return [str(key) for key in attribute.values.order_by("sort_order", "slug").values_list("id", flat=True)]


def _product_type(kind: str, about: Sequence[Attribute], chosen_by: Sequence[Attribute]) -> str:
    row = ProductType.objects.get_or_create(slug=f"generated-{kind.lower()}", defaults={"name": kind})[0]
    scopes = ProductTypeAttribute.Scope
    ProductTypeAttribute.objects.bulk_create(
        [
            ProductTypeAttribute(
                product_type=row,
                attribute=attribute,
                scope=scope,
                variant_selection=scope == scopes.VARIANT,
                sort_order=place,
            )
            for scope, attributes in ((scopes.PRODUCT, about), (scopes.VARIANT, chosen_by))
            for place, attribute in enumerate(attributes)
        ],
        ignore_conflicts=True,
    )
    return str(row.id)


def _categories() -> list[str]:
    leaves: list[str] = []
    for place, department in enumerate(DEPARTMENTS):
        root = _category(department, None, place)
        leaves += [str(_category(f"{department} {shelf}", root, number).id) for number, shelf in enumerate(SHELVES)]
    return leaves


def _category(name: str, parent: Category | None, sort_order: int) -> Category:
    category = Category(slug=f"generated-{_slug(name)}", name=name, parent=parent, sort_order=sort_order)
    above: list[UUID] = parent.ancestors if parent else []
    category.ancestors = [*above, category.id]
    found = Category.objects.filter(slug=category.slug).first()
    if found is None:
        category.save(force_insert=True)
    return found or category


def _collections(channel: Channel, now: datetime) -> list[str]:
    keys = []
    for number in range(1, 21):
        row = Collection.objects.get_or_create(
            slug=f"generated-collection-{number}", defaults={"name": f"Collection {number}"}
        )[0]
        CollectionChannelListing.objects.get_or_create(
            collection=row, channel=channel, defaults={"is_published": number % 10 != 0, "published_at": now}
        )
        keys.append(str(row.id))
    return keys


def _slug(name: str) -> str:
    return name.lower().replace(" ", "-")
