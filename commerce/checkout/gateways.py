"""What the gateways' pages in the browser need before a cart can be paid for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from commerce.checkout.access import find_checkout
from commerce.checkout.quote import quote
from commerce.core.actor import Actor
from commerce.core.errors import CommerceError
from commerce.core.money import Money
from commerce.payments.errors import GatewayNotFound, GatewayUnavailable
from commerce.payments.gateways import gateway_by_id, gateways_for, takes
from commerce.payments.provider import GatewayBusy, OutcomeUnknown


@dataclass(frozen=True, slots=True)
class PreparedGateway:
    """A gateway's data for the browser, or why there is none."""

    id: str
    result: Mapping[str, Any] | CommerceError


def prepare_gateways(
    *, checkout_id: UUID, asked: Mapping[str, Mapping[str, Any]] | None, actor: Actor
) -> list[PreparedGateway]:
    """Prepare the gateways in `asked` (id -> data), or all that take the cart's currency. Holds no lock.

    A gateway that fails does not stop the others. Raises CheckoutNotFound.
    """
    checkout = find_checkout(checkout_id, actor=actor)
    total = quote(checkout).due
    if asked is None:
        asked = {gateway.id: {} for gateway in gateways_for(total.currency)}
    return [_prepare(gateway_id, total, data) for gateway_id, data in asked.items()]


def _prepare(gateway_id: str, total: Money, data: Mapping[str, Any]) -> PreparedGateway:
    try:
        gateway = gateway_by_id(gateway_id)
        if not takes(gateway, total.currency):
            raise GatewayNotFound(f"This gateway does not take {total.currency}.", path=("id",))
        return PreparedGateway(gateway_id, gateway.initialise(total, data))
    except (GatewayBusy, OutcomeUnknown):
        return PreparedGateway(gateway_id, GatewayUnavailable("The payment gateway is busy.", path=("id",)))
    except CommerceError as refusal:
        return PreparedGateway(gateway_id, refusal)
