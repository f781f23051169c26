"""The merchant's screens, as a browser uses them."""

from __future__ import annotations

from typing import Any

from django.db.models.fields.files import FieldFile
from django.forms import MultiWidget
from django.test import Client
from django.urls import reverse

from commerce.accounts.models import User


def signed_in() -> Client:
    """The browser of somebody who may do everything."""
    client = Client()
    client.force_login(User.objects.create_superuser("boss@example.com", "x"))
    return client


def path_of(row: Any) -> str:
    """The screen of a row."""
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def form_of(client: Client, row: Any) -> dict[str, Any]:
    """What the screen of a row would send if nothing was changed in it."""
    page = client.get(path_of(row))
    assert page.status_code == 200
    forms = [page.context["adminform"].form]
    for inline in page.context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    sent: dict[str, Any] = {}
    for field in (field for form in forms for field in form):
        value, widget = field.value(), field.field.widget
        if isinstance(widget, MultiWidget):
            parts = widget.decompress(value)
            sent |= {f"{field.html_name}_{place}": part for place, part in enumerate(parts) if part is not None}
        elif value is not None and value is not False and not isinstance(value, FieldFile):
            sent[field.html_name] = value
    return sent
