"""Reading and changing promotions, for staff and apps with MANAGE_DISCOUNTS.

`version` is the promotion's that the caller has read: if it has changed since, the change is refused with CONFLICT, and
the answer carries the promotion as it is now.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import strawberry

from commerce.core.permission import Permission
from commerce.promotions import models, services
from commerce.promotions.queries import promotions_for_staff
from schema.channels.scope import named_channel
from schema.context import Info
from schema.doorway import mutation
from schema.errors import below_input
from schema.fields import query
from schema.ids import id_of
from schema.pagination import CountableConnection, page_of
from schema.payloads import row_payload
from schema.promotions.errors import PromotionError, PromotionErrorCode
from schema.promotions.inputs import PromotionCreateInput, PromotionInput, PromotionRuleInput
from schema.promotions.types import Promotion, PromotionKindEnum, PromotionRule

MANAGE = Permission.MANAGE_DISCOUNTS

change = partial(mutation, MANAGE, error=PromotionError, codes=PromotionErrorCode)


def _promotion_now(info: Any, arguments: dict[str, Any]) -> dict[str, Any]:
    """The promotion as it is now, as far as this caller may see it."""
    key = id_of("Promotion", arguments["id"])
    return {"promotion": promotions_for_staff(info.context.actor).filter(id=key).first()}


@query(allow=MANAGE, returns=Promotion | None)
def promotion(info: Info, id: strawberry.ID) -> Any:
    """A promotion by its id; null for a missing one and for one of channels that are not the caller's."""
    return promotions_for_staff(info.context.actor).filter(id=id_of("Promotion", id)).first()


@query(allow=MANAGE, returns=CountableConnection[Promotion])
def promotions(
    info: Info,
    kind: PromotionKindEnum | None = None,
    channel: str | None = None,
    is_active: bool | None = None,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Any:
    """The promotions of the channels that the caller works in, newest first."""
    rows = promotions_for_staff(info.context.actor)
    if kind is not None:
        rows = rows.filter(kind=kind.value)
    if channel is not None:
        rows = rows.filter(channels=named_channel(info.context, channel))
    if is_active is not None:
        rows = rows.filter(is_active=is_active)
    return page_of(rows, ("-created_at", "-id"), first=first, after=after, last=last, before=before)


@change(payload=row_payload("PromotionCreate", "promotion", Promotion | None, PromotionError))
def promotion_create(info: Info, input: PromotionCreateInput) -> Any:
    """Make a promotion, which does nothing until it has rules."""
    with below_input():
        return services.create_promotion(
            kind=input.kind.value,
            changes=input.changes(),
            channel_ids=input.channel_ids() or (),
            budgets=input.budget_amounts(),
            actor=info.context.actor,
        )


@change(payload=row_payload("PromotionUpdate", "promotion", Promotion | None, PromotionError), current=_promotion_now)
def promotion_update(info: Info, id: strawberry.ID, input: PromotionInput, version: int | None = None) -> Any:
    """Change a promotion; refused with CONFLICT if it is no longer at `version`."""
    with below_input():
        return services.update_promotion(
            promotion_id=id_of("Promotion", id),
            changes=input.changes(),
            channel_ids=input.channel_ids(),
            budgets=input.budget_amounts(),
            version=version,
            actor=info.context.actor,
        )


@change(payload=row_payload("PromotionDelete", "promotion", Promotion | None, PromotionError), current=_promotion_now)
def promotion_delete(info: Info, id: strawberry.ID, version: int | None = None) -> None:
    """Delete a promotion with its rules; orders keep what it has taken off them."""
    services.delete_promotion(promotion_id=id_of("Promotion", id), version=version, actor=info.context.actor)


@change(payload=row_payload("PromotionRuleCreate", "promotion_rule", PromotionRule | None, PromotionError))
def promotion_rule_create(
    info: Info, promotion: strawberry.ID, input: PromotionRuleInput, version: int | None = None
) -> models.PromotionRule:
    """Add a rule to a promotion; `version` is the promotion's."""
    key = id_of("Promotion", promotion, path=("promotion",))
    with below_input():
        return services.create_rule(
            promotion_id=key, changes=input.changes(), version=version, actor=info.context.actor
        )


@change(payload=row_payload("PromotionRuleUpdate", "promotion_rule", PromotionRule | None, PromotionError))
def promotion_rule_update(
    info: Info, id: strawberry.ID, input: PromotionRuleInput, version: int | None = None
) -> models.PromotionRule:
    """Change a rule; `version` is the promotion's."""
    key = id_of("PromotionRule", id)
    with below_input():
        return services.update_rule(rule_id=key, changes=input.changes(), version=version, actor=info.context.actor)


@change(payload=row_payload("PromotionRuleDelete", "promotion_rule", PromotionRule | None, PromotionError))
def promotion_rule_delete(info: Info, id: strawberry.ID, version: int | None = None) -> None:
    """Take a rule away; `version` is the promotion's."""
    services.delete_rule(rule_id=id_of("PromotionRule", id), version=version, actor=info.context.actor)
