"""PostgreSQL reckons promoted prices as the pure rules say."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commerce.promotions.cuts import UnitRule, cut
from commerce.promotions.predicates import holds, is_one_question, must_have

pytestmark = pytest.mark.django_db
IDS = [str(UUID(int=number)) for number in range(1, 7)]
quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

atoms = st.builds(lambda ids: {"kind": "product", "ids": ids}, st.lists(st.sampled_from(IDS), min_size=1, max_size=3))
predicates = st.recursive(
    atoms | st.just({}),
    lambda inner: (
        st.builds(lambda parts: {"all": parts}, st.lists(inner, min_size=1, max_size=3))
        | st.builds(lambda parts: {"any": parts}, st.lists(inner, min_size=1, max_size=3))
        | st.builds(lambda part: {"not": part}, inner)
    ),
    max_leaves=6,
)
rules = st.lists(
    st.builds(
        UnitRule,
        promotion_id=st.sampled_from(IDS[:3]),
        rule_id=st.uuids(version=4).map(str),
        priority=st.just(0),
        is_exclusive=st.just(False),
        reward_type=st.sampled_from(["percentage", "fixed", "fixed_price"]),
        value=st.integers(0, 10_000),
    ),
    max_size=6,
)


def asked(sql: str, *parameters: Any) -> Any:
    """The first row."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchone()


@quick
@given(predicate=predicates, terms=st.sets(st.sampled_from(IDS)))
def test_the_same_goods_are_meant(predicate: dict[str, Any], terms: set[str]) -> None:
    (found,) = asked("SELECT promotions_holds(%s::jsonb, %s::uuid[])", json.dumps(predicate), sorted(terms))
    assert found == holds(predicate, terms)
    needed = must_have(predicate)
    if found and needed is not None:
        assert terms & set(needed), "what is looked for by these ids is found"
    if is_one_question(predicate):
        assert found == (needed is None or bool(terms & set(needed)))


@quick
@given(
    base=st.integers(0, 100_000) | st.integers(10**14, 10**15),
    given=rules,
    promotions=st.fixed_dictionaries({key: st.tuples(st.integers(-3, 3), st.booleans()) for key in IDS[:3]}),
)
def test_the_same_price_is_left(base: int, given: list[UnitRule], promotions: dict[str, tuple[int, bool]]) -> None:
    sorted_rules = sorted(
        (
            UnitRule(rule.promotion_id, rule.rule_id, *promotions[rule.promotion_id], rule.reward_type, rule.value)
            for rule in given
        ),
        key=lambda rule: (-rule.priority, rule.promotion_id, rule.rule_id),
    )
    amount, cuts = cut(base, sorted_rules)
    assert 0 <= amount <= base
    assert base - amount == sum(each.amount for each in cuts)
    if not sorted_rules:
        return
    rows = [
        {
            "promotion_id": rule.promotion_id,
            "rule_id": rule.rule_id,
            "is_exclusive": rule.is_exclusive,
            "reward_type": rule.reward_type,
            "value": rule.value,
        }
        for rule in sorted_rules
    ]
    found, steps = asked(
        "SELECT amount, steps::text FROM promotions_cut(%s, ARRAY(SELECT rule FROM"
        " jsonb_populate_recordset(NULL::promotions_cataloguerule, %s::jsonb) AS rule))",
        base,
        json.dumps(rows),
    )
    assert found == amount
    assert [(step["promotion"], step["amount"]) for step in json.loads(steps or "[]")] == [
        (each.promotion_id, each.amount) for each in cuts
    ]
