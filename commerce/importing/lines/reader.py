"""A file of JSON Lines (https://jsonlines.org), one line after the other; never in memory as a whole."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any, BinaryIO, Final

from commerce.importing.lines.line import is_sound
from commerce.importing.report import Problem

MAX_LINE_BYTES: Final = 32 * 1024 * 1024
_MAX_DIGITS: Final = 30


def read_lines(file: BinaryIO) -> Iterator[tuple[int, dict[str, Any] | Problem]]:
    """Numbers of lines with their objects, or with what is wrong with them; blank lines are passed over."""
    buffered = io.BufferedReader(file) if isinstance(file, io.RawIOBase) else file
    number = 0
    while True:
        raw = buffered.readline(MAX_LINE_BYTES + 1)
        if not raw:
            return
        number += 1
        if len(raw) > MAX_LINE_BYTES:
            while raw and not raw.endswith(b"\n"):
                raw = buffered.readline(MAX_LINE_BYTES)
            yield number, _problem(number, f"The line has more than {MAX_LINE_BYTES} bytes.")
        elif raw.strip():
            yield number, _parsed(number, raw)


def _parsed(number: int, raw: bytes) -> dict[str, Any] | Problem:
    try:
        value = json.loads(raw.decode("utf-8-sig" if number == 1 else "utf-8"), parse_int=_integer, parse_constant=_no)
    except UnicodeDecodeError:
        return _problem(number, "The line is not UTF-8.")
    except (ValueError, RecursionError) as error:
        return _problem(number, f"The line is not JSON: {error}")
    if not isinstance(value, dict):
        return _problem(number, "The line is not a JSON object.")
    if not is_sound(value):
        return _problem(number, "A text has a character in it that is none (NUL, or half of a pair).")
    return value


def _integer(digits: str) -> int:
    if len(digits) > _MAX_DIGITS:
        raise ValueError("a number is too long")
    return int(digits)


def _no(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON")


def _problem(number: int, reason: str) -> Problem:
    return Problem(number, "", "", reason)
