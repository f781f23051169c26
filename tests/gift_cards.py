"""Gift cards for tests."""

from __future__ import annotations

from typing import Any

from commerce.catalog.models import ProductVariant
from commerce.channels.models import Channel
from commerce.core.actor import SYSTEM
from commerce.giftcards.cards import Issued, issue_cards
from commerce.giftcards.models import GiftCard
from tests.factories import make_product, make_product_type, make_variant


def make_gift_card(amount: int = 1000, *, currency: str = "USD", **fields: Any) -> Issued:
    """A card with `amount` minor units on it, and its code. `fields` may break rules that issuing keeps."""
    (issued,) = issue_cards(amount=amount, currency=currency, channel=fields.pop("channel", None), actor=SYSTEM)
    if fields:
        GiftCard.objects.filter(id=issued.card.id).update(**fields)
        issued.card.refresh_from_db()
    return issued


def make_card_for_sale(price: int = 2500, *, channel: Channel | None = None, **fields: Any) -> ProductVariant:
    """A gift card that shoppers can buy for `price`; its stock is not counted unless told otherwise."""
    kind = make_product_type("gift-card", kind="gift_card", is_shipping_required=False)
    product = make_product(product_type=kind, channel=channel)
    return make_variant(
        product=product, price=price, channel=channel, **({"track_inventory": False, "stock": None} | fields)
    )


def balance_of(issued: Issued) -> int:
    """What is left on it now, in minor units."""
    return GiftCard.objects.values_list("balance", flat=True).get(id=issued.card.id)
