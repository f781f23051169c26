"""The two GraphQL addresses. One endpoint each, whichever door a request comes through."""

from typing import Final

from schema import admin, storefront
from schema.context import Audience
from schema.http.endpoint import Endpoint

STOREFRONT: Final = Endpoint(storefront.schema, Audience.STOREFRONT)
ADMIN: Final = Endpoint(admin.schema, Audience.ADMIN)
BY_ADDRESS: Final = {"/graphql/": STOREFRONT, "/graphql/admin/": ADMIN}
