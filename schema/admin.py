"""The admin schema: what staff and apps see and do. Served at /graphql/admin/."""

from __future__ import annotations

from schema.accounts import admin as accounts
from schema.assemble import AudienceSchema, root_type
from schema.catalog import admin as catalog
from schema.catalog import mutations as catalog_changes
from schema.catalog import translating
from schema.catalog.assigned import ASSIGNED_TYPES
from schema.channels import admin as channels
from schema.content import admin as content
from schema.content import mutations as content_changes
from schema.context import Audience
from schema.importing import admin as importing
from schema.importing import mutations as importing_changes
from schema.inventory import admin as inventory
from schema.orders import admin as orders
from schema.webhooks import admin as webhooks

schema = AudienceSchema(
    Audience.ADMIN,
    query=root_type(
        "Query", [accounts, channels, catalog, content, importing, inventory, orders, webhooks], "What can be read."
    ),
    mutation=root_type(
        "Mutation",
        [accounts, catalog_changes, translating, content_changes, importing_changes, inventory, orders, webhooks],
        "What can be done.",
    ),
    types=ASSIGNED_TYPES,
)
