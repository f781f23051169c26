"""The admin schema: what staff and apps see and do. Served at /graphql/admin/."""

from __future__ import annotations

from schema.accounts import admin as accounts
from schema.accounts import groups as customer_groups
from schema.assemble import AudienceSchema, root_type
from schema.catalog import admin as catalog
from schema.catalog import (
    attribute_mutations,
    bulk_keeping,
    bulk_mutations,
    bundle_mutations,
    grouping_mutations,
    media_mutations,
    product_type_mutations,
    relating,
    ruling,
    translating,
)
from schema.catalog import mutations as catalog_changes
from schema.catalog.assigned import ASSIGNED_TYPES
from schema.channels import admin as channels
from schema.content import admin as content
from schema.content import mutations as content_changes
from schema.content import translating as content_translating
from schema.context import Audience
from schema.giftcards import admin as gift_cards
from schema.importing import admin as importing
from schema.importing import mutations as importing_changes
from schema.inventory import admin as inventory
from schema.inventory import allocation, counting, selling_ahead, warehouses
from schema.orders import admin as orders
from schema.orders import limits as purchase_limits
from schema.pricing import admin as pricing
from schema.promotions import admin as promotions
from schema.promotions import dry_run as promotion_dry_run
from schema.promotions import translating as promotion_translating
from schema.promotions import voucher_admin as vouchers
from schema.search import admin as search
from schema.search import mutations as search_changes
from schema.shipping import admin as shipping
from schema.shipping import rates
from schema.taxes import admin as taxes
from schema.webhooks import admin as webhooks

schema = AudienceSchema(
    Audience.ADMIN,
    query=root_type(
        "Query",
        [
            accounts,
            customer_groups,
            channels,
            catalog,
            relating,
            ruling,
            search,
            content,
            importing,
            inventory,
            allocation,
            shipping,
            rates,
            orders,
            purchase_limits,
            promotions,
            promotion_dry_run,
            taxes,
            vouchers,
            gift_cards,
            pricing,
            webhooks,
        ],
        "What can be read.",
    ),
    mutation=root_type(
        "Mutation",
        [
            accounts,
            customer_groups,
            catalog_changes,
            grouping_mutations,
            media_mutations,
            attribute_mutations,
            bulk_mutations,
            bulk_keeping,
            product_type_mutations,
            bundle_mutations,
            relating,
            ruling,
            translating,
            content_changes,
            content_translating,
            search_changes,
            importing_changes,
            inventory,
            allocation,
            shipping,
            rates,
            warehouses,
            selling_ahead,
            counting,
            orders,
            purchase_limits,
            promotions,
            promotion_translating,
            taxes,
            vouchers,
            gift_cards,
            pricing,
            webhooks,
        ],
        "What can be done.",
    ),
    types=ASSIGNED_TYPES,
)
