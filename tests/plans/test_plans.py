"""No named statement reads much more than it answers, whatever the size of the shop."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pytest

import commerce.events.relay  # noqa: F401
import schema.storefront  # noqa: F401 - whose modules hold the statements, as does the relay
from commerce.catalog.product_statements import shapes
from commerce.core.statements import STATEMENTS, Statement
from tests.plans.large import BIG, large_catalog
from tests.plans.samples import SAMPLES, Parameters, look_around, page_samples

LARGE_TABLE: Final = 1_000
REMOVED_PER_ROW: Final = 10
# Pages of a category or collection in an order for which their products have no index of their own are found along the
# index of the order, past the products of others, or looked up and sorted: PostgreSQL weighs one against the other.
REMOVED_PER_ROW_OF_PARENT: Final = 200

Plan = dict[str, Any]


def nodes(plan: Plan) -> Iterator[Plan]:
    """Every step of a plan."""
    yield plan
    for below in plan.get("Plans", []):
        yield from nodes(below)


def faults(plan: Plan, sizes: dict[str, int], removed_per_row: int) -> list[str]:
    """What a plan does that grows with the shop."""
    answered = max(1, plan["Actual Rows"])
    found = []
    for node in nodes(plan):
        table = node.get("Relation Name", "")
        if sizes.get(table, LARGE_TABLE) < LARGE_TABLE:
            continue
        if node["Node Type"] == "Seq Scan" and node["Actual Loops"]:
            found.append(f"reads all of {table}")
        removed = node.get("Rows Removed by Filter", 0) * node["Actual Loops"]
        if removed > removed_per_row * answered:
            found.append(f"drops {removed:.0f} rows of {table or node['Node Type']} for {answered:.0f}")
    return found


def explained(cursor: Any, statement: Statement[Any], parameters: Parameters) -> Plan:
    """The plan that a connection of the shop would run, with what it did."""
    explain = "EXPLAIN (ANALYZE, FORMAT JSON) "
    if statement.replan:
        cursor.execute(explain + statement.plain_sql, statement.named(parameters))
    else:
        cursor.execute(statement.prepare_sql)
        cursor.execute(explain + statement.execute_sql, parameters)
    plan: Plan = cursor.fetchone()[0][0]["Plan"]
    cursor.execute("DEALLOCATE ALL")
    return plan


@pytest.mark.timeout(900 if BIG else 180)
def test_every_statement_is_cheap_on_a_large_catalog(durable: None) -> None:
    """Planned once for all parameters (generic) as well as for these alone (custom)."""
    complaints = []
    with large_catalog() as session, session.cursor() as cursor:
        known = look_around(session)
        cursor.execute("SELECT relname, reltuples::int FROM pg_class WHERE relkind = 'r'")
        sizes = dict(cursor.fetchall())
        calls = [(name, sample(known)) for name, sample in SAMPLES.items()]
        calls += [
            call for shape in shapes() if not (shape.after and shape.before) for call in page_samples(known, shape)
        ]
        without_sample = set(STATEMENTS) - {name for name, _ in calls}
        assert all(name.endswith("_after_before") for name in without_sample), without_sample
        for mode in ("force_generic_plan", "force_custom_plan"):
            cursor.execute(f"SET plan_cache_mode = {mode}")
            for name, parameters in calls:
                statement = STATEMENTS[name]
                found = faults(
                    explained(cursor, statement, parameters),
                    sizes,
                    REMOVED_PER_ROW_OF_PARENT if statement.replan else REMOVED_PER_ROW,
                )
                complaints += [f"{name} ({mode}, {parameters[3:]}) {fault}" for fault in found]
    assert not complaints, "\n".join(complaints)
