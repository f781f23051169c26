"""The merchant's screens of the catalog. Names, SKUs and prices typed in here reach search and sorting at once."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone

from commerce.attributes.admin import AttributeAdmin, AttributeValueAdmin
from commerce.attributes.models import Attribute, AttributeValue
from commerce.catalog.bundle_admin import BundleComponentInline, BundlePricingInline
from commerce.catalog.bundle_models import BundlePricing
from commerce.catalog.collection_rules import checked_rule
from commerce.catalog.models import (
    Category,
    Collection,
    CollectionChannelListing,
    CollectionProduct,
    CollectionRule,
    Product,
    ProductAttributeValue,
    ProductChannelListing,
    ProductMedia,
    ProductType,
    ProductTypeAttribute,
    ProductVariant,
    Thumbnail,
    VariantAttributeValue,
    VariantChannelListing,
)
from commerce.catalog.price_range import refresh_price_ranges
from commerce.catalog.relation_models import ProductRelation, RelatedProductsRule
from commerce.catalog.search_text import refresh_search_text
from commerce.catalog.services.products import announce_update
from commerce.catalog.translation_admin import (
    AttributeTranslationInline,
    CategoryTranslationInline,
    CollectionTranslationInline,
    MediaTranslationInline,
    ProductTranslationInline,
    TranslatedAdmin,
    ValueTranslationInline,
    VariantTranslationInline,
)
from commerce.catalog.versions import changed_row
from commerce.core.admin import ChannelMoneyForm
from commerce.core.errors import CommerceError

LESS_OFTEN: Final[Any] = (
    ("Search engines", {"classes": ["collapse"], "fields": ["seo_title", "seo_description"]}),
    ("Data of integrations", {"classes": ["collapse"], "fields": ["metadata", "private_metadata"]}),
)
"""What stands folded at the end of a form."""


@admin.register(Category)
class CategoryAdmin(TranslatedAdmin):
    """The tree. A category is moved through the API, which moves what lies below it, too."""

    list_display = ["name", "slug", "parent", "sort_order"]
    list_select_related = ["parent"]
    search_fields = ["name", "slug"]
    autocomplete_fields = ["parent"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [CategoryTranslationInline]
    fieldsets = [
        (None, {"fields": ["name", "slug", "parent", "description", "sort_order"]}),
        ("Picture", {"fields": ["background_image", "background_image_alt"]}),
        *LESS_OFTEN,
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Category | None = None) -> list[str]:
        """The place in the tree is chosen once."""
        return ["parent"] if obj else []

    def save_model(self, request: HttpRequest, obj: Category, form: ModelForm[Category], change: bool) -> None:
        """Keep the path from the root with a new category."""
        if not change:
            obj.ancestors = [*(obj.parent.ancestors if obj.parent else []), obj.id]
        super().save_model(request, obj, form, change)


class ProductTypeAttributeInline(admin.TabularInline[ProductTypeAttribute, ProductType]):
    """The attributes of a type."""

    model = ProductTypeAttribute
    autocomplete_fields = ["attribute"]
    extra = 0


@admin.register(ProductType)
class ProductTypeAdmin(admin.ModelAdmin[ProductType]):
    """Kinds of products."""

    list_display = ["name", "slug", "kind", "is_shipping_required", "is_digital"]
    list_filter = ["kind"]
    search_fields = ["name", "slug"]
    prepopulated_fields = {"slug": ["name"]}
    exclude = ["version"]
    inlines = [ProductTypeAttributeInline]

    def get_readonly_fields(self, request: HttpRequest, obj: ProductType | None = None) -> list[str]:
        """What its products are is said once: their prices, taxes and orders have been made for it."""
        return ["kind"] if obj is not None else []


class ProductChannelListingInline(admin.TabularInline[ProductChannelListing, Product]):
    """Where a product is shown."""

    model = ProductChannelListing
    readonly_fields = ["min_price_amount", "max_price_amount"]
    extra = 0


class ProductAttributeValueInline(admin.TabularInline[ProductAttributeValue, Product]):
    """What describes a product."""

    model = ProductAttributeValue
    autocomplete_fields = ["value"]
    extra = 0


class ProductMediaInline(admin.TabularInline[ProductMedia, Product]):
    """The pictures of a product."""

    model = ProductMedia
    fields = ["sort_order", "alt", "focal_x", "focal_y", "kind", "status", "source_url", "failure"]
    readonly_fields = ["kind", "status", "source_url", "failure"]
    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Pictures come in through the API and imports, which check what they are."""
        return False


class ProductRelationForm(forms.ModelForm[ProductRelation]):
    """A product that is shown beside another."""

    class Meta:
        model = ProductRelation
        fields = ("kind", "related", "sort_order")

    def clean_related(self) -> Product:
        """Another product."""
        related: Product = self.cleaned_data["related"]
        if related.pk == self.instance.product_id:
            raise ValidationError("A product is not shown beside itself.")
        return related


class ProductRelationInline(admin.TabularInline[ProductRelation, Product]):
    """What is shown beside a product, by hand."""

    model = ProductRelation
    form = ProductRelationForm
    fk_name = "product"
    autocomplete_fields = ["related"]
    extra = 0


@admin.register(RelatedProductsRule)
class RelatedProductsRuleAdmin(admin.ModelAdmin[RelatedProductsRule]):
    """What makes one product related to another that nobody has picked."""

    list_display = ["__str__", "category_points", "collection_points", "value_points"]
    autocomplete_fields = ["product_type"]


@admin.register(Product)
class ProductAdmin(TranslatedAdmin):
    """Products; their variants have a list of their own."""

    list_display = ["name", "slug", "product_type", "category", "updated_at"]
    list_filter = ["product_type", "channel_listings__channel"]
    list_select_related = ["product_type", "category"]
    search_fields = ["name", "slug", "search_text"]
    autocomplete_fields = ["product_type", "category"]
    prepopulated_fields = {"slug": ["name"]}
    readonly_fields = ["version", "created_at", "updated_at"]
    inlines = [
        ProductChannelListingInline,
        ProductAttributeValueInline,
        ProductMediaInline,
        ProductRelationInline,
        ProductTranslationInline,
    ]
    fieldsets = [
        (None, {"fields": ["name", "slug", "product_type", "category", "description", "external_reference"]}),
        *LESS_OFTEN,
        ("History", {"classes": ["collapse"], "fields": ["version", "created_at", "updated_at"]}),
    ]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Bring what is derived up to date and tell partners, in the transaction of the change."""
        super().save_related(request, form, formsets, change)
        _follow_up(form.instance)


class VariantChannelListingForm(ChannelMoneyForm):
    """What a variant costs in a channel."""

    amounts = ("price_amount", "compare_at_amount", "cost_amount")

    class Meta:
        model = VariantChannelListing
        fields = ("channel", "price_amount", "compare_at_amount", "cost_amount")
        labels: ClassVar = {"price_amount": "Price", "compare_at_amount": "Before a reduction", "cost_amount": "Cost"}
        help_texts: ClassVar = {
            "price_amount": "In the channel's currency.",
            "compare_at_amount": "The price before a reduction, shown beside the price.",
            "cost_amount": "What it costs the shop.",
        }


class VariantChannelListingInline(admin.TabularInline[VariantChannelListing, ProductVariant]):
    """What a variant costs, in each channel's currency."""

    model = VariantChannelListing
    form = VariantChannelListingForm
    extra = 0
    verbose_name = "price in a channel"
    verbose_name_plural = "prices by channel"

    def get_queryset(self, request: HttpRequest) -> QuerySet[VariantChannelListing]:
        """With the channels, whose currencies amounts are in."""
        return super().get_queryset(request).select_related("channel")


class VariantAttributeValueInline(admin.TabularInline[VariantAttributeValue, ProductVariant]):
    """By what a variant differs."""

    model = VariantAttributeValue
    autocomplete_fields = ["value"]
    extra = 0


@admin.register(ProductVariant)
class ProductVariantAdmin(TranslatedAdmin):
    """Variants with their prices. Whether one may be sold beyond its stock is changed by an import."""

    list_display = ["__str__", "name", "product", "track_inventory", "backorder_allowed"]
    list_filter = ["track_inventory", "backorder_allowed"]
    list_select_related = ["product"]
    search_fields = ["sku", "name", "product__name", "barcode"]
    autocomplete_fields = ["product"]
    readonly_fields = ["backorder_allowed", "version", "created_at", "updated_at"]
    inlines = [
        VariantChannelListingInline,
        BundleComponentInline,
        BundlePricingInline,
        VariantAttributeValueInline,
        VariantTranslationInline,
    ]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Bring what is derived up to date and tell partners, in the transaction of the change."""
        super().save_related(request, form, formsets, change)
        ProductVariant.objects.filter(id=form.instance.id).update(version=F("version") + 1)
        # Where a part was taken away a price may come into being (migrations/0005_bundles.py).
        BundlePricing.objects.filter(variant=form.instance).update(updated_at=timezone.now())
        _follow_up(form.instance.product)


class CollectionChannelListingInline(admin.TabularInline[CollectionChannelListing, Collection]):
    """Where a collection is shown."""

    model = CollectionChannelListing
    extra = 0


class CollectionProductInline(admin.TabularInline[CollectionProduct, Collection]):
    """The products of a collection in their order; those that its rule has found are not shown here."""

    model = CollectionProduct
    autocomplete_fields = ["product"]
    extra = 0

    def get_queryset(self, request: HttpRequest) -> Any:
        """What was picked by hand."""
        return super().get_queryset(request).filter(by_rule=False)


class CollectionRuleForm(forms.ModelForm[CollectionRule]):
    """A rule, checked as the API checks it."""

    class Meta:
        model = CollectionRule
        fields = ("rule",)

    def clean_rule(self) -> object:
        """The rule as it is stored."""
        rule = self.cleaned_data["rule"]
        try:
            return None if rule is None else checked_rule(rule)
        except CommerceError as error:
            raise ValidationError(f"{'.'.join(error.path)}: {error.message}") from error


class CollectionRuleInline(admin.StackedInline[CollectionRule, Collection]):
    """What products must be to be in a collection; what it finds comes within seconds."""

    model = CollectionRule
    form = CollectionRuleForm
    can_delete = False
    extra = 0


@admin.register(Collection)
class CollectionAdmin(TranslatedAdmin):
    """Selections of products."""

    list_display = ["name", "slug", "updated_at"]
    search_fields = ["name", "slug"]
    prepopulated_fields = {"slug": ["name"]}
    fieldsets = [
        (None, {"fields": ["name", "slug", "description"]}),
        ("Picture", {"fields": ["background_image", "background_image_alt"]}),
        *LESS_OFTEN,
    ]
    inlines = [
        CollectionChannelListingInline,
        CollectionProductInline,
        CollectionRuleInline,
        CollectionTranslationInline,
    ]

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """A rule that was changed is to be applied."""
        super().save_formset(request, form, formset, change)
        if formset.model is CollectionRule and formset.has_changed():
            CollectionRule.objects.filter(collection=form.instance).update(
                due_at=timezone.now(), cursor=None, is_settled=False
            )


@admin.register(ProductMedia)
class ProductMediaAdmin(TranslatedAdmin):
    """Pictures; the filter by status shows those that an import could not fetch, and why."""

    list_display = ["__str__", "product", "kind", "status", "attempts", "failure"]
    list_filter = ["status", "kind"]
    list_select_related = ["product"]
    search_fields = ["alt", "product__name", "source_url"]
    raw_id_fields = ["product", "variants"]
    readonly_fields = ["file", "source_url", "status", "failure", "attempts"]
    inlines = [MediaTranslationInline]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Pictures come in through the API and imports, which check what they are."""
        return False


@admin.register(Thumbnail)
class ThumbnailAdmin(admin.ModelAdmin[Thumbnail]):
    """Smaller copies that were made; deleting one makes it anew at the next request."""

    list_display = ["source", "size", "format", "created_at"]
    list_filter = ["size", "format"]
    search_fields = ["source"]
    readonly_fields = ["source", "size", "format", "file"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """They are made when somebody asks for them."""
        return False


admin.site.unregister([Attribute, AttributeValue])


@admin.register(Attribute)
class TranslatedAttributeAdmin(TranslatedAdmin, AttributeAdmin):
    """Attributes, with their names in other languages: what tells partners of those lives in this domain."""

    inlines = [AttributeTranslationInline]


@admin.register(AttributeValue)
class TranslatedAttributeValueAdmin(TranslatedAdmin, AttributeValueAdmin):
    """The values of attributes, in other languages, too."""

    inlines = [ValueTranslationInline]


def _follow_up(product: Product) -> None:
    with transaction.atomic():
        refresh_search_text([product.id])
        refresh_price_ranges([product.id])
        changed = changed_row(Product, product.id)
        if changed is not None:
            announce_update(changed)
