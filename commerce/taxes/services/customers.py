"""What is known of a customer's taxes."""

from __future__ import annotations

from typing import TypedDict
from uuid import UUID

from django.db import IntegrityError, transaction

from commerce.accounts.models import User
from commerce.catalog.versions import changed_row
from commerce.core.actor import Actor
from commerce.core.permission import Permission
from commerce.core.text import require_text
from commerce.taxes.errors import CustomerNotFound
from commerce.taxes.models import CustomerTaxes
from commerce.taxes.vat_ids import checked_vat_id


class CustomerTaxesChanges(TypedDict, total=False):
    """What can be changed; a key that is missing stays as it is. `reason` is told on orders, `vat_id` "" is none."""

    vat_id: str
    is_exempt: bool
    reason: str


def set_customer_taxes(
    *, user_id: UUID, changes: CustomerTaxesChanges, version: int | None = None, actor: Actor
) -> CustomerTaxes:
    """Set a customer's VAT id, or let them off tax; carts that they have follow at once. `version` is 0 at first.

    Raises CustomerNotFound, Conflict, InvalidVatId at ("vat_id",), InvalidInput or PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_TAXES)
    values: CustomerTaxesChanges = {**changes}
    if "vat_id" in values:
        values["vat_id"] = checked_vat_id(values["vat_id"])
    if "reason" in values:
        values["reason"] = values["reason"].strip()
        require_text(values["reason"], 250, path=("reason",))
    try:
        with transaction.atomic():
            if not User.objects.filter(id=user_id).exists():
                raise CustomerNotFound("There is no such customer.", path=("user",))
            row, _ = CustomerTaxes.objects.get_or_create(user_id=user_id, defaults={"version": 0})
            changed = changed_row(CustomerTaxes, row.id, expected_version=version, **values)
    except IntegrityError as error:  # they were deleted meanwhile
        raise CustomerNotFound("There is no such customer.", path=("user",)) from error
    if changed is None:
        raise CustomerNotFound("There is no such customer.", path=("user",))
    return changed
