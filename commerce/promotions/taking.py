"""Uses and budgets of order promotions: taken for a cart before it is paid, given back by it or its order alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from django.db import connection
from django.db.models import F, Q
from django.utils import timezone

from commerce.core.records import Records
from commerce.promotions.basket import Reduction, StepKind
from commerce.promotions.errors import PromotionUsedUp
from commerce.promotions.models import Promotion, PromotionBudget, PromotionUse

# A promotion without a limit and a budget is not locked: nobody waits for anybody at it.
_LIMITED: Final = """
SELECT promotion.id
  FROM promotions_promotion AS promotion
 WHERE promotion.id = ANY(%(ids)s::uuid[])
   AND (promotion.usage_limit IS NOT NULL OR EXISTS (
        SELECT FROM promotions_promotionbudget AS budget WHERE budget.promotion_id = promotion.id
       ))
 ORDER BY promotion.id
   FOR NO KEY UPDATE
"""


USES: Final = Records("promotion_uses_of_checkout", PromotionUse, "WHERE it.checkout_id = $1", "uuid")


def take_promotions(
    *,
    checkout_id: UUID,
    currency: str,
    reductions: Sequence[Reduction],
    uses: Sequence[PromotionUse] | None = None,
) -> None:
    """Count a cart as a use of each order promotion that reduces it, and what it takes off as spent; once.

    Call it before stock, in a transaction that holds the cart. What the cart had taken otherwise is given back. The
    promotions stay locked, in id order. `uses` are the cart's, if they were read since it was locked. One that was
    deleted since the cart was priced is honoured. Raises PromotionUsedUp; the caller's transaction has to be rolled
    back then.
    """
    wanted = {UUID(each.source_id): each.amount for each in reductions if each.kind is StepKind.ORDER_PROMOTION}
    known = {use.promotion_id: use for use in (USES.all(str(checkout_id)) if uses is None else uses)}
    kept = {key for key, use in known.items() if (use.amount, use.currency) == (wanted.get(key), currency)}
    changed = (wanted.keys() | known.keys()) - kept
    if not changed:
        return
    with connection.cursor() as cursor:
        cursor.execute(_LIMITED, {"ids": [str(key) for key in changed]})
        limited = [row[0] for row in cursor.fetchall()]
    for promotion_id in limited:
        if promotion_id in known:
            _give_back(known[promotion_id])
        if promotion_id in wanted:
            _take(promotion_id, checkout_id, currency, wanted[promotion_id])


def give_promotions_back(checkout_id: UUID) -> None:
    """Free what a cart or its order has taken, once however often it is called. Locks promotions in id order."""
    uses = USES.all(str(checkout_id))
    if not uses:
        return
    ids = [use.promotion_id for use in uses]
    list(Promotion.objects.select_for_update(no_key=True).filter(id__in=ids).order_by("id").values_list("id"))
    for use in uses:
        _give_back(use)


def _give_back(use: PromotionUse) -> None:
    """Whoever deletes the row gives its use back."""
    if not PromotionUse.objects.filter(id=use.id).delete()[0]:
        return
    Promotion.objects.filter(id=use.promotion_id).update(used=F("used") - 1)
    budgets = PromotionBudget.objects.filter(promotion_id=use.promotion_id, currency=use.currency)
    budgets.filter(spent__gte=use.amount).update(spent=F("spent") - use.amount, updated_at=timezone.now())


def _take(promotion_id: UUID, checkout_id: UUID, currency: str, amount: int) -> None:
    within_limit = Q(usage_limit__isnull=True) | Q(used__lt=F("usage_limit"))
    if not Promotion.objects.filter(within_limit, id=promotion_id).update(used=F("used") + 1):
        raise _used_up("This promotion has no use left.", promotion_id)
    budgets = PromotionBudget.objects.filter(promotion_id=promotion_id, currency=currency)
    suffices = budgets.filter(amount__gte=F("spent") + amount)
    if not suffices.update(spent=F("spent") + amount, updated_at=timezone.now()) and budgets.exists():
        raise _used_up("The budget of this promotion does not suffice.", promotion_id)
    PromotionUse.objects.create(promotion_id=promotion_id, checkout_id=checkout_id, currency=currency, amount=amount)


def _used_up(message: str, promotion_id: UUID) -> PromotionUsedUp:
    return PromotionUsedUp(message, path=("id",), promotion_id=str(promotion_id))
