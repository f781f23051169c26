"""Django app of the accounts domain."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Registers the accounts tables."""

    name = "commerce.accounts"
    label = "accounts"
