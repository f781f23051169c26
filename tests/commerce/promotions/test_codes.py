"""Codes as people type them, and codes that nobody guesses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.core.codes import ALPHABET, checked_code, code_key, generated_code
from commerce.core.errors import InvalidInput


@pytest.mark.parametrize(
    "typed", ["summer-10", " SUMMER 10 ", "SUMMER1O", "ＳＵＭＭＥＲ－１０", "summer l0", "Summer_10"]
)
def test_all_of_these_are_one_code(typed: str) -> None:
    assert code_key(typed) == code_key("SUMMER-10")


@given(st.text(max_size=50))
def test_a_key_is_its_own_key(text: str) -> None:
    assert code_key(code_key(text)) == code_key(text)


def test_generated_codes_have_nothing_that_looks_like_anything_else() -> None:
    assert not set(ALPHABET) & set("O0I1L")
    codes = {generated_code("SALE") for _ in range(200)}
    assert len({code_key(code) for code in codes}) == 200
    assert all(code.startswith("SALE-") and len(code) == 19 for code in codes)


@pytest.mark.parametrize("code", ["", "  ", "--", "a\x00b", "a\nb", "\ud800", "x" * 101])
def test_what_is_no_code(code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        checked_code(code, path=("code",))
    assert refused.value.path == ("code",)
