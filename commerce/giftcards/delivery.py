"""Handing out the codes of cards that were bought.

The shop sends no mail itself: `gift_card.bought` tells the merchant's mailer, without the code, because events lie in
logs of webhooks. The mailer takes the code with `deliver_card`, once or again while a mail may have got lost; a week
after it was first taken it is forgotten for good, and there is nothing but its hash.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import UUID

from cryptography.fernet import InvalidToken
from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from commerce.core.actor import Actor
from commerce.core.permission import Permission
from commerce.core.sealing import Secret, seal, unseal
from commerce.giftcards.cards import Issued, gift_cards_for_staff
from commerce.giftcards.errors import GiftCardCodeGone, GiftCardNotFound
from commerce.giftcards.models import GiftCard

KEPT_AFTER_DELIVERY: Final = timedelta(days=7)
"""So long a code can be taken again, for a mail that has not arrived."""
_FORGOTTEN_AT_ONCE: Final = 1_000


def sealed_code(card: GiftCard, code: Secret) -> str:
    """A code as it lies beside its card: it opens for this card alone."""
    return seal(code, purpose=_purpose(card))


def deliver_card(*, card_id: UUID, actor: Actor) -> Issued:
    """The code of a card that was bought, to be sent to the buyer now.

    Raises GiftCardNotFound, GiftCardCodeGone (it was delivered a week ago, never lay here, or the card is switched off
    meanwhile) or PermissionDenied.
    """
    actor.require(Permission.MANAGE_GIFT_CARDS)
    with transaction.atomic():
        cards = gift_cards_for_staff(actor).select_for_update(no_key=True, of=("self",))
        card = cards.filter(id=card_id).first()
        if card is None:
            raise GiftCardNotFound("There is no such gift card.", path=("id",))
        if not card.is_active:
            raise GiftCardCodeGone("This gift card is switched off.", path=("id",))
        code = _unsealed(card)
        if card.delivered_at is None:
            card.delivered_at = timezone.now()
            card.save(update_fields=["delivered_at", "updated_at"])
    return Issued(card, code)


def forget_delivered_codes() -> int:
    """Forget codes that were delivered a week ago; how many. Run it regularly."""
    due = GiftCard.objects.filter(delivered_at__lt=Now() - KEPT_AFTER_DELIVERY).exclude(sealed_code="")
    oldest = due.order_by("delivered_at").values("id")[:_FORGOTTEN_AT_ONCE]
    return GiftCard.objects.filter(id__in=list(oldest.values_list("id", flat=True))).update(sealed_code="")


def _unsealed(card: GiftCard) -> Secret:
    try:
        if card.sealed_code:
            return unseal(card.sealed_code, purpose=_purpose(card))
    except InvalidToken:  # SECRET_KEY was changed
        pass
    raise GiftCardCodeGone("Nobody can read this code any more.", path=("id",))


def _purpose(card: GiftCard) -> str:
    return f"code of gift card {card.id}"
