"""The storefront schema: what shoppers and frontends see. Served at /graphql/."""

from __future__ import annotations

from schema.accounts import storefront as accounts
from schema.assemble import AudienceSchema, root_type
from schema.catalog import storefront as catalog
from schema.catalog.assigned import ASSIGNED_TYPES
from schema.channels import storefront as channels
from schema.checkout import delivery, gifts, metadata, promo_codes
from schema.checkout import storefront as checkout
from schema.content import storefront as content
from schema.context import Audience
from schema.orders import storefront as orders
from schema.payments import storefront as payments
from schema.search import storefront as search

schema = AudienceSchema(
    Audience.STOREFRONT,
    query=root_type("Query", [channels, catalog, search, content, checkout, orders, accounts], "What can be read."),
    mutation=root_type(
        "Mutation", [checkout, delivery, gifts, metadata, promo_codes, payments, orders, accounts], "What can be done."
    ),
    types=ASSIGNED_TYPES,
)
