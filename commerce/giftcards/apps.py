"""Django app of gift cards."""

from django.apps import AppConfig


class GiftCardsConfig(AppConfig):
    """Registers the tables of gift cards."""

    name = "commerce.giftcards"
    label = "giftcards"
