"""The inventory is asked through the same schemas as the catalog."""

from tests.schema.catalog.conftest import merchant, shopper

__all__ = ["merchant", "shopper"]
