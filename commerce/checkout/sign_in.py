"""A shopper signs in with a cart in hand: one recipe for the session and the merge."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from commerce.accounts.sessions import Session, sign_in
from commerce.accounts.tokens import Audience, customer_actor_of
from commerce.checkout.merge import merge_checkouts
from commerce.checkout.models import Checkout
from commerce.core.errors import CommerceError


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session, and the cart that goes on. `left_behind` says why the guest's cart was not taken along, if so."""

    session: Session
    checkout: Checkout | None = None
    left_behind: CommerceError | None = None


def sign_in_shopper(*, email: str, password: str, guest_checkout_id: UUID | None, ip: str) -> SignedIn:
    """Sign in to the storefront and merge the guest's cart, if one is named, into the customer's.

    A cart that cannot be merged keeps nobody from signing in. Raises what `sign_in` raises.
    """
    session = sign_in(email=email, password=password, audience=Audience.STOREFRONT, ip=ip)
    if guest_checkout_id is None:
        return SignedIn(session)
    try:
        checkout = merge_checkouts(guest_checkout_id=guest_checkout_id, actor=customer_actor_of(session.user))
    except CommerceError as refusal:
        return SignedIn(session, left_behind=refusal)
    return SignedIn(session, checkout)
