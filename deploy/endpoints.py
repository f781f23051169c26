"""The two GraphQL addresses. One endpoint each, whichever door a request comes through."""

from typing import Final

from django.conf import settings

from schema import admin, storefront
from schema.context import Audience
from schema.http.endpoint import Endpoint
from schema.persisted.automatic import AutomaticDocuments, quick_redis
from schema.persisted.names import DocumentNames
from schema.persisted.registered import RegisteredDocuments
from schema.persisted.services import text_of

redis = quick_redis(settings.REDIS_URL)

STOREFRONT: Final = Endpoint(
    storefront.schema,
    Audience.STOREFRONT,
    names=DocumentNames(
        RegisteredDocuments(text_of),
        AutomaticDocuments(redis, "handcart:documents:storefront"),
        registered_only=settings.PERSISTED_DOCUMENTS_ONLY,
    ),
)
ADMIN: Final = Endpoint(
    admin.schema,
    Audience.ADMIN,
    names=DocumentNames(automatic=AutomaticDocuments(redis, "handcart:documents:admin")),
)
BY_ADDRESS: Final = {"/graphql/": STOREFRONT, "/graphql/admin/": ADMIN}
