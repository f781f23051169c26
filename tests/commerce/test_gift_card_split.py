"""Which card pays how much."""

from __future__ import annotations

from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from commerce.core.money import TaxedMoney
from commerce.giftcards.split import CardRefusal, CardTerms, left_of, split

cards = st.lists(
    st.builds(
        CardTerms,
        card_id=st.builds(uuid4),
        last_characters=st.just("ABCD"),
        available=st.integers(0, 10**6),
        refusal=st.sampled_from([None, None, *CardRefusal]),
    ),
    max_size=10,
)


@given(st.integers(0, 10**6), cards)
def test_cards_pay_all_that_they_can_and_never_more(total: int, terms: list[CardTerms]) -> None:
    parts = split(total, terms)

    paid = sum(part.amount for part in parts)
    good = sum(card.available for card in terms if card.refusal is None)
    assert paid == min(total, good)
    for part, card in zip(parts, terms, strict=True):
        assert part.card_id == card.card_id
        assert 0 <= part.amount <= card.available
        assert card.refusal is None or part.amount == 0
        assert part.amount + (card.available - part.amount) == card.available


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.data())
def test_what_is_left_is_never_negative_and_its_tax_is_in_proportion(net: int, tax: int, data: st.DataObject) -> None:
    total = TaxedMoney.of(net, net + tax, "USD")
    covered = data.draw(st.integers(0, net + tax))

    left = left_of(total, covered)

    assert left.gross.amount + covered == net + tax
    assert 0 <= left.net.amount <= left.gross.amount
    assert abs(left.net.amount * (net + tax) - net * left.gross.amount) * 2 <= (net + tax or 1)
    assert left_of(total, 0) == total
