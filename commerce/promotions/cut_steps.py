"""What catalogue promotions have taken off a price, as the price itself remembers it."""

from __future__ import annotations

import json
from typing import Final

from commerce.promotions.basket import Step, StepKind

CUTS: Final = """
CASE WHEN price.steps IS NOT NULL THEN (
     SELECT jsonb_agg(jsonb_build_array(
                step->'promotion',
                (SELECT name FROM promotions_promotion WHERE id = (step->>'promotion')::uuid),
                step->'amount'
            ) ORDER BY place)
       FROM jsonb_array_elements(price.steps) WITH ORDINALITY AS one(step, place)
)::text END
"""
"""The column that `cut_steps` reads, of a row of effective prices that is called `price` in the statement."""


def cut_steps(cuts: str | None) -> tuple[Step, ...]:
    """The steps that the column says, in their order; none without it."""
    if not cuts:
        return ()
    return tuple(
        Step(StepKind.CATALOGUE_PROMOTION, -amount, name or "", promotion_id)
        for promotion_id, name, amount in json.loads(cuts)
    )
