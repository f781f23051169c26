"""The superuser's screens for people, their addresses and apps."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from commerce.accounts.email import normalised
from commerce.accounts.integrations import give_new_token
from commerce.accounts.models import Address, App, CustomerGroup, CustomerGroupMember, RefreshToken, User
from commerce.accounts.sessions import end_sessions
from commerce.permissions.admin import PermissionsField

# Django's own groups mean nothing here: StaffGroup is what gives permissions.
admin.site.unregister(Group)

_POWERS: Final = {"is_active", "is_staff", "is_superuser"}


class NewUserForm(AdminUserCreationForm[User]):
    """E-mail and password."""

    class Meta:
        model = User
        fields = ("email",)

    def clean_email(self) -> str:
        """Kept in the one spelling that sign-in looks for."""
        return normalised(self.cleaned_data["email"])


@admin.register(User)
class UserAdmin(DjangoUserAdmin[User]):
    """Customers and staff."""

    add_form = NewUserForm
    list_display = ("email", "first_name", "last_name", "is_staff", "is_active", "created_at")
    list_filter = ("is_staff", "is_superuser", "is_active", "groups")
    search_fields = ("email", "first_name", "last_name")
    ordering = ("-created_at",)
    filter_horizontal = ("groups",)
    readonly_fields = ("last_login", "created_at", "updated_at")
    show_full_result_count = False
    fieldsets = (
        (None, {"fields": ("email", "password", "first_name", "last_name", "language_code")}),
        ("Powers", {"fields": ("is_active", "is_confirmed", "is_staff", "is_superuser", "groups")}),
        ("Data of integrations", {"classes": ("collapse",), "fields": ("metadata", "private_metadata")}),
        ("Times", {"fields": ("last_login", "created_at", "updated_at")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "usable_password", "password1", "password2")}),)

    def save_model(self, request: HttpRequest, obj: User, form: forms.ModelForm[User], change: bool) -> None:
        """Write what was edited and no more; whose powers change has to sign in again."""
        if not change:
            obj.is_confirmed = True
            super().save_model(request, obj, form, change)
            return
        obj.email = normalised(obj.email)
        columns = {field.name for field in User._meta.concrete_fields}
        obj.save(update_fields=[*columns.intersection(form.changed_data), "updated_at"])
        if _POWERS.intersection(form.changed_data):
            end_sessions(obj)


class MemberInline(admin.TabularInline[CustomerGroupMember, CustomerGroup]):
    """Who is in the group."""

    model = CustomerGroupMember
    autocomplete_fields = ("customer",)
    extra = 0


@admin.register(CustomerGroup)
class CustomerGroupAdmin(admin.ModelAdmin[CustomerGroup]):
    """Groups of customers, for price lists and promotions."""

    list_display = ("name", "members", "created_at")
    search_fields = ("name",)
    exclude = ("version",)
    inlines = (MemberInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[CustomerGroup]:
        """With how many they are."""
        return super().get_queryset(request).annotate(member_count=Count("members"))

    @admin.display(description="Customers", ordering="member_count")
    def members(self, group: CustomerGroup) -> int:
        """How many."""
        count: int = getattr(group, "member_count", 0)
        return count


@admin.register(Address)
class AddressAdmin(admin.ModelAdmin[Address]):
    """Addresses of customers, and the copies that checkouts and orders keep."""

    list_display = ("__str__", "user", "postal_code", "country", "created_at")
    list_filter = ("country",)
    search_fields = ("last_name", "city", "postal_code", "user__email")
    raw_id_fields = ("user",)
    list_select_related = ("user",)
    show_full_result_count = False


class AppForm(forms.ModelForm[App]):
    """An app, its permissions as boxes to tick."""

    permissions = PermissionsField()

    class Meta:
        model = App
        fields = (
            "name",
            "is_active",
            "permissions",
            "restricted_to_channels",
            "channels",
            "metadata",
            "private_metadata",
        )


@admin.register(App)
class AppAdmin(admin.ModelAdmin[App]):
    """Apps. The token is shown once, when it is made."""

    form = AppForm
    list_display = ("name", "is_active", "token_ends_with", "restricted_to_channels", "created_at")
    search_fields = ("name",)
    filter_horizontal = ("channels",)
    actions = ("renew_tokens",)

    @admin.display(description="token")
    def token_ends_with(self, app: App) -> str:
        """The last four characters, to tell tokens apart."""
        return f"…{app.token_last_4}"

    def save_model(self, request: HttpRequest, obj: App, form: Any, change: bool) -> None:
        """A new app gets its token here."""
        if change:
            super().save_model(request, obj, form, change)
            return
        token = give_new_token(obj)
        super().save_model(request, obj, form, change)
        self._show(request, obj, token)

    @admin.action(description="Give a new token (the old one ends)")
    def renew_tokens(self, request: HttpRequest, apps: QuerySet[App]) -> None:
        """A new token for each chosen app."""
        with transaction.atomic():
            for app in apps.select_for_update():
                token = give_new_token(app)
                app.save(update_fields=["token_hash", "token_last_4", "updated_at"])
                self._show(request, app, token)

    def _show(self, request: HttpRequest, app: App, token: str) -> None:
        messages.warning(request, f"Token of {app.name}, shown only now: {token}")


@admin.register(RefreshToken)
class RefreshTokenAdmin(admin.ModelAdmin[RefreshToken]):
    """Open sessions. Deleting one ends it when its access token expires."""

    list_display = ("user", "created_at", "expires_at", "used_at", "revoked_at")
    search_fields = ("user__email",)
    list_select_related = ("user",)
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A session begins by signing in."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: RefreshToken | None = None) -> bool:
        """There is nothing to edit in one."""
        return False
