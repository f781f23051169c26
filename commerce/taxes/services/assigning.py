"""Which class products and product types are of."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from commerce.catalog.errors import ProductNotFound, ProductTypeNotFound
from commerce.catalog.models import Product, ProductType
from commerce.core.actor import Actor
from commerce.core.permission import Permission
from commerce.taxes.errors import TaxClassNotFound, TooManyRates
from commerce.taxes.models import TaxClass, TaxClassAssignment

MAX_ASSIGNED: Final = 250


def assign_tax_class(
    *,
    tax_class_id: UUID | None,
    product_ids: Collection[UUID] = (),
    product_type_ids: Collection[UUID] = (),
    actor: Actor,
) -> TaxClass | None:
    """Put products and product types into a class, or (None) into none of their own. Returns the class.

    A product without a class of its own is of its type's. Raises TaxClassNotFound, ProductNotFound or
    ProductTypeNotFound with the place of the first that is missing, TooManyRates or PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_TAXES)
    with transaction.atomic():
        tax_class = None
        if tax_class_id is not None:
            tax_class = TaxClass.objects.select_for_update(no_key=True).filter(id=tax_class_id).first()
            if tax_class is None:
                raise TaxClassNotFound("There is no such tax class.", path=("tax_class",))
        _assign("product", "products", Product, ProductNotFound, product_ids, tax_class)
        _assign("product_type", "product_types", ProductType, ProductTypeNotFound, product_type_ids, tax_class)
    return tax_class


def _assign(
    column: str, argument: str, model: Any, missing: Any, ids: Collection[UUID], tax_class: TaxClass | None
) -> None:
    if len(ids) > MAX_ASSIGNED:
        raise TooManyRates(f"At most {MAX_ASSIGNED} at once.", path=(argument,), limit=MAX_ASSIGNED)
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        return
    there = set(model.objects.filter(id__in=wanted).values_list("id", flat=True))
    for place, key in enumerate(ids):
        if key not in there:
            raise missing("There is nothing of this id.", path=(argument, str(place)))
    if tax_class is None:
        TaxClassAssignment.objects.filter(**{f"{column}__in": wanted}).delete()
        return
    TaxClassAssignment.objects.bulk_create(
        [TaxClassAssignment(tax_class=tax_class, **{f"{column}_id": key}) for key in sorted(wanted)],
        update_conflicts=True,
        unique_fields=[column],
        update_fields=["tax_class", "updated_at"],
    )
