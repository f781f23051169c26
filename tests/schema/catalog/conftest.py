"""The catalog's own part of both schemas, asked without HTTP."""

from __future__ import annotations

from types import ModuleType

import pytest

from commerce.core.permission import Permission
from schema.assemble import AudienceSchema, root_type
from schema.catalog import admin as catalog_admin
from schema.catalog import grouping_mutations as grouping_changes
from schema.catalog import mutations as catalog_changes
from schema.catalog import storefront as catalog_storefront
from schema.catalog.assigned import ASSIGNED_TYPES
from schema.channels import storefront as channels
from schema.context import Audience
from schema.inventory import admin as inventory_admin
from schema.inventory import counting, selling_ahead, warehouses
from tests.factories import staff_actor
from tests.schema.shop import Asker


def assembled(audience: Audience, queries: list[ModuleType], mutations: list[ModuleType]) -> AudienceSchema:
    """A schema of these modules."""
    return AudienceSchema(
        audience,
        query=root_type("Query", queries, "Reads."),
        mutation=root_type("Mutation", mutations, "Writes."),
        types=ASSIGNED_TYPES,
    )


STOREFRONT = assembled(Audience.STOREFRONT, [channels, catalog_storefront], [catalog_changes])
ADMIN = assembled(
    Audience.ADMIN,
    [catalog_admin, inventory_admin],
    [catalog_changes, grouping_changes, counting, warehouses, selling_ahead],
)


@pytest.fixture
def shopper(db: None) -> Asker:
    """An anonymous shopper's frontend."""
    return Asker(STOREFRONT, Audience.STOREFRONT)


@pytest.fixture
def merchant(db: None) -> Asker:
    """A staff user who may change catalog and stock in all channels."""
    actor = staff_actor(Permission.MANAGE_PRODUCTS, Permission.MANAGE_STOCK)
    return Asker(ADMIN, Audience.ADMIN, actor)
