"""What codes offer to carts: one statement for any number of carts and codes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple
from uuid import UUID

from commerce.accounts.email import normalised
from commerce.core.statements import Statement, uuid_array
from commerce.promotions.vouchers import CodeTerms


class TermsRow(NamedTuple):
    """A code in a cart."""

    place: int
    code_id: str
    voucher_id: str
    code: str
    name: str
    kind: str
    value_kind: str
    value: int | None
    minimum_subtotal: int | None
    minimum_quantity: int
    cheapest_unit_only: bool
    combines_with_promotions: bool
    combines_with_vouchers: bool
    countries: Sequence[str]
    targets: Sequence[str]
    is_valid: bool


_TERMS: Final = Statement(
    "voucher_terms_of_carts",
    TermsRow,
    """
SELECT asked.place::int, code.id::text, voucher.id::text, code.code, voucher.name, voucher.kind, voucher.value_kind,
       listing.value, listing.minimum_subtotal, voucher.minimum_quantity, voucher.cheapest_unit_only,
       voucher.combines_with_promotions, voucher.combines_with_vouchers, voucher.countries::text[],
       CASE WHEN voucher.kind = 'specific' THEN ARRAY(
           SELECT product_id::text FROM promotions_voucher_products WHERE voucher_id = voucher.id
           UNION ALL SELECT productvariant_id::text FROM promotions_voucher_variants WHERE voucher_id = voucher.id
           UNION ALL SELECT category_id::text FROM promotions_voucher_categories WHERE voucher_id = voucher.id
           UNION ALL SELECT collection_id::text FROM promotions_voucher_collections WHERE voucher_id = voucher.id
       ) ELSE ARRAY[]::text[] END,
       code.is_active AND voucher.is_active AND voucher.starts_at <= statement_timestamp()
       AND (voucher.ends_at IS NULL OR voucher.ends_at > statement_timestamp())
       AND listing.value IS NOT NULL
       AND (own.voucher_id IS NOT NULL OR (
            (code.usage_limit IS NULL OR code.used < code.usage_limit)
            AND (voucher.usage_limit IS NULL OR voucher.used < voucher.usage_limit)))
       AND (NOT voucher.once_per_customer OR asked.customer = '' OR NOT EXISTS (
            SELECT FROM promotions_voucherredemption AS other
             WHERE other.voucher_id = voucher.id AND other.customer = asked.customer
               AND other.checkout_id <> asked.checkout_id))
       AND (NOT voucher.only_for_staff OR EXISTS (
            SELECT FROM accounts_user AS buyer WHERE buyer.id = asked.user_id AND buyer.is_staff AND buyer.is_active))
       AND (voucher.customer_group_id IS NULL OR EXISTS (
            SELECT FROM accounts_customergroupmember AS member
             WHERE member.customer_id = asked.user_id AND member.group_id = voucher.customer_group_id))
  FROM unnest($1, $2, $3, $4, $5) WITH ORDINALITY
       AS asked(checkout_id, code_id, channel_id, user_id, customer, place)
  JOIN promotions_vouchercode AS code ON code.id = asked.code_id
  JOIN promotions_voucher AS voucher ON voucher.id = code.voucher_id
  LEFT JOIN promotions_voucherchannellisting AS listing
    ON listing.voucher_id = voucher.id AND listing.channel_id = asked.channel_id
  LEFT JOIN promotions_voucherredemption AS own
    ON own.checkout_id = asked.checkout_id AND own.voucher_id = voucher.id AND own.code_id = code.id
""",
    "uuid[]",
    "uuid[]",
    "uuid[]",
    "uuid[]",
    "text[]",
)


@dataclass(frozen=True, slots=True)
class CodeOfCart:
    """A code that a cart has, and who buys. `email` "" as long as nobody has said."""

    checkout_id: UUID
    code_id: UUID
    channel_id: UUID
    user_id: UUID | None
    email: str


def terms_of(asked: Sequence[CodeOfCart]) -> list[CodeTerms]:
    """What each of these codes offers, in the same order; a code that is gone is not valid. One statement, or none."""
    if not asked:
        return []
    rows = _TERMS.all(
        uuid_array(each.checkout_id for each in asked),
        uuid_array(each.code_id for each in asked),
        uuid_array(each.channel_id for each in asked),
        uuid_array(each.user_id or "NULL" for each in asked),
        [normalised(each.email) for each in asked],
    )
    found = {row.place - 1: row for row in rows}
    return [_terms(found[place]) if place in found else _gone(each.code_id) for place, each in enumerate(asked)]


def _terms(row: TermsRow) -> CodeTerms:
    return CodeTerms(
        code_id=row.code_id,
        voucher_id=row.voucher_id,
        code=row.code,
        name=row.name,
        is_valid=row.is_valid,
        value=row.value or 0,
        is_percentage=row.value_kind == "percentage",
        is_of_shipping=row.kind == "shipping",
        minimum_subtotal=row.minimum_subtotal or 0,
        minimum_quantity=row.minimum_quantity,
        cheapest_unit_only=row.cheapest_unit_only,
        combines_with_promotions=row.combines_with_promotions,
        combines_with_vouchers=row.combines_with_vouchers,
        countries=frozenset(row.countries),
        only=row.kind == "specific",
        targets=frozenset(row.targets),
    )


def _gone(code_id: UUID) -> CodeTerms:
    return CodeTerms(str(code_id), "", "", "", is_valid=False, value=0, is_percentage=False)
