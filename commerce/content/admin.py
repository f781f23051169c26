"""The merchant's screens of pages and menus. What is typed in here is cleaned, and partners are told of it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from commerce.catalog.rich_text import clean_blocks
from commerce.catalog.translation_admin import TranslatedAdmin, translation_form, translations_inline
from commerce.catalog.versions import changed_row
from commerce.content.events import MenuCreated, MenuDeleted, PageCreated, PageDeleted
from commerce.content.models import Menu, MenuItem, Page, PageAttributeValue, PageType, PageTypeAttribute
from commerce.content.services.menu_items import checked_url
from commerce.content.services.menus import touched_menu
from commerce.content.services.pages import announce_page
from commerce.content.translation_models import MenuItemTranslation, PageTranslation
from commerce.core.errors import InvalidInput
from commerce.events.emit import emit

PageTranslationInline = translations_inline(
    PageTranslation, "page", translation_form(title=250, slug=255, content=None, seo_title=70, seo_description=300)
)
MenuItemTranslationInline = translations_inline(MenuItemTranslation, "menu_item", translation_form(name=250))


class PageTypeAttributeInline(admin.TabularInline[PageTypeAttribute, PageType]):
    """The attributes of a type."""

    model = PageTypeAttribute
    autocomplete_fields = ["attribute"]
    extra = 0


@admin.register(PageType)
class PageTypeAdmin(admin.ModelAdmin[PageType]):
    """Kinds of pages."""

    list_display = ["name", "slug"]
    search_fields = ["name", "slug"]
    prepopulated_fields = {"slug": ["name"]}
    exclude = ["version"]
    inlines = [PageTypeAttributeInline]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Count the version up, so that nobody overwrites this change unseen."""
        super().save_related(request, form, formsets, change)
        if change:
            changed_row(PageType, form.instance.id)


class PageAttributeValueInline(admin.TabularInline[PageAttributeValue, Page]):
    """What describes a page."""

    model = PageAttributeValue
    autocomplete_fields = ["value"]
    extra = 0


class PageForm(forms.ModelForm[Page]):
    """A page, its content cleaned as the API cleans it."""

    class Meta:
        model = Page
        exclude = ("version",)

    def clean_content(self) -> Any:
        """The blocks without anything that could run."""
        try:
            return clean_blocks(self.cleaned_data["content"], path=("content",))
        except InvalidInput as error:
            raise ValidationError(error.message) from error


@admin.register(Page)
class PageAdmin(TranslatedAdmin):
    """Pages; one that is published with a date to come shows itself then."""

    form = PageForm
    list_display = ["title", "slug", "page_type", "is_published", "published_at", "updated_at"]
    list_filter = ["is_published", "page_type"]
    list_select_related = ["page_type"]
    search_fields = ["title", "slug"]
    autocomplete_fields = ["page_type"]
    prepopulated_fields = {"slug": ["title"]}
    readonly_fields = ["version", "created_at", "updated_at"]
    inlines = [PageAttributeValueInline, PageTranslationInline]
    fieldsets = [
        (None, {"fields": ["title", "slug", "page_type", "content"]}),
        ("Publication", {"fields": ["is_published", "published_at"]}),
        ("Search engines", {"classes": ["collapse"], "fields": ["seo_title", "seo_description"]}),
        ("Data of integrations", {"classes": ["collapse"], "fields": ["metadata", "private_metadata"]}),
        ("History", {"classes": ["collapse"], "fields": ["version", "created_at", "updated_at"]}),
    ]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Tell partners, in the transaction of the change."""
        super().save_related(request, form, formsets, change)
        page = form.instance
        if change:
            changed = changed_row(Page, page.id)
            if changed is not None:
                announce_page(changed)
            return
        announce_page(page, PageCreated)

    def delete_model(self, request: HttpRequest, obj: Page) -> None:
        """Tell partners, in the transaction of the change."""
        event = PageDeleted(page_id=obj.id, slug=obj.slug, title=obj.title)
        emit(event, aggregate=("page", obj.id), sequence=obj.version + 1)
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        """One by one, so that partners are told of each."""
        for page in queryset:
            self.delete_model(request, page)


@admin.register(Menu)
class MenuAdmin(admin.ModelAdmin[Menu]):
    """Menus; their items have a list of their own."""

    list_display = ["name", "slug", "updated_at"]
    search_fields = ["name", "slug"]
    prepopulated_fields = {"slug": ["name"]}
    exclude = ["version"]

    def save_model(self, request: HttpRequest, obj: Menu, form: Any, change: bool) -> None:
        """Tell partners, in the transaction of the change."""
        super().save_model(request, obj, form, change)
        if change:
            touched_menu(obj.id, version=None, path=("id",))
        else:
            emit(MenuCreated(menu_id=obj.id, slug=obj.slug), aggregate=("menu", obj.id), sequence=obj.version)

    def delete_model(self, request: HttpRequest, obj: Menu) -> None:
        """Tell partners, in the transaction of the change."""
        event = MenuDeleted(menu_id=obj.id, slug=obj.slug)
        emit(event, aggregate=("menu", obj.id), sequence=obj.version + 1)
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        """One by one, so that partners are told of each."""
        for menu in queryset:
            self.delete_model(request, menu)


class MenuItemForm(forms.ModelForm[MenuItem]):
    """A line of a menu. That it leads to one thing only, the constraint of the table says."""

    class Meta:
        model = MenuItem
        fields = (
            "menu", "parent", "name", "sort_order", "category", "collection", "page", "url", "metadata",
            "private_metadata",
        )  # fmt: skip

    def clean_url(self) -> str:
        """No script in the place of an address."""
        url: str = self.cleaned_data["url"]
        try:
            return checked_url(url) if url else ""
        except InvalidInput as error:
            raise ValidationError(error.message) from error

    def clean_parent(self) -> MenuItem | None:
        """An item of the same menu."""
        parent: MenuItem | None = self.cleaned_data["parent"]
        if parent is not None and parent.menu != self.cleaned_data.get("menu"):
            raise ValidationError("The menu has no such item.")
        return parent


@admin.register(MenuItem)
class MenuItemAdmin(TranslatedAdmin):
    """The lines of menus. One is moved to another place of the tree through the API, which keeps it a tree."""

    form = MenuItemForm
    list_display = ["name", "menu", "parent", "sort_order"]
    list_filter = ["menu"]
    list_select_related = ["menu", "parent"]
    search_fields = ["name"]
    autocomplete_fields = ["menu", "parent", "category", "collection", "page"]
    inlines = [MenuItemTranslationInline]

    def get_readonly_fields(self, request: HttpRequest, obj: MenuItem | None = None) -> list[str]:
        """The menu and the place in the tree are chosen once."""
        return ["menu", "parent"] if obj else []

    def save_model(self, request: HttpRequest, obj: MenuItem, form: Any, change: bool) -> None:
        """Tell partners, in the transaction of the change."""
        super().save_model(request, obj, form, change)
        touched_menu(obj.menu_id, version=None, path=("menu",))

    def delete_model(self, request: HttpRequest, obj: MenuItem) -> None:
        """Tell partners, in the transaction of the change."""
        super().delete_model(request, obj)
        touched_menu(obj.menu_id, version=None, path=("menu",))

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        """One by one, so that partners are told of each menu."""
        for item in queryset:
            self.delete_model(request, item)
