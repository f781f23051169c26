"""The superuser's screens for partners' servers and what was sent to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.postgres.forms import SimpleArrayField
from django.db.models import QuerySet
from django.http import HttpRequest

from commerce.accounts.models import User
from commerce.accounts.tokens import staff_actor_of
from commerce.core.actor import Actor
from commerce.core.errors import CommerceError
from commerce.core.signing import public_key_of
from webhooks.models import Delivery, DeliveryAttempt, Endpoint
from webhooks.services import (
    EndpointFields,
    check_fields,
    create_endpoint,
    delete_endpoint,
    ping_endpoint,
    replay_delivery,
    rotate_secret,
    update_endpoint,
)

if TYPE_CHECKING:
    EndpointModelAdmin = admin.ModelAdmin[Endpoint]
    DeliveryModelAdmin = admin.ModelAdmin[Delivery]
    AttemptInline = admin.StackedInline[DeliveryAttempt, Delivery]
    EndpointModelForm = forms.ModelForm[Endpoint]
else:
    EndpointModelAdmin = DeliveryModelAdmin = admin.ModelAdmin
    AttemptInline = admin.StackedInline
    EndpointModelForm = forms.ModelForm

_FIELDS: Final = ("name", "url", "is_active", "event_types", "channels", "custom_headers")


class EndpointForm(EndpointModelForm):
    """Everything about an endpoint but its secret. Headers may hold a password, so they are written and not shown."""

    event_types = SimpleArrayField(forms.CharField(), help_text='For example "order.placed, order.paid", or "*".')
    channels = SimpleArrayField(forms.CharField(), required=False, help_text="Slugs; empty means every channel.")
    custom_headers = forms.JSONField(
        required=False, initial=None, help_text='For example {"Authorization": "Bearer ..."}. Empty keeps what is set.'
    )

    class Meta:
        model = Endpoint
        fields = _FIELDS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["custom_headers"] = None

    def clean(self) -> dict[str, Any]:
        """Ask the same questions that the services ask."""
        cleaned = super().clean() or {}
        try:
            check_fields(fields_of(cleaned))
        except CommerceError as error:
            self.add_error(error.path[0] if error.path else None, error.message)
        return cleaned


def fields_of(cleaned: dict[str, Any]) -> EndpointFields:
    """The form's answers as the services take them."""
    fields = {name: cleaned[name] for name in _FIELDS if name in cleaned}
    if not isinstance(fields.get("custom_headers"), dict):
        fields.pop("custom_headers", None)
    return cast(EndpointFields, fields)


def actor_of(request: HttpRequest) -> Actor:
    """The signed-in user, with the permissions that are the user's own."""
    return staff_actor_of(cast(User, request.user))


@admin.register(Endpoint)
class EndpointAdmin(EndpointModelAdmin):
    """Partners' servers. A secret is shown once, when it is made."""

    form = EndpointForm
    list_display = ("name", "url", "is_active", "failures_in_a_row", "failing_since", "created_at")
    list_filter = ("is_active",)
    search_fields = ("name", "url")
    readonly_fields = ("disabled_reason", "failing_since", "paused_until", "public_key", "created_at", "updated_at")
    actions = ("ping", "rotate")

    @admin.display(description="public key (ed25519)")
    def public_key(self, endpoint: Endpoint) -> str:
        """What the partner verifies `v1a` signatures with."""
        return public_key_of(endpoint.private_key) if endpoint.private_key else "none"

    def save_model(self, request: HttpRequest, obj: Endpoint, form: Any, change: bool) -> None:
        """Save through the services."""
        actor, fields = actor_of(request), fields_of(form.cleaned_data)
        if change:
            update_endpoint(endpoint_id=obj.id, actor=actor, **fields)
            return
        created = create_endpoint(
            name=fields["name"],
            url=fields["url"],
            event_types=fields["event_types"],
            channels=fields["channels"],
            custom_headers=fields.get("custom_headers"),
            actor=actor,
        )
        obj.pk = created.endpoint.pk
        if not fields["is_active"]:
            update_endpoint(endpoint_id=obj.pk, is_active=False, actor=actor)
        self._show_secret(request, created.endpoint.name, created.secret)

    def delete_model(self, request: HttpRequest, obj: Endpoint) -> None:
        """Delete through the services."""
        delete_endpoint(endpoint_id=obj.id, actor=actor_of(request))

    @admin.action(description="Send a ping", permissions=["change"])
    def ping(self, request: HttpRequest, queryset: QuerySet[Endpoint]) -> None:
        """Send `webhook.ping` to each."""
        for endpoint in queryset:
            try:
                ping_endpoint(endpoint_id=endpoint.id, actor=actor_of(request))
            except CommerceError as error:
                self.message_user(request, f"{endpoint.name}: {error.message}", messages.ERROR)

    @admin.action(description="Give a new secret", permissions=["change"])
    def rotate(self, request: HttpRequest, queryset: QuerySet[Endpoint]) -> None:
        """Rotate the secret of each and show it once."""
        for endpoint in queryset:
            self._show_secret(request, endpoint.name, rotate_secret(endpoint_id=endpoint.id, actor=actor_of(request)))

    def _show_secret(self, request: HttpRequest, name: str, secret: str) -> None:
        self.message_user(request, f"The secret of {name}, shown only now: {secret}", messages.WARNING)


class DeliveryAttemptInline(AttemptInline):
    """The log below a delivery."""

    model = DeliveryAttempt
    extra = 0
    can_delete = False
    readonly_fields = (
        *("number", "started_at", "url", "response_status", "error", "timings"),
        *("request_headers", "response_headers", "response_body"),
    )

    def has_add_permission(self, request: HttpRequest, obj: Delivery | None = None) -> bool:
        """Nobody writes the log by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Delivery | None = None) -> bool:
        """Nobody rewrites it either."""
        return False


@admin.register(Delivery)
class DeliveryAdmin(DeliveryModelAdmin):
    """What was sent, what waits, and what came of it. Read, and replayed, but not edited."""

    list_display = ("event_type", "endpoint", "status", "attempts", "next_attempt_at", "created_at")
    list_filter = ("status", "endpoint")
    list_select_related = ("endpoint",)
    search_fields = ("=event__id", "=aggregate_id")
    date_hierarchy = "created_at"
    show_full_result_count = False
    inlines = (DeliveryAttemptInline,)
    actions = ("replay",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Deliveries come from events."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Delivery | None = None) -> bool:
        """The record of what was sent stays as it is."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Delivery | None = None) -> bool:
        """They go with their endpoint or their event."""
        return False

    @admin.action(description="Send once more", permissions=["view"])
    def replay(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> None:
        """Replay each."""
        for delivery in queryset:
            try:
                replay_delivery(delivery_id=delivery.id, actor=actor_of(request))
            except CommerceError as error:
                self.message_user(request, f"{delivery}: {error.message}", messages.ERROR)
