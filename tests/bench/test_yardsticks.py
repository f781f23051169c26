"""The yardsticks stay what they are, and answer what the shop answers."""

from __future__ import annotations

from hashlib import sha256

import pytest

from tests.bench.documents import FOLDER

FROZEN = {
    "attributes.py": "6a6765512188bdc9",
    "batched.py": "b4a6b8ee36885c9d",
    "detail.graphql": "a7c9eb6ca6d5e762",
    "list.graphql": "657e4a9ea4106c51",
    "plain.py": "aa928bc304797f27",
    "rows.py": "6d89b7465896229b",
    "trivial.graphql": "14d9e538c5e15b5f",
}


@pytest.mark.parametrize("name", FROZEN)
def test_a_yardstick_never_changes(name: str) -> None:
    content = (FOLDER / name).read_bytes()
    assert sha256(content).hexdigest().startswith(FROZEN[name]), (
        f"{name} has changed: figures taken with it before and after cannot be compared. "
        "Write a new yardstick beside it instead."
    )


def test_no_yardstick_is_forgotten() -> None:
    found = {path.name for path in FOLDER.iterdir() if path.suffix in (".py", ".graphql")}
    assert found - {"__init__.py"} == FROZEN.keys()
