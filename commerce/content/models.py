"""Pages that are no products, and the menus that lead to everything."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.db.models import Q

from commerce.attributes.models import Attribute, AttributeValue
from commerce.catalog.models import Category, Collection, SearchListing
from commerce.content.translation_models import (  # noqa: F401 - Django finds models here
    MenuItemTranslation,
    PageFormerSlug,
    PageFormerTranslatedSlug,
    PageTranslation,
)
from commerce.core.model import MetadataMixin, Row, VersionedRow


class PageType(MetadataMixin, VersionedRow):
    """What kind of text a page is, and which attributes describe it."""

    slug = models.SlugField(max_length=255, unique=True, allow_unicode=True)
    name = models.CharField(max_length=250)
    attributes = models.ManyToManyField(Attribute, through="PageTypeAttribute", related_name="page_types")

    class Meta:
        indexes = [models.Index(fields=["name", "id"], name="page_type_by_name")]

    def __str__(self) -> str:
        return self.name


class PageTypeAttribute(models.Model):
    """An attribute of the pages of a type."""

    page_type = models.ForeignKey(PageType, on_delete=models.CASCADE, related_name="attribute_links")
    attribute = models.ForeignKey(Attribute, on_delete=models.PROTECT, related_name="page_type_links")
    required = models.BooleanField(default=False)
    sort_order = models.IntegerField(default=0)

    class Meta:
        ordering = ["sort_order", "id"]
        constraints = [models.UniqueConstraint(fields=["page_type", "attribute"], name="page_type_attribute_unique")]

    def __str__(self) -> str:
        return f"{self.page_type_id}: {self.attribute_id}"


class Page(SearchListing, MetadataMixin, VersionedRow):
    """A text with an address of its own: an imprint, a story, a landing page. All channels share it."""

    page_type = models.ForeignKey(PageType, on_delete=models.PROTECT, related_name="pages")
    title = models.CharField(max_length=250)
    content = models.JSONField(null=True, blank=True, help_text="Blocks as Editor.js writes them.")
    is_published = models.BooleanField(default=False)
    published_at = models.DateTimeField(null=True, blank=True, help_text="Not shown before; empty means at once.")

    class Meta:
        ordering = ["title", "id"]
        indexes = [models.Index(fields=["title", "id"], name="page_by_title")]

    def __str__(self) -> str:
        return self.title


class PageAttributeValue(models.Model):
    """A page has this attribute value."""

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="attribute_values")
    value = models.ForeignKey(AttributeValue, on_delete=models.CASCADE, related_name="page_links")
    sort_order = models.IntegerField(default=0)

    class Meta:
        ordering = ["sort_order", "id"]
        constraints = [models.UniqueConstraint(fields=["page", "value"], name="page_attribute_value_unique")]

    def __str__(self) -> str:
        return f"{self.page_id}: {self.value_id}"


class Menu(MetadataMixin, VersionedRow):
    """A tree of links, such as the one at the head of every page. Its version counts the changes of its items, too."""

    slug = models.SlugField(max_length=255, unique=True, allow_unicode=True)
    name = models.CharField(max_length=250)

    class Meta:
        ordering = ["name", "id"]
        indexes = [models.Index(fields=["name", "id"], name="menu_by_name")]

    def __str__(self) -> str:
        return self.name


_CATEGORY: Final = Q(category__isnull=True)
_COLLECTION: Final = Q(collection__isnull=True)
_PAGE: Final = Q(page__isnull=True)
_URL: Final = Q(url="")


class MenuItem(MetadataMixin, Row):
    """A line of a menu. It leads to one thing, or to nothing: then it is the heading of what lies below it."""

    menu = models.ForeignKey(Menu, on_delete=models.CASCADE, related_name="items")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="children")
    name = models.CharField(max_length=250)
    sort_order = models.IntegerField(default=0)
    category = models.ForeignKey(Category, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    collection = models.ForeignKey(Collection, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    page = models.ForeignKey(Page, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    url = models.CharField(max_length=2000, blank=True)

    class Meta:
        ordering = ["sort_order", "id"]
        indexes = [models.Index(fields=["menu", "sort_order", "id"], name="menu_item_of_menu")]
        constraints = [
            # Three of the four ways are empty, whichever they are.
            models.CheckConstraint(
                condition=(_CATEGORY & _COLLECTION & _PAGE)
                | (_CATEGORY & _COLLECTION & _URL)
                | (_CATEGORY & _PAGE & _URL)
                | (_COLLECTION & _PAGE & _URL),
                name="menu_item_leads_to_one_thing",
            ),
            models.CheckConstraint(condition=~Q(parent=models.F("id")), name="menu_item_not_below_itself"),
        ]

    def __str__(self) -> str:
        return self.name
