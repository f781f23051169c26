"""The superuser's screen for groups of staff."""

from __future__ import annotations

from django import forms
from django.contrib import admin

from commerce.core.permission import Permission
from commerce.permissions.models import StaffGroup


class PermissionsField(forms.MultipleChoiceField):
    """A box to tick for each permission."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self) -> None:
        super().__init__(choices=Permission.choices, required=False)


class StaffGroupForm(forms.ModelForm[StaffGroup]):
    """A group, its permissions as boxes to tick."""

    permissions = PermissionsField()

    class Meta:
        model = StaffGroup
        fields = ("name", "permissions", "restricted_to_channels", "channels")


@admin.register(StaffGroup)
class StaffGroupAdmin(admin.ModelAdmin[StaffGroup]):
    """Groups by name."""

    form = StaffGroupForm
    list_display = ("name", "restricted_to_channels")
    search_fields = ("name",)
    filter_horizontal = ("channels",)
