"""The Django admin, for superusers only: it knows nothing of channels, so staff with less work through the API."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.http import HttpRequest


class SuperuserSite(AdminSite):
    """Lets superusers in, and slows down whoever tries passwords at its door."""

    site_header = site_title = "Handcart"
    index_title = "The shop"

    def has_permission(self, request: HttpRequest) -> bool:
        """Active superusers; being staff is not enough."""
        return request.user.is_active and bool(getattr(request.user, "is_superuser", False))

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Django's own page with our form, which cannot be imported before the models are there."""
        from commerce.accounts.admin_login import SuperuserLoginForm

        self.login_form = SuperuserLoginForm
        return super().login(request, extra_context)


class SuperuserAdminConfig(AdminConfig):
    """In INSTALLED_APPS instead of `django.contrib.admin`."""

    default_site = "commerce.accounts.admin_site.SuperuserSite"
