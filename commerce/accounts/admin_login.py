"""The sign-in form of the Django admin."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.forms import AdminAuthenticationForm
from django.core.exceptions import ValidationError

from commerce.accounts.errors import SignInDelayed, SignInUnavailable
from commerce.accounts.models import User
from commerce.accounts.throttle import Attempt


class SuperuserLoginForm(AdminAuthenticationForm):
    """Django's form, counting attempts as the API does: it must not be the easier door."""

    def clean(self) -> dict[str, Any]:
        """Count the attempt, then let Django check the password."""
        address = self.request.META.get("REMOTE_ADDR", "") if self.request is not None else ""
        attempt = Attempt(email=self.cleaned_data.get("username") or "", ip=address)
        try:
            attempt.count()
            cleaned = super().clean()
            attempt.forgive()
        except (SignInDelayed, SignInUnavailable) as refusal:
            raise ValidationError(refusal.message, code="delayed") from None
        return cleaned

    def confirm_login_allowed(self, user: User) -> None:
        """Superusers only; anybody else is told what a wrong password is told."""
        super().confirm_login_allowed(user)
        if not user.is_superuser:
            raise self.get_invalid_login_error()
