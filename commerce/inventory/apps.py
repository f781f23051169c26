"""Django app of the inventory domain."""

from django.apps import AppConfig


class InventoryConfig(AppConfig):
    """Registers the inventory tables, and which allocation strategies there are."""

    name = "commerce.inventory"
    label = "inventory"

    def ready(self) -> None:
        """Channels choose among the strategies that are installed. One that cannot be loaded stops the start."""
        from commerce.channels.strategies import strategies_come_from
        from commerce.inventory.strategies import strategies, strategy_names

        strategies()  # now, and not when the first buyer waits for it
        strategies_come_from(strategy_names)
