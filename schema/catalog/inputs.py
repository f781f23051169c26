"""What staff and apps send to change the catalog."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

import strawberry
from strawberry import UNSET

from commerce.catalog.models import Product
from commerce.catalog.services import publish_product, unpublish_product
from commerce.catalog.services.categories import CategoryChanges
from commerce.catalog.services.products import ProductChanges
from commerce.catalog.services.variants import VariantChanges
from commerce.channels.models import Channel
from commerce.core.actor import Actor
from schema.catalog.attribute_inputs import AttributeValueInput
from schema.enums import CountryCode
from schema.given import given, metadata, named, texts
from schema.ids import id_of
from schema.metadata import MetadataInput
from schema.money import minor_units
from schema.pricing.units import MeasurementUnit
from schema.scalars import JSONString, PositiveDecimal


@strawberry.input(description="What a product is.")
class ProductInput:
    """What is left out stays as it is."""

    name: str | None = strawberry.field(default=UNSET, description="The name.")
    slug: str | None = strawberry.field(default=UNSET, description="The name in addresses.")
    description: JSONString | None = strawberry.field(default=UNSET, description="Blocks as Editor.js writes them.")
    category: strawberry.ID | None = strawberry.field(default=UNSET, description="The category.")
    seo_title: str | None = strawberry.field(default=UNSET, description="The title for search engines.")
    seo_description: str | None = strawberry.field(default=UNSET, description="The description for search engines.")
    external_reference: str | None = strawberry.field(default=UNSET, description="The key of another system.")
    attributes: list[AttributeValueInput] | None = strawberry.field(
        default=UNSET, description="Attributes with their values; those that are not named keep theirs."
    )
    attribute_values: list[strawberry.ID] | None = strawberry.field(
        default=UNSET, description="Ids of attribute values; they replace those that it has."
    )
    metadata: list[MetadataInput] | None = strawberry.field(default=UNSET, description="Replaces the public metadata.")
    private_metadata: list[MetadataInput] | None = strawberry.field(
        default=UNSET, description="Replaces the private metadata."
    )

    def changes(self) -> ProductChanges:
        """The keys that were given. Raises InvalidId."""
        found: dict[str, Any] = {
            **texts(self, "name", "slug", "seo_title", "seo_description"),
            **given(self, "description", "external_reference"),
            **metadata(self),
        }
        if self.category is not UNSET:
            path = ("category",)
            found["category_id"] = None if self.category is None else id_of("Category", self.category, path=path)
        return cast(ProductChanges, found)


@strawberry.input(description="What a new product is.")
class ProductCreateInput(ProductInput):
    """A name is needed; without a slug it gets a free one from its name."""

    product_type: strawberry.ID = strawberry.field(description="What kind of thing it is.")


@strawberry.input(description="What a variant is.")
class ProductVariantInput:
    """What is left out stays as it is."""

    name: str | None = strawberry.field(default=UNSET, description="What tells it from the other variants.")
    sku: str | None = strawberry.field(default=UNSET, description="The stock keeping unit.")
    barcode: str | None = strawberry.field(default=UNSET, description="The bar code (GTIN).")
    weight_grams: int | None = strawberry.field(default=UNSET, description="The weight for shipping, in grams.")
    length_mm: int | None = strawberry.field(default=UNSET, description="The length as packed, in millimetres.")
    width_mm: int | None = strawberry.field(default=UNSET, description="The width as packed, in millimetres.")
    height_mm: int | None = strawberry.field(default=UNSET, description="The height as packed, in millimetres.")
    hs_code: str | None = strawberry.field(
        default=UNSET, description="The tariff code of the Harmonized System: 6 to 13 digits."
    )
    country_of_origin: CountryCode | None = strawberry.field(default=UNSET, description="Where it was made.")
    content_quantity: Decimal | None = strawberry.field(
        default=UNSET, description="How much is in it, e.g. 0.75; up to three decimals."
    )
    content_unit: MeasurementUnit | None = strawberry.field(default=UNSET, description="The unit of its content.")
    unit_price_quantity: Decimal | None = strawberry.field(
        default=UNSET, description="The amount of its content whose price is shown, e.g. 100; 1 of itself."
    )
    unit_price_unit: MeasurementUnit | None = strawberry.field(
        default=UNSET, description="The unit of that amount; of itself kilogram, litre, metre or the like."
    )
    track_inventory: bool | None = strawberry.field(default=UNSET, description="Whether its stock is counted.")
    is_shipping_required: bool | None = strawberry.field(default=UNSET, description="Whether it is shipped.")
    sort_order: int | None = strawberry.field(default=UNSET, description="Its place among the variants.")
    quantity_limit_per_customer: int | None = strawberry.field(
        default=UNSET, description="How many units one customer may buy."
    )
    external_reference: str | None = strawberry.field(default=UNSET, description="The key of another system.")
    attributes: list[AttributeValueInput] | None = strawberry.field(
        default=UNSET, description="Attributes with their values; those that are not named keep theirs."
    )
    attribute_values: list[strawberry.ID] | None = strawberry.field(
        default=UNSET, description="Ids of attribute values; they replace those that it has."
    )
    metadata: list[MetadataInput] | None = strawberry.field(default=UNSET, description="Replaces the public metadata.")
    private_metadata: list[MetadataInput] | None = strawberry.field(
        default=UNSET, description="Replaces the private metadata."
    )

    def changes(self) -> VariantChanges:
        """The keys that were given."""
        found: dict[str, Any] = {
            **texts(self, "name", "barcode"),
            **given(self, "sku", "weight_grams", "length_mm", "width_mm", "height_mm", "hs_code"),
            **given(self, "quantity_limit_per_customer", "external_reference"),
            **named(self, "track_inventory", "is_shipping_required", "sort_order"),
            **metadata(self),
        }
        if self.country_of_origin is not UNSET:
            found["country_of_origin"] = self.country_of_origin.value if self.country_of_origin else None
        found |= given(self, "content_quantity", "unit_price_quantity")
        for name in ("content_unit", "unit_price_unit"):
            if (unit := getattr(self, name)) is not UNSET:
                found[name] = unit.value if unit else None
        return cast(VariantChanges, found)


@strawberry.input(description="What a new variant is.")
class ProductVariantCreateInput(ProductVariantInput):
    """Everything but the product may come later."""

    product: strawberry.ID = strawberry.field(description="The product.")


@strawberry.input(description="What a category is.")
class CategoryInput:
    """What is left out stays as it is."""

    name: str | None = strawberry.field(default=UNSET, description="The name.")
    slug: str | None = strawberry.field(default=UNSET, description="The name in addresses.")
    description: JSONString | None = strawberry.field(default=UNSET, description="Blocks as Editor.js writes them.")
    seo_title: str | None = strawberry.field(default=UNSET, description="The title for search engines.")
    seo_description: str | None = strawberry.field(default=UNSET, description="The description for search engines.")
    sort_order: int | None = strawberry.field(default=UNSET, description="Its place among its neighbours.")
    metadata: list[MetadataInput] | None = strawberry.field(default=UNSET, description="Replaces the public metadata.")
    private_metadata: list[MetadataInput] | None = strawberry.field(
        default=UNSET, description="Replaces the private metadata."
    )

    def changes(self) -> CategoryChanges:
        """The keys that were given."""
        found: dict[str, Any] = {
            **texts(self, "name", "slug", "seo_title", "seo_description"),
            **given(self, "description"),
            **named(self, "sort_order"),
            **metadata(self),
        }
        return cast(CategoryChanges, found)


@strawberry.input(description="How a channel lists a product.")
class ProductChannelListingUpdateInput:
    """All of it is written; what is left out gets its default."""

    channel: str = strawberry.field(description="The channel's slug.")
    is_published: bool = strawberry.field(description="Whether shoppers see it; the rest counts only if they do.")
    published_at: datetime | None = strawberry.field(default=None, description="Not shown before; null means at once.")
    available_for_purchase_at: datetime | None = strawberry.field(
        default=None, description="Not sold before; null means as soon as it is shown."
    )
    visible_in_listings: bool = strawberry.field(default=True, description="Whether lists show it.")

    def apply(self, product_id: UUID, channel: Channel, actor: Actor, *, version: int | None = None) -> Product:
        """Publish or unpublish the product. Raises ProductNotFound, Conflict or PermissionDenied."""
        if self.is_published:
            publish_product(
                product_id=product_id,
                channel=channel,
                published_at=self.published_at,
                visible_in_listings=self.visible_in_listings,
                available_for_purchase_at=self.available_for_purchase_at,
                version=version,
                actor=actor,
            )
        else:
            unpublish_product(product_id=product_id, channel=channel, version=version, actor=actor)
        return Product.objects.get(id=product_id)


@strawberry.input(description="What a variant costs in a channel, in major units of the channel's currency.")
class ProductVariantChannelListingUpdateInput:
    """All of it is written; what is left out is taken away."""

    channel: str = strawberry.field(description="The channel's slug.")
    price: PositiveDecimal = strawberry.field(description="The price, with tax if the channel enters prices so.")
    compare_at_price: PositiveDecimal | None = strawberry.field(default=None, description="The price before.")
    cost_price: PositiveDecimal | None = strawberry.field(default=None, description="What the shop paid for it.")

    def amounts(self, currency: str) -> dict[str, Any]:
        """The prices as minor units of `currency`. Raises InvalidInput for digits that it does not have."""

        def minor(name: str, given: PositiveDecimal | None) -> int | None:
            return None if given is None else minor_units(given, currency, path=(name,))

        return {
            "price_amount": minor("price", self.price),
            "compare_at_amount": minor("compareAtPrice", self.compare_at_price),
            "cost_amount": minor("costPrice", self.cost_price),
        }
