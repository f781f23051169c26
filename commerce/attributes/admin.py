"""The merchant's screens of attributes."""

from __future__ import annotations

from django.contrib import admin

from commerce.attributes.models import Attribute, AttributeValue


@admin.register(Attribute)
class AttributeAdmin(admin.ModelAdmin[Attribute]):
    """Attributes; their values have a list of their own, because there can be thousands."""

    list_display = ["slug", "name", "input_type", "visible_in_storefront", "filterable"]
    list_filter = ["input_type", "visible_in_storefront", "filterable"]
    search_fields = ["slug", "name"]
    prepopulated_fields = {"slug": ["name"]}
    exclude = ["version"]


@admin.register(AttributeValue)
class AttributeValueAdmin(admin.ModelAdmin[AttributeValue]):
    """The values of attributes."""

    list_display = ["name", "slug", "attribute", "sort_order"]
    list_filter = ["attribute"]
    list_select_related = ["attribute"]
    search_fields = ["name", "slug"]
    autocomplete_fields = ["attribute"]
