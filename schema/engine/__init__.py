"""Breadth-first execution of GraphQL operations for Strawberry schemas. Knows GraphQL, not the shop."""

from schema.engine.batch import attribute, batch, computed, source
from schema.engine.execution import BreadthFirstExecutor
from schema.engine.foresight import Ahead, looks_ahead
from schema.engine.levels import Level, Levels
from schema.engine.plan import Plan
from schema.engine.plans import Plans, plans_of, set_plans
from schema.engine.ready import ReadyOperation

__all__ = [
    "Ahead",
    "BreadthFirstExecutor",
    "Level",
    "Levels",
    "Plan",
    "Plans",
    "ReadyOperation",
    "attribute",
    "batch",
    "computed",
    "looks_ahead",
    "plans_of",
    "set_plans",
    "source",
]
