"""Which order promotions hold for a cart, and what they want to know of its buyer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q
from django.db.models.functions import Lower

from commerce.accounts.models import CustomerGroupMember
from commerce.checkout.known import Known
from commerce.checkout.models import Checkout
from commerce.core.values import quickly_made
from commerce.orders.models import Order
from commerce.promotions.basket import Basket, Reduction
from commerce.promotions.evaluate import Facts, OrderPromotion, order_reductions
from commerce.promotions.loading import active_order_promotions


@quickly_made
@dataclass(frozen=True, slots=True)
class PromotionFacts:
    """The promotions that hold in the channel of a cart, and what is known of who buys."""

    promotions: tuple[OrderPromotion, ...]
    buyer: Facts


def promotion_facts(checkouts: Collection[Checkout], known: Known) -> dict[UUID, PromotionFacts]:
    """For each cart by its id: one statement; one more each if a promotion asks for first orders, or for groups."""
    if not checkouts:
        return {}
    if known.promotions is None:
        known.promotions = active_order_promotions({checkout.channel_id for checkout in checkouts})
    active = known.promotions
    ordered = _have_ordered(checkouts) if active.ask_for_orders else set()
    groups = _groups(checkouts) if active.ask_for_groups else {}
    return {
        checkout.id: PromotionFacts(
            active.of_channel[str(checkout.channel_id)],
            Facts(checkout.id not in ordered, groups.get(checkout.user_id, frozenset())),
        )
        for checkout in checkouts
    }


def order_promotions(basket: Basket, facts: PromotionFacts) -> tuple[Reduction, ...]:
    """What order promotions take off this basket, in the order in which they apply."""
    return order_reductions(basket, facts.promotions, facts.buyer)


def buyer_of(checkout: Checkout) -> Facts:
    """All that promotions may ask about who buys, whether one of them does or not."""
    groups = _groups([checkout]).get(checkout.user_id, frozenset())
    return Facts(not _have_ordered([checkout]), groups)


def _groups(checkouts: Collection[Checkout]) -> dict[UUID | None, frozenset[str]]:
    """The groups of each customer, by their id."""
    found: dict[UUID | None, set[str]] = defaultdict(set)
    users = {checkout.user_id for checkout in checkouts if checkout.user_id}
    members = CustomerGroupMember.objects.filter(customer_id__in=users)
    for user_id, group_id in members.values_list("customer_id", "group_id"):
        found[user_id].add(str(group_id))
    return {user_id: frozenset(groups) for user_id, groups in found.items()}


def _have_ordered(checkouts: Collection[Checkout]) -> set[UUID]:
    """The carts whose buyer has an order that was not cancelled, under this account or this e-mail address.

    A cart that says neither is not known to be a first order.
    """
    users = {checkout.user_id for checkout in checkouts if checkout.user_id}
    emails = {checkout.email.lower() for checkout in checkouts if checkout.email}
    orders = Order.objects.annotate(lowered=Lower("email")).filter(Q(user_id__in=users) | Q(lowered__in=emails))
    orders = orders.exclude(status=Order.Status.CANCELED)
    found = list(orders.values_list("user_id", "email"))
    bought_by = {user_id for user_id, _ in found}
    bought_as = {email.lower() for _, email in found}
    return {
        checkout.id
        for checkout in checkouts
        if not (checkout.user_id or checkout.email)
        or (checkout.user_id and checkout.user_id in bought_by)
        or (checkout.email and checkout.email.lower() in bought_as)
    }
