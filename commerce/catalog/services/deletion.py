"""Taking products away for good."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import ProtectedError

from commerce.catalog.errors import ProductInUse, ProductNotFound
from commerce.catalog.events import ProductDeleted
from commerce.catalog.models import Product
from commerce.catalog.versions import changed_row
from commerce.core.actor import Actor
from commerce.core.permission import Permission
from commerce.events.emit import emit


def delete_product(*, product_id: UUID, actor: Actor) -> None:
    """Delete a product with its variants, prices, media and stock. What orders remember of it stays with them.

    Raises ProductNotFound, ProductInUse (units of it are promised) or PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_PRODUCTS)
    try:
        with transaction.atomic():
            product = changed_row(Product, product_id)
            if product is None:
                raise ProductNotFound("There is no such product.", path=("id",))
            event = ProductDeleted(product_id=product.id, slug=product.slug, name=product.name)
            emit(event, aggregate=("product", product.id), sequence=product.version)
            product.delete()
    except ProtectedError as error:
        raise ProductInUse("Units of this product are promised to carts or orders.", path=("id",)) from error
