"""A shopper sees how much more to spend for more of a promotion."""

from __future__ import annotations

from typing import Any

import pytest

from commerce.promotions.translation_models import PromotionTranslation
from tests.commerce.promotions.promoting import fixed, percent, promote
from tests.factories import make_channel, make_tax_rate, make_variant
from tests.schema.doing import Shopper, gid
from tests.shoppers import ready_checkout
from tests.statements import recorded_statements

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_client")]

TIERS = """{ subtotalPrice { gross { amount } } nextTiers {
  promotionId name german: name(languageCode: DE) threshold { amount currency } missing { amount currency minorAmount }
  rewardType percentage amount { amount } } }"""


def tier(amount: int, reward: dict[str, Any]) -> dict[str, Any]:
    """A rule from a subtotal on."""
    return {**reward, "condition": {"kind": "subtotal", "gte": {str(make_channel().id): amount}}}


def test_a_shopper_is_told_what_is_missing_until_all_tiers_are_reached() -> None:
    make_tax_rate("US", "10")
    mug = make_variant(price=3000)
    spend = promote(tier(5000, percent(10)), tier(10_000, fixed(2500)), kind="order", name="Spend more")
    PromotionTranslation.objects.create(promotion=spend, language="de", name="Mehr sparen")
    shopper = Shopper(cart=gid("Checkout", ready_checkout(mug).id))
    (found,) = shopper.look(TIERS)["nextTiers"]
    assert found == {
        "promotionId": gid("Promotion", spend.id),
        "name": "Spend more",
        "german": "Mehr sparen",
        "threshold": {"amount": 50.0, "currency": "USD"},
        "missing": {"amount": 20.0, "currency": "USD", "minorAmount": "2000"},
        "rewardType": "PERCENTAGE",
        "percentage": 10.0,
        "amount": None,
    }
    shopper.do("checkoutLinesAdd", lines=[{"variantId": gid("ProductVariant", mug.id), "quantity": 1}])
    (found,) = shopper.look(TIERS)["nextTiers"]
    assert [found[name] for name in ("rewardType", "percentage", "amount")] == ["FIXED", None, {"amount": 25.0}]
    assert found["missing"]["amount"] == 40.0, "of what stands before promotions: 100 less 60"
    shopper.do("checkoutLinesAdd", lines=[{"variantId": gid("ProductVariant", mug.id), "quantity": 2}])
    assert shopper.look(TIERS)["nextTiers"] == []


def test_what_is_missing_is_read_off_the_quote_and_costs_no_statement() -> None:
    promote(tier(5000, percent(10)), kind="order")
    shopper = Shopper(cart=gid("Checkout", ready_checkout(make_variant(price=3000)).id))
    shopper.look("{ totalPrice { gross { amount } } }")
    with recorded_statements() as without:
        shopper.look("{ totalPrice { gross { amount } } }")
    with recorded_statements() as beside:
        found = shopper.look("{ totalPrice { gross { amount } } nextTiers { name missing { amount } } }")
    assert found["nextTiers"] == [{"name": "Sale", "missing": {"amount": 20.0}}]
    assert len(beside) == len(without)
