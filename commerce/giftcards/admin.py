"""The merchant's screens of gift cards. They are issued by the API, which shows the code once."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from commerce.core.admin import ReadOnly, money_column
from commerce.events.emit import emit
from commerce.giftcards.cards import updated_event
from commerce.giftcards.models import GiftCard, GiftCardEntry


class Account(ReadOnly, admin.TabularInline[GiftCardEntry, GiftCard]):
    """Every change of the balance."""

    model = GiftCardEntry
    fields = ["created_at", "kind", "change_of_balance", "order_id"]
    readonly_fields = ["created_at", "kind", "change_of_balance", "order_id"]
    change_of_balance = staticmethod(money_column("amount", "amount", currency="card.currency"))
    extra = 0


@admin.register(GiftCard)
class GiftCardAdmin(admin.ModelAdmin[GiftCard]):
    """Gift cards, the newest first, with their accounts."""

    list_display = ["__str__", "left", "worth", "is_active", "expires_at", "channel", "tag", "created_at"]
    list_filter = ["is_active", "channel", "currency"]
    list_select_related = ["channel"]
    search_fields = ["last_characters", "tag", "note"]
    fields = ["left", "worth", "is_active", "expires_at", "channel", "tag", "note", "created_by", "created_at"]
    readonly_fields = ["left", "worth", "channel", "created_by", "created_at"]
    inlines = [Account]
    left = staticmethod(money_column("balance", "balance"))
    worth = staticmethod(money_column("initial_amount", "initial"))

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody could read the code of one that was made here."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: GiftCard | None = None) -> bool:
        """What was paid stays known; a card can be switched off."""
        return False

    def save_model(self, request: HttpRequest, obj: GiftCard, form: Any, change: bool) -> None:
        """Write what the form may change, never the balance, which moves on meanwhile; tell partners."""
        card = GiftCard.objects.select_for_update(no_key=True).get(id=obj.id)
        for name in form.changed_data:
            setattr(card, name, getattr(obj, name))
        card.version += 1
        card.save(update_fields=[*form.changed_data, "version", "updated_at"])
        emit(
            updated_event(card),
            aggregate=("gift_card", card.id),
            sequence=card.version,
            channel=card.channel.slug if card.channel else None,
        )
