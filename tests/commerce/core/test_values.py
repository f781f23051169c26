"""Values that are made quickly are what dataclasses make of them."""

from __future__ import annotations

import copy
import inspect
import pickle
from dataclasses import FrozenInstanceError, dataclass, field, replace
from typing import Any

import pytest

from commerce.core.money import Money, TaxedMoney
from commerce.core.values import quickly_made


@quickly_made
@dataclass(frozen=True, slots=True)
class Label:
    text: str
    size: int = 3
    tags: list[str] = field(default_factory=list)


def test_fields_are_given_by_place_and_by_name_or_have_their_defaults():
    assert repr(Label("a")) == "Label(text='a', size=3, tags=[])"
    assert Label("a", 4, ["x"]) == Label(text="a", size=4, tags=["x"])
    assert Label("a").tags is not Label("b").tags


@pytest.mark.parametrize(("given", "named"), [((), {}), (("a", 1, [], 2), {}), (("a",), {"colour": 1})])
def test_what_is_no_field_or_missing_is_refused(given: tuple[Any, ...], named: dict[str, Any]):
    with pytest.raises(TypeError, match=r"Label\.__init__\(\)"):
        Label(*given, **named)


def test_a_value_stays_as_it_was_made_and_is_equal_to_its_like():
    price = TaxedMoney.of(100, 119, "EUR")
    with pytest.raises(FrozenInstanceError):
        price.net.amount = 1  # type: ignore[misc]
    assert price == TaxedMoney(Money(100, "EUR"), Money(119, "EUR"))
    assert hash(price) == hash(copy.deepcopy(price))
    assert pickle.loads(pickle.dumps(price)) == price  # noqa: S301 - our own
    assert replace(price, net=Money(1, "EUR")).net.amount == 1


def test_its_constructor_says_what_it_takes():
    assert list(inspect.signature(Money).parameters) == ["amount", "currency"]
    assert Money.__init__.__annotations__["amount"] == "int"


def test_what_is_made_in_another_way_is_refused():
    @dataclass(frozen=True)
    class WithoutSlots:
        text: str

    @dataclass(frozen=True, slots=True)
    class Checked:
        text: str

        def __post_init__(self) -> None:
            assert self.text

    @dataclass(frozen=True, slots=True)
    class Named:
        text: str = field(kw_only=True)

    for kind in (WithoutSlots, Checked, Named):
        with pytest.raises(TypeError, match=kind.__name__):
            quickly_made(kind)
