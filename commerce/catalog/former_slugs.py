"""Slugs that rows had before: whoever kept an old address still finds the page.

Triggers fill these tables (migrations/0003_translations.py), so that no writer can forget to: services, the merchant's
screens, imports. A slug leads to the row that had it last. A live slug goes before a former one, so nothing has to be
cleared away when another row takes a slug over.
"""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class FormerSlug(models.Model):
    """A slug that a row no longer has."""

    slug = models.SlugField(max_length=255, primary_key=True, allow_unicode=True)
    until = models.DateTimeField(db_default=Now(), help_text="When it was given up.")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.slug


class FormerTranslatedSlug(models.Model):
    """A slug that a row no longer has in a language.

    The foreign keys of these tables cascade in the database: a translation that goes with its owner leaves a slug
    behind on its way.
    """

    id = models.BigAutoField(primary_key=True)
    slug = models.SlugField(max_length=255, allow_unicode=True, db_index=False)
    language = models.CharField(max_length=20)
    until = models.DateTimeField(db_default=Now(), help_text="When it was given up.")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.language}: {self.slug}"


class ProductFormerSlug(FormerSlug):
    """A slug that a product no longer has."""

    product = models.ForeignKey("catalog.Product", on_delete=models.CASCADE, related_name="former_slugs")


class CategoryFormerSlug(FormerSlug):
    """A slug that a category no longer has."""

    category = models.ForeignKey("catalog.Category", on_delete=models.CASCADE, related_name="former_slugs")


class CollectionFormerSlug(FormerSlug):
    """A slug that a collection no longer has."""

    collection = models.ForeignKey("catalog.Collection", on_delete=models.CASCADE, related_name="former_slugs")


class ProductFormerTranslatedSlug(FormerTranslatedSlug):
    """A slug that a product no longer has in a language."""

    product = models.ForeignKey(
        "catalog.Product", on_delete=models.CASCADE, related_name="former_translated_slugs", db_constraint=False
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["slug", "language"], name="product_former_translated_slug")]


class CategoryFormerTranslatedSlug(FormerTranslatedSlug):
    """A slug that a category no longer has in a language."""

    category = models.ForeignKey(
        "catalog.Category", on_delete=models.CASCADE, related_name="former_translated_slugs", db_constraint=False
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["slug", "language"], name="category_former_translated_slug")]


class CollectionFormerTranslatedSlug(FormerTranslatedSlug):
    """A slug that a collection no longer has in a language."""

    collection = models.ForeignKey(
        "catalog.Collection", on_delete=models.CASCADE, related_name="former_translated_slugs", db_constraint=False
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["slug", "language"], name="collection_former_translated_slug")]
