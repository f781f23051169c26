"""Django app of the response cache."""

from django.apps import AppConfig
from django.db.backends.signals import connection_created


class ResponseCacheConfig(AppConfig):
    """Registers the table of touched tags, and listens on every connection for what its statements touch."""

    name = "schema.cache"
    label = "response_cache"

    def ready(self) -> None:
        """Every process that writes tells the cache: web workers, tasks, commands, the merchant's screens."""
        from schema.cache.touched import listen

        connection_created.connect(listen, dispatch_uid="schema.cache")
