"""Codes that people type: one key for all the ways to write one, and codes that nobody guesses."""

from __future__ import annotations

import secrets
import unicodedata
from typing import Final

from commerce.core.errors import InvalidInput
from commerce.core.text import is_storable

LONGEST_CODE: Final = 100
ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Of a generated code: nothing in it looks like anything else. 12 of them are more than 59 bits."""
GENERATED_LENGTH: Final = 12
_GROUP: Final = 4
_LOOK_ALIKES: Final = str.maketrans({"o": "0", "i": "1", "l": "1", "-": None, "‐": None, "–": None, "_": None})


def code_key(code: str) -> str:
    """What two spellings of one code share: NFKC, case folded, no spaces and dashes, O as 0, I and L as 1.

    So nobody is turned away for a zero that looked like a letter; two codes that differ in nothing else cannot both
    exist.
    """
    while (key := _folded(code)) != code:  # taking a space out can let two signs become one
        code = key
    return key


def _folded(code: str) -> str:
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", code).casefold())
    return "".join(folded.split()).translate(_LOOK_ALIKES)


def checked_code(code: str, *, path: tuple[str, ...]) -> tuple[str, str]:
    """The code as it is shown and its key. Raises InvalidInput at `path`."""
    shown = unicodedata.normalize("NFKC", code).strip() if is_storable(code) else ""
    if not shown or len(shown) > LONGEST_CODE or not shown.isprintable():
        raise InvalidInput(f"A code has 1 to {LONGEST_CODE} plain characters.", path=path)
    key = code_key(shown)
    if not key:
        raise InvalidInput("A code needs letters or digits.", path=path)
    return shown, key


def generated_code(prefix: str = "", *, length: int = GENERATED_LENGTH) -> str:
    """A new code of `length` letters that cannot be guessed, in groups of four: ABCD-EFGH-JKMN."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(length))
    groups = [letters[start : start + _GROUP] for start in range(0, len(letters), _GROUP)]
    return "-".join([prefix, *groups] if prefix else groups)
