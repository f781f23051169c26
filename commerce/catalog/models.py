"""Products and how they are sorted, shown and listed."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce

from commerce.attributes.models import Attribute, AttributeValue
from commerce.catalog.bundle_models import BundleComponent, BundlePricing, BundleReduction  # noqa: F401
from commerce.catalog.card_models import DueCard, EffectivePrice, ProductCard  # noqa: F401 - Django finds models here
from commerce.catalog.contents import UNIT_CHOICES
from commerce.catalog.customs import validate_hs_code, validate_origin
from commerce.catalog.former_slugs import (  # noqa: F401
    CategoryFormerSlug,
    CategoryFormerTranslatedSlug,
    CollectionFormerSlug,
    CollectionFormerTranslatedSlug,
    ProductFormerSlug,
    ProductFormerTranslatedSlug,
)
from commerce.catalog.media_models import ProductMedia as ProductMedia
from commerce.catalog.media_models import Thumbnail as Thumbnail
from commerce.catalog.relation_models import ProductRelation, RelatedProductsRule  # noqa: F401
from commerce.catalog.translation_models import (  # noqa: F401
    CategoryTranslation,
    CollectionTranslation,
    ProductMediaTranslation,
    ProductTranslation,
    ProductVariantTranslation,
)
from commerce.channels.models import Channel
from commerce.core.model import MetadataMixin, Row, VersionedRow


class SearchListing(models.Model):
    """What search engines and the address bar show."""

    slug = models.SlugField(max_length=255, unique=True, allow_unicode=True)
    seo_title = models.CharField(max_length=70, blank=True)
    seo_description = models.CharField(max_length=300, blank=True)

    class Meta:
        abstract = True


class Category(SearchListing, MetadataMixin, VersionedRow):
    """A node of the category tree. `ancestors` holds every id from the root down to this one, this one included."""

    name = models.CharField(max_length=250)
    description = models.JSONField(null=True, blank=True)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    ancestors = ArrayField(models.UUIDField(), default=list, editable=False)
    sort_order = models.IntegerField(default=0)
    background_image = models.ImageField(upload_to="categories", null=True, blank=True)
    background_image_alt = models.CharField(max_length=250, blank=True)

    class Meta:
        verbose_name_plural = "categories"
        ordering = ["sort_order", "name", "id"]
        indexes = [GinIndex(fields=["ancestors"], name="category_ancestors")]

    def __str__(self) -> str:
        return self.name


class ProductType(MetadataMixin, VersionedRow):
    """What kind of thing a product is, and which attributes describe it. `kind` is said once, when it is made."""

    class Kind(models.TextChoices):
        NORMAL = "normal", "Goods"
        GIFT_CARD = "gift_card", "Gift cards"

    slug = models.SlugField(max_length=255, unique=True, allow_unicode=True)
    name = models.CharField(max_length=250)
    is_shipping_required = models.BooleanField(default=True)
    is_digital = models.BooleanField(default=False)
    kind = models.CharField(
        max_length=10,
        choices=Kind.choices,
        default=Kind.NORMAL,
        db_default=Kind.NORMAL,
        help_text="Each unit of a gift card that is paid for becomes a card of its price. Say it once: it stays.",
    )
    version = models.BigIntegerField(default=1, db_default=1)
    attributes = models.ManyToManyField(Attribute, through="ProductTypeAttribute", related_name="product_types")

    class Meta:
        indexes = [models.Index(fields=["kind"], condition=Q(kind="gift_card"), name="product_type_of_gift_cards")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="gift_card") | Q(is_shipping_required=False),
                name="gift_cards_are_not_shipped",
                violation_error_message="Gift cards are not shipped.",
            )
        ]

    def __str__(self) -> str:
        return self.name


class ProductTypeAttribute(models.Model):
    """An attribute of the products, or of the variants, of a type."""

    class Scope(models.TextChoices):
        PRODUCT = "product"
        VARIANT = "variant"

    product_type = models.ForeignKey(ProductType, on_delete=models.CASCADE, related_name="attribute_links")
    attribute = models.ForeignKey(Attribute, on_delete=models.PROTECT, related_name="product_type_links")
    scope = models.CharField(max_length=10, choices=Scope.choices)
    variant_selection = models.BooleanField(default=False, help_text="Shoppers choose a variant by this attribute.")
    required = models.BooleanField(default=False)
    sort_order = models.IntegerField(default=0)

    class Meta:
        ordering = ["sort_order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["product_type", "attribute", "scope"], name="product_type_attribute_unique")
        ]

    def __str__(self) -> str:
        return f"{self.product_type_id}: {self.attribute_id}"


class Product(SearchListing, MetadataMixin, VersionedRow):
    """Something for sale, in one or more variants."""

    product_type = models.ForeignKey(ProductType, on_delete=models.PROTECT, related_name="products")
    category = models.ForeignKey(Category, null=True, blank=True, on_delete=models.SET_NULL, related_name="products")
    name = models.CharField(max_length=250)
    description = models.JSONField(null=True, blank=True, help_text="Blocks as Editor.js writes them.")
    external_reference = models.CharField(max_length=250, unique=True, null=True, blank=True)
    sort_name = models.TextField(default="", editable=False, help_text="The name in lower case without accents.")
    search_text = models.TextField(default="", editable=False, help_text="Name and SKUs, folded like sort_name.")

    class Meta:
        indexes = [
            models.Index(fields=["sort_name", "id"], name="product_by_name"),
            models.Index(fields=["created_at", "id"], name="product_by_creation"),
            models.Index(fields=["updated_at", "id"], name="product_by_change"),
            models.Index(fields=["category", "sort_name", "id"], name="product_of_category_by_name"),
            models.Index(fields=["category", "created_at", "id"], name="product_of_category_by_date"),
            models.Index(fields=["category", "updated_at", "id"], name="product_of_category_by_change"),
            GinIndex(fields=["search_text"], opclasses=["gin_trgm_ops"], name="product_by_search_text"),
        ]

    def __str__(self) -> str:
        return self.name


# What lists are sorted by. Never null, so that a cursor is one comparison: a product without a price comes last in
# either direction, and one without a date has been there for ever.
PRICE_OR_LAST: Final = Coalesce("min_price_amount", Value(2**62), output_field=models.BigIntegerField())
PRICE_OR_FIRST: Final = Coalesce("min_price_amount", Value(-1), output_field=models.BigIntegerField())
PUBLISHED_OR_EVER: Final = Coalesce(
    "published_at", Value(datetime(1970, 1, 1, tzinfo=UTC)), output_field=models.DateTimeField()
)


class ProductChannelListing(Row):
    """Whether and since when a channel shows a product, with its lowest and highest variant price there."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="channel_listings")
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="product_listings")
    is_published = models.BooleanField(default=False)
    published_at = models.DateTimeField(null=True, blank=True, help_text="Not shown before; empty means at once.")
    available_for_purchase_at = models.DateTimeField(null=True, blank=True, help_text="Empty means not for sale yet.")
    visible_in_listings = models.BooleanField(default=True)
    min_price_amount = models.BigIntegerField(null=True, blank=True, editable=False)
    max_price_amount = models.BigIntegerField(null=True, blank=True, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["product", "channel"], name="product_listing_unique")]
        indexes = [
            models.Index(F("channel"), PRICE_OR_LAST, F("product"), name="product_listing_cheapest_first"),
            models.Index(F("channel"), PRICE_OR_FIRST, F("product"), name="product_listing_dearest_first"),
            models.Index(F("channel"), PUBLISHED_OR_EVER, F("product"), name="product_listing_by_date"),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} in {self.channel_id}"


class ProductVariant(MetadataMixin, VersionedRow):
    """What is put into a cart."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="variants")
    sku = models.CharField(max_length=255, unique=True, null=True, blank=True)
    name = models.CharField(max_length=255, blank=True)
    sort_order = models.IntegerField(default=0)
    barcode = models.CharField(max_length=64, blank=True)
    weight_grams = models.PositiveIntegerField(null=True, blank=True)
    length_mm = models.PositiveIntegerField("length", null=True, blank=True, help_text="As packed, in millimetres.")
    width_mm = models.PositiveIntegerField("width", null=True, blank=True)
    height_mm = models.PositiveIntegerField("height", null=True, blank=True)
    hs_code = models.CharField(
        "HS code",
        max_length=13,
        null=True,
        blank=True,
        validators=[validate_hs_code],
        help_text="The tariff code of the Harmonized System, digits only.",
    )
    country_of_origin = models.CharField(
        max_length=2,
        null=True,
        blank=True,
        validators=[validate_origin],
        help_text="Where it was made: ISO 3166-1 alpha-2.",
    )
    content_quantity = models.DecimalField(
        max_digits=12,
        decimal_places=3,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.001"))],
        help_text="How much is in it, e.g. 0.75 for a bottle of wine in litres; shops must say what a litre costs.",
    )
    content_unit = models.CharField(max_length=5, null=True, blank=True, choices=UNIT_CHOICES)
    unit_price_quantity = models.DecimalField(
        max_digits=12,
        decimal_places=3,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.001"))],
        help_text="The amount of it whose price is shown, e.g. 100 (grams); empty: 1 of the usual unit.",
    )
    unit_price_unit = models.CharField(max_length=5, null=True, blank=True, choices=UNIT_CHOICES)
    is_shipping_required = models.BooleanField(default=True)
    track_inventory = models.BooleanField(default=True, help_text="Off: there is always enough.")
    backorder_allowed = models.BooleanField(default=False, help_text="May be sold beyond what is on hand.")
    backorder_limit = models.PositiveIntegerField(
        null=True, blank=True, help_text="If so, by how many units in each warehouse; without a limit, by any number."
    )
    quantity_limit_per_customer = models.PositiveIntegerField(null=True, blank=True)
    external_reference = models.CharField(max_length=250, unique=True, null=True, blank=True)

    class Meta:
        ordering = ["sort_order", "id"]
        indexes = [models.Index(fields=["product", "sort_order", "id"], name="variant_by_product")]

    def __str__(self) -> str:
        return self.sku or self.name


class VariantChannelListing(Row):
    """What a variant costs in a channel, in minor units of the channel's currency."""

    variant = models.ForeignKey(ProductVariant, on_delete=models.CASCADE, related_name="channel_listings")
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="variant_listings")
    price_amount = models.BigIntegerField()
    compare_at_amount = models.BigIntegerField(null=True, blank=True, help_text="The price before a reduction.")
    cost_amount = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["variant", "channel"], name="variant_listing_unique"),
            models.CheckConstraint(condition=Q(price_amount__gte=0), name="variant_price_not_negative"),
            models.CheckConstraint(
                condition=Q(compare_at_amount__isnull=True) | Q(compare_at_amount__gte=F("price_amount")),
                name="variant_compare_at_not_below_price",
            ),
            models.CheckConstraint(
                condition=Q(cost_amount__isnull=True) | Q(cost_amount__gte=0), name="variant_cost_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.variant} in {self.channel}"


class ProductAttributeValue(models.Model):
    """A product has this attribute value."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="attribute_values")
    value = models.ForeignKey(AttributeValue, on_delete=models.CASCADE, related_name="product_links")
    sort_order = models.IntegerField(default=0)

    class Meta:
        ordering = ["sort_order", "id"]
        constraints = [models.UniqueConstraint(fields=["product", "value"], name="product_attribute_value_unique")]
        indexes = [models.Index(fields=["value", "-product"], name="product_attribute_value_newest")]

    def __str__(self) -> str:
        return f"{self.product_id}: {self.value_id}"


class VariantAttributeValue(models.Model):
    """A variant has this attribute value."""

    variant = models.ForeignKey(ProductVariant, on_delete=models.CASCADE, related_name="attribute_values")
    value = models.ForeignKey(AttributeValue, on_delete=models.CASCADE, related_name="variant_links")
    sort_order = models.IntegerField(default=0)

    class Meta:
        ordering = ["sort_order", "id"]
        constraints = [models.UniqueConstraint(fields=["variant", "value"], name="variant_attribute_value_unique")]

    def __str__(self) -> str:
        return f"{self.variant_id}: {self.value_id}"


class Collection(SearchListing, MetadataMixin, VersionedRow):
    """A selection of products: picked by hand, found by a rule, or both."""

    name = models.CharField(max_length=250)
    description = models.JSONField(null=True, blank=True)
    background_image = models.ImageField(upload_to="collections", null=True, blank=True)
    background_image_alt = models.CharField(max_length=250, blank=True)
    products = models.ManyToManyField(Product, through="CollectionProduct", related_name="collections")

    def __str__(self) -> str:
        return self.name


class CollectionRule(models.Model):
    """What products must be to be in a collection besides those picked by hand, and how far it has been applied.

    A table of its own, so that keeping count of that is no change of what shoppers see. Without a rule (NULL) what the
    former one has found is on its way out.
    """

    collection = models.OneToOneField(Collection, on_delete=models.CASCADE, primary_key=True, related_name="rule_link")
    rule = models.JSONField(null=True, blank=True, help_text="As commerce.catalog.collection_rules describes it.")
    due_at = models.DateTimeField(
        null=True, blank=True, help_text="When every product is to be weighed against the rule again."
    )
    cursor = models.UUIDField(null=True, blank=True, help_text="The last product that was, while that is going on.")
    is_settled = models.BooleanField(default=False, help_text="All products have been weighed once against this rule.")

    class Meta:
        indexes = [models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="collection_rule_due")]

    def __str__(self) -> str:
        return f"Rule of {self.collection_id}"


class CollectionRuleChange(models.Model):
    """The rule of a collection took products in or out beside a change of theirs; partners have not been told yet.

    Without a collection: so much was written that all products are to be weighed against all rules again.
    """

    id = models.BigAutoField(primary_key=True)
    collection = models.ForeignKey(
        Collection, null=True, on_delete=models.CASCADE, related_name="+", db_constraint=False
    )

    def __str__(self) -> str:
        return str(self.collection_id)


class CollectionProduct(models.Model):
    """A product's place in a collection. Those that its rule has found come after those picked by hand."""

    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="product_links")
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="collection_links")
    sort_order = models.IntegerField(default=0)
    by_rule = models.BooleanField(default=False, db_default=False, editable=False)

    class Meta:
        ordering = ["sort_order", "id"]
        constraints = [models.UniqueConstraint(fields=["collection", "product"], name="collection_product_unique")]
        indexes = [models.Index(fields=["collection", "sort_order", "product"], name="collection_product_order")]

    def __str__(self) -> str:
        return f"{self.collection_id}: {self.product_id}"


class CollectionChannelListing(Row):
    """Whether and since when a channel shows a collection."""

    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="channel_listings")
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="collection_listings")
    is_published = models.BooleanField(default=False)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["collection", "channel"], name="collection_listing_unique")]

    def __str__(self) -> str:
        return f"{self.collection_id} in {self.channel_id}"
