"""Vouchers and their codes, for staff and apps with MANAGE_DISCOUNTS.

`version` is the one that the caller has read: if the voucher has changed since, the change is refused with CONFLICT.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import strawberry

from commerce.promotions import voucher_codes, voucher_keeping
from commerce.promotions import voucher_models as models
from schema.context import Info
from schema.doorway import mutation
from schema.errors import below_input
from schema.fields import query
from schema.ids import id_of, ids_of
from schema.pagination import CountableConnection, page_of
from schema.payloads import current_row, row_payload
from schema.promotions.voucher_errors import VoucherError, VoucherErrorCode
from schema.promotions.voucher_inputs import VoucherChannelListingInput, VoucherInput
from schema.promotions.vouchers import MANAGE, VoucherType

change = partial(mutation, MANAGE, error=VoucherError, codes=VoucherErrorCode)
voucher_now = current_row(models.Voucher, "voucher")


@query(allow=MANAGE, returns=CountableConnection[VoucherType])
def vouchers(
    info: Info,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Any:
    """All vouchers by name."""
    rows = models.Voucher.objects.all()
    return page_of(rows, ("name", "id"), first=first, after=after, last=last, before=before)


@query(allow=MANAGE, returns=VoucherType | None)
def voucher(info: Info, id: strawberry.ID) -> models.Voucher | None:
    """A voucher by its id, with all its codes page by page; null if there is none."""
    return models.Voucher.objects.filter(id=id_of("Voucher", id)).first()


@change(payload=row_payload("VoucherCreate", "voucher", VoucherType | None, VoucherError))
def voucher_create(info: Info, input: VoucherInput) -> Any:
    """Make a voucher; it does nothing until it has a code, and is worth something in a channel."""
    with below_input():
        return voucher_keeping.create_voucher(
            changes=input.changes(), targets=input.targets(), actor=info.context.actor
        )


@change(payload=row_payload("VoucherUpdate", "voucher", VoucherType | None, VoucherError), current=voucher_now)
def voucher_update(info: Info, id: strawberry.ID, input: VoucherInput, version: int | None = None) -> Any:
    """Change a voucher. A limit below what is used already is refused."""
    with below_input():
        return voucher_keeping.update_voucher(
            voucher_id=id_of("Voucher", id),
            changes=input.changes(),
            targets=input.targets(),
            version=version,
            actor=info.context.actor,
        )


@change(payload=row_payload("VoucherDelete", "voucher", VoucherType | None, VoucherError), current=voucher_now)
def voucher_delete(info: Info, id: strawberry.ID, version: int | None = None) -> None:
    """Delete a voucher with its codes; orders keep what it took off."""
    voucher_keeping.delete_voucher(voucher_id=id_of("Voucher", id), version=version, actor=info.context.actor)


@change(
    payload=row_payload("VoucherChannelListingUpdate", "voucher", VoucherType | None, VoucherError),
    current=voucher_now,
)
def voucher_channel_listing_update(info: Info, id: strawberry.ID, input: VoucherChannelListingInput) -> Any:
    """Say what a voucher is worth in channels, and in which it no longer holds."""
    key = id_of("Voucher", id)
    kinds = models.Voucher.objects.filter(id=key).values_list("value_kind", flat=True)
    with below_input():
        listings = input.read(info.context, is_percentage=kinds.first() != models.Voucher.ValueKind.FIXED)
        return voucher_keeping.list_voucher(voucher_id=key, listings=listings, actor=info.context.actor)


@change(payload=row_payload("VoucherCodesGenerate", "voucher", VoucherType | None, VoucherError), current=voucher_now)
def voucher_codes_generate(
    info: Info, id: strawberry.ID, quantity: int, prefix: str = "", usage_limit: int | None = 1
) -> Any:
    """Give a voucher up to 10,000 new codes that cannot be guessed; null as `usageLimit` lets each be used freely."""
    return voucher_codes.generate_codes(
        voucher_id=id_of("Voucher", id),
        quantity=quantity,
        prefix=prefix,
        usage_limit=usage_limit,
        actor=info.context.actor,
    )


@change(payload=row_payload("VoucherCodesAdd", "voucher", VoucherType | None, VoucherError), current=voucher_now)
def voucher_codes_add(info: Info, id: strawberry.ID, codes: list[str], usage_limit: int | None = None) -> Any:
    """Give a voucher up to 10,000 codes of one's own: all of them, or none if one is there or looks like one."""
    return voucher_codes.add_codes(
        voucher_id=id_of("Voucher", id), codes=codes, usage_limit=usage_limit, actor=info.context.actor
    )


@change(payload=row_payload("VoucherCodesDelete", "voucher", VoucherType | None, VoucherError), current=voucher_now)
def voucher_codes_delete(info: Info, id: strawberry.ID, codes: list[strawberry.ID]) -> Any:
    """Delete codes of a voucher by their ids; carts that have one are told."""
    return voucher_codes.delete_codes(
        voucher_id=id_of("Voucher", id),
        code_ids=ids_of("VoucherCode", codes, path=("codes",)),
        actor=info.context.actor,
    )


@change(payload=row_payload("VoucherCodesActivate", "voucher", VoucherType | None, VoucherError), current=voucher_now)
def voucher_codes_activate(info: Info, id: strawberry.ID, codes: list[strawberry.ID]) -> Any:
    """Let codes of a voucher, by their ids, be used again."""
    return _switch(info, id, codes, is_active=True)


@change(payload=row_payload("VoucherCodesDeactivate", "voucher", VoucherType | None, VoucherError), current=voucher_now)
def voucher_codes_deactivate(info: Info, id: strawberry.ID, codes: list[strawberry.ID]) -> Any:
    """Let codes of a voucher, by their ids, be used no more. Payments under way keep the price that was shown."""
    return _switch(info, id, codes, is_active=False)


def _switch(info: Info, id: str, codes: list[strawberry.ID], *, is_active: bool) -> Any:
    return voucher_codes.switch_codes(
        voucher_id=id_of("Voucher", id),
        code_ids=ids_of("VoucherCode", codes, path=("codes",)),
        is_active=is_active,
        actor=info.context.actor,
    )
