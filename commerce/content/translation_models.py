"""Pages and lines of menus in other languages, and the slugs that pages had before."""

from __future__ import annotations

from django.db import models

from commerce.catalog.former_slugs import FormerSlug, FormerTranslatedSlug
from commerce.core.translation import NamedTranslation, Translation


class PageTranslation(Translation):
    """A page's texts in another language. A slug belongs to one page in each language."""

    page = models.ForeignKey("content.Page", on_delete=models.CASCADE, related_name="translations", db_index=False)
    title = models.CharField(max_length=250, null=True, blank=True)
    slug = models.SlugField(max_length=255, allow_unicode=True, null=True, blank=True, db_index=False)
    content = models.JSONField(null=True, blank=True)
    seo_title = models.CharField(max_length=70, null=True, blank=True)
    seo_description = models.CharField(max_length=300, null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["page", "language"], name="page_translation_unique"),
            models.UniqueConstraint(fields=["slug", "language"], name="page_translation_slug_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.language}: {self.title or self.slug or self.id}"


class MenuItemTranslation(NamedTranslation):
    """The name of a line of a menu in another language."""

    item = models.ForeignKey("content.MenuItem", on_delete=models.CASCADE, related_name="translations", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "language"], name="menu_item_translation_unique")]


class PageFormerSlug(FormerSlug):
    """A slug that a page no longer has."""

    page = models.ForeignKey("content.Page", on_delete=models.CASCADE, related_name="former_slugs")


class PageFormerTranslatedSlug(FormerTranslatedSlug):
    """A slug that a page no longer has in a language."""

    page = models.ForeignKey(
        "content.Page", on_delete=models.CASCADE, related_name="former_translated_slugs", db_constraint=False
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["slug", "language"], name="page_former_translated_slug")]
