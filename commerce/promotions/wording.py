"""What the rules of promotions say, in sentences for merchants: names instead of ids, amounts with their currency."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from commerce.accounts.models import CustomerGroup
from commerce.channels.models import Channel
from commerce.core.money import Money
from commerce.promotions.models import PromotionRule
from commerce.promotions.predicates import KINDS
from commerce.promotions.rewards import WHOLE

GONE: Final = "(deleted)"
MOST_NAMED: Final = 5
_NOUNS: Final = {
    "product": "products",
    "variant": "variants",
    "category": "categories",
    "collection": "collections",
    "attribute_value": "attribute values",
    "product_type": "product types",
}


@dataclass(frozen=True, slots=True)
class Wording:
    """Sentences about one rule. `names` are those of all that it names, by id; `channels` those with an amount."""

    names: Mapping[str, str]
    channels: Mapping[str, Channel]

    def goods(self, predicate: Mapping[str, Any]) -> str:
        """Which goods are meant, e.g. `categories: Tea, Coffee; and not: products: Mug`."""
        if "ids" in predicate:
            return f"{_NOUNS[predicate['kind']]}: {self._list(predicate['ids'])}"
        return self._joined(predicate, self.goods) or "all goods"

    def condition(self, condition: Mapping[str, Any]) -> str:
        """What the cart must be, e.g. `goods for 50.00 USD or more (Default)`."""
        kind = condition.get("kind")
        if kind == "subtotal":
            return ", ".join(f"goods for {self._amounts(condition[name])} {word}" for name, word in _bounds(condition))
        if kind == "quantity":
            units = " and ".join(f"{condition[name]} {word}" for name, word in _bounds(condition))
            return f"{units} units of {self.goods(condition.get('goods') or {})}"
        if kind == "first_order":
            return "the buyer's first order"
        if kind == "customer_group":
            return f"customers in: {self._list(condition['ids'])}"
        return self._joined(condition, self.condition) or "any cart"

    def reward(self, rule: PromotionRule) -> str:
        """What is given, e.g. `15 % off`."""
        given, kinds = rule.reward, PromotionRule.RewardType
        if rule.reward_type == kinds.PERCENTAGE:
            return f"{_percent(given['basis_points'])} off"
        if rule.reward_type == kinds.FIXED:
            return f"{self._amounts(given['amounts'])} off"
        if rule.reward_type == kinds.FIXED_PRICE:
            return f"{self._amounts(given['amounts'])} each"
        if rule.reward_type == kinds.BUY_GET:
            return self._buy_get(given)
        if rule.reward_type == kinds.GIFT:
            return f"one for nothing of: {self._list(given['variants'])}"
        return "free delivery"

    def _buy_get(self, given: Mapping[str, Any]) -> str:
        off = given["basis_points"]
        price = "free" if off == WHOLE else f"at {_percent(off)} off"
        most = f", {given['most_times']} times at most" if given.get("most_times") else ""
        bought = f"buy {given['buy_quantity']} ({self.goods(given['buy'])})"
        return f"{bought}, get {given['get_quantity']} ({self.goods(given['get'])}) {price}{most}"

    def _joined(self, tree: Mapping[str, Any], said: Any) -> str:
        for name, word in (("all", "; and "), ("any", "; or ")):
            if name in tree:
                return word.join(said(part) for part in tree[name])
        return f"not: {said(tree['not'])}" if "not" in tree else ""

    def _list(self, ids: list[str]) -> str:
        shown = ", ".join(self.names.get(key, GONE) for key in ids[:MOST_NAMED])
        return f"{shown} and {len(ids) - MOST_NAMED} more" if len(ids) > MOST_NAMED else shown

    def _amounts(self, amounts: Mapping[str, int]) -> str:
        said = []
        for key, amount in amounts.items():
            channel = self.channels.get(key)
            if channel is not None:
                said.append(f"{Money(amount, channel.currency_code).decimal} {channel.currency_code} ({channel.name})")
        return " or ".join(said) or GONE


def wording_of(rule: PromotionRule) -> Wording:
    """With the names that the rule needs: one statement for each kind of thing in it."""
    wanted: dict[str, set[str]] = {}
    for kind, key in _named({"": [rule.goods, rule.condition, rule.reward]}):
        wanted.setdefault(kind, set()).add(key)
    if rule.reward_type == PromotionRule.RewardType.GIFT:
        wanted.setdefault("variant", set()).update(rule.reward["variants"])
    models = {**KINDS, "customer_group": CustomerGroup}
    names: dict[str, str] = {}
    for kind, keys in wanted.items():
        rows = models[kind]._default_manager.filter(id__in=sorted(keys))
        if kind == "variant":
            rows = rows.select_related("product")
        names |= {str(row.id): str(row) for row in rows}
    return Wording(names, {str(channel.id): channel for channel in Channel.objects.all()})


def _named(tree: object) -> Iterator[tuple[str, str]]:
    if isinstance(tree, Mapping):
        if tree.get("kind") and isinstance(tree.get("ids"), list):
            yield from ((tree["kind"], key) for key in tree["ids"])
        for part in tree.values():
            yield from _named(part)
    elif isinstance(tree, list):
        for part in tree:
            yield from _named(part)


def _bounds(condition: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, word in (("gte", "or more"), ("lte", "or less")):
        if condition.get(name) is not None:
            yield name, word


def _percent(basis_points: int) -> str:
    whole, rest = divmod(basis_points, 100)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".") + " %" if rest else f"{whole} %"
