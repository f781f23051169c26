"""The catalog in other languages."""

from __future__ import annotations

from django.db import models

from commerce.core.translation import NamedTranslation, Translation


class PageTranslation(Translation):
    """The texts of something that has a page of its own. A slug belongs to one object in each language."""

    name = models.CharField(max_length=250, null=True, blank=True)
    slug = models.SlugField(max_length=255, allow_unicode=True, null=True, blank=True, db_index=False)
    description = models.JSONField(null=True, blank=True)
    seo_title = models.CharField(max_length=70, null=True, blank=True)
    seo_description = models.CharField(max_length=300, null=True, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.language}: {self.name or self.slug or self.id}"


class ProductTranslation(PageTranslation):
    """A product's texts in another language."""

    product = models.ForeignKey(
        "catalog.Product", on_delete=models.CASCADE, related_name="translations", db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product", "language"], name="product_translation_unique"),
            models.UniqueConstraint(fields=["slug", "language"], name="product_translation_slug_unique"),
        ]


class CategoryTranslation(PageTranslation):
    """A category's texts in another language."""

    category = models.ForeignKey(
        "catalog.Category", on_delete=models.CASCADE, related_name="translations", db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["category", "language"], name="category_translation_unique"),
            models.UniqueConstraint(fields=["slug", "language"], name="category_translation_slug_unique"),
        ]


class CollectionTranslation(PageTranslation):
    """A collection's texts in another language."""

    collection = models.ForeignKey(
        "catalog.Collection", on_delete=models.CASCADE, related_name="translations", db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["collection", "language"], name="collection_translation_unique"),
            models.UniqueConstraint(fields=["slug", "language"], name="collection_translation_slug_unique"),
        ]


class ProductVariantTranslation(NamedTranslation):
    """A variant's name in another language."""

    variant = models.ForeignKey(
        "catalog.ProductVariant", on_delete=models.CASCADE, related_name="translations", db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["variant", "language"], name="variant_translation_unique"),
        ]


class ProductMediaTranslation(Translation):
    """What is in a picture, in another language."""

    media = models.ForeignKey(
        "catalog.ProductMedia", on_delete=models.CASCADE, related_name="translations", db_index=False
    )
    alt = models.CharField(max_length=250)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["media", "language"], name="product_media_translation_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.language}: {self.alt}"
