"""What a customer may still buy of goods that are limited over time, and taking some of it, whatever else they do.

A customer is known by account and by e-mail address: orders of either count, as those of a guest with the address of
the account do. Limits are counted over the orders themselves, so that a cancelled or refunded one gives back at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from django.db import connection
from django.utils import timezone

from commerce.accounts.email import normalised
from commerce.core.errors import Rejected
from commerce.core.statements import Statement, uuid_array
from commerce.orders.errors import PurchaseLimitReached
from commerce.orders.limit_models import LimitHold
from commerce.payments.states import LIVE

_LIVE: Final = ", ".join(f"'{state.value}'" for state in sorted(LIVE))
_KEPT: Final = timedelta(days=1)

# Which limits wanted units fall under, with what their customer has of each besides: in orders, and in carts that are
# being paid. {asked} has checkout_id, user_id, email, variant_id and units, a row for each cart and variant.
_COUNTED: Final = """
    WITH asked AS (SELECT * FROM {asked} AS each(checkout_id, user_id, email, variant_id, units)),
    wanted AS (
        SELECT asked.checkout_id, asked.user_id, asked.email, lim.id AS limit_id, lim.variant_id, lim.product_id,
               lim.quantity, lim.days, sum(asked.units)::int AS units, array_agg(asked.variant_id) AS variants
          FROM asked
          JOIN catalog_productvariant AS variant ON variant.id = asked.variant_id
          JOIN orders_purchaselimit AS lim ON lim.variant_id = variant.id OR lim.product_id = variant.product_id
         GROUP BY 1, 2, 3, 4
    ),
    counted AS (
        SELECT wanted.*, own.users, own.emails, coalesce(bought.units, 0) + coalesce(held.units, 0) AS had
          FROM wanted
         CROSS JOIN LATERAL (
                SELECT array_remove(ARRAY[wanted.user_id] || ARRAY(
                           SELECT id FROM accounts_user WHERE email = wanted.email
                       ), NULL) AS users,
                       array_remove(ARRAY[wanted.email] || ARRAY(
                           SELECT lower(email) FROM accounts_user WHERE id = wanted.user_id
                       ), '') AS emails
               ) AS own
          LEFT JOIN LATERAL (
                SELECT sum(line.quantity)::int AS units
                  FROM orders_order AS o
                  JOIN orders_orderline AS line ON line.order_id = o.id
                 WHERE (o.user_id = ANY(own.users) OR lower(o.email) = ANY(own.emails))
                   AND o.checkout_id IS DISTINCT FROM wanted.checkout_id
                   AND o.status <> 'canceled'
                   AND NOT (o.total_gross > 0
                            AND o.refunded_amount + o.gift_card_refunded_amount >= o.total_gross)
                   AND o.created_at > statement_timestamp() - make_interval(days => wanted.days)
                   AND NOT line.is_gift
                   AND (line.variant_id = wanted.variant_id OR line.product_id_snapshot = wanted.product_id)
               ) AS bought ON true
          LEFT JOIN LATERAL (
                SELECT sum(hold.units)::int AS units
                  FROM orders_limithold AS hold
                 WHERE hold.limit_id = wanted.limit_id AND hold.checkout_id <> wanted.checkout_id
                   AND hold.expires_at > statement_timestamp()
                   AND (hold.user_id = ANY(own.users) OR hold.email = ANY(own.emails))
                   AND EXISTS (
                        SELECT FROM payments_paymentattempt AS attempt
                         WHERE attempt.checkout_id = hold.checkout_id AND attempt.abandoned_at IS NULL
                           AND attempt.state IN ({live})
                       )
               ) AS held ON true
    )
"""

# One after the other, those that may be the same customer: whoever waits here counts what the first one has bought.
_QUEUE: Final = """
    SELECT pg_advisory_xact_lock(one.key) FROM (
        SELECT DISTINCT hashtextextended('purchase limits of ' || who, 0) AS key FROM (
            SELECT %(user)s::uuid::text AS who
             UNION ALL SELECT %(email)s
             UNION ALL SELECT id::text FROM accounts_user WHERE email = %(email)s
             UNION ALL SELECT lower(email) FROM accounts_user WHERE id = %(user)s::uuid
        ) AS known WHERE who <> '' ORDER BY 1
    ) AS one
"""
_OF_ONE_CART: Final = """(
            SELECT %(checkout)s::uuid, %(user)s::uuid, %(email)s::text, *
              FROM unnest(%(variants)s::uuid[], %(units)s::int[])
        )"""
_TAKE: Final = f"""{_COUNTED.format(asked=_OF_ONE_CART, live=_LIVE)},
    taken AS (
        INSERT INTO orders_limithold (limit_id, checkout_id, user_id, email, units, expires_at)
        SELECT limit_id, checkout_id, user_id, email, units, %(until)s::timestamptz
          FROM counted WHERE had + units <= quantity
         ORDER BY limit_id
            ON CONFLICT (checkout_id, limit_id)
            DO UPDATE SET units = excluded.units, user_id = excluded.user_id, email = excluded.email,
                          expires_at = greatest(orders_limithold.expires_at, excluded.expires_at)
        RETURNING limit_id
    )
    SELECT variants, quantity, days, greatest(0, quantity - had)
      FROM counted WHERE limit_id NOT IN (SELECT limit_id FROM taken)
"""  # noqa: S608 - constants


class LimitRow(NamedTuple):
    """A limit that wanted variants of a cart fall under: `had` is what its customer has of it besides."""

    checkout_id: UUID
    variants: Sequence[str]
    quantity: int
    days: int
    units: int
    had: int


_FOUND: Final = Statement(
    "purchase_limits_of_carts",
    LimitRow,
    f"""{_COUNTED.format(asked="unnest($1, $2, $3, $4, $5)", live=_LIVE)}
    SELECT checkout_id, variants::text[], quantity, days, units, had FROM counted ORDER BY limit_id
    """,  # noqa: S608 - constants
    "uuid[]",
    "uuid[]",
    "text[]",
    "uuid[]",
    "int[]",
)


@dataclass(frozen=True, slots=True)
class LimitedUnits:
    """So many units of a variant in a cart, and who buys them."""

    checkout_id: UUID
    user_id: UUID | None
    email: str
    variant_id: UUID
    units: int


def exceeded_limits(asked: Collection[LimitedUnits]) -> list[LimitRow]:
    """The limits that carts would exceed. One statement, none if nothing is asked."""
    if not asked:
        return []
    rows = _FOUND.all(
        uuid_array(each.checkout_id for each in asked),
        uuid_array(each.user_id or "NULL" for each in asked),
        [normalised(each.email) for each in asked],
        uuid_array(each.variant_id for each in asked),
        f"{{{','.join(str(each.units) for each in asked)}}}",
    )
    return [row for row in rows if row.had + row.units > row.quantity]


def take_of_limits(
    *,
    checkout_id: UUID,
    user_id: UUID | None,
    email: str,
    lines: Sequence[tuple[int, UUID, int]],
    expires_at: datetime | None = None,
) -> None:
    """Take what a cart buys of limited goods: until `expires_at` as long as its payment lives, or for its order.

    `lines` are (place, variant, units). Call it in a transaction that holds the cart, before stock; carts of the same
    customer come here one after the other, until commit. Taking it again takes it once. Raises Rejected with a
    PurchaseLimitReached for each line, at ("lines", place, "quantity"); the transaction has to be rolled back then.
    """
    if not lines:
        return
    units = Counter[UUID]()
    for _, variant_id, quantity in lines:
        units[variant_id] += quantity
    who = {"user": user_id, "email": normalised(email)}
    with connection.cursor() as cursor:
        cursor.execute(_QUEUE, who)
        cursor.execute(
            _TAKE,
            {
                **who,
                "checkout": checkout_id,
                "variants": list(units),
                "units": list(units.values()),
                "until": expires_at or timezone.now(),
            },
        )
        refused = cursor.fetchall()
    faults = [
        PurchaseLimitReached(
            f"One customer may buy {quantity} units within {days} days: {left} are left.",
            path=("lines", str(place), "quantity"),
            available_quantity=left,
        )
        for variants, quantity, days, left in refused
        for place, variant_id, _ in lines
        if variant_id in variants
    ]
    if faults:
        raise Rejected(list(faults))


def forget_holds(checkout_id: UUID) -> None:
    """What a cart held is counted by its order from now on; what others held long ago goes with it."""
    LimitHold.objects.filter(checkout_id=checkout_id).delete()
    LimitHold.objects.filter(expires_at__lt=timezone.now() - _KEPT).delete()
