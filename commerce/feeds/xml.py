"""XML as text, piece by piece: a feed is never held whole."""

from __future__ import annotations

import re
from typing import Final
from xml.sax.saxutils import escape, quoteattr

DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'

# What XML 1.0 has no place for, however it is written: https://www.w3.org/TR/xml/#charsets
_NO_CHARACTER: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def text(value: str) -> str:
    """`value` between tags."""
    return escape(_NO_CHARACTER.sub("", value))


def attribute(value: str) -> str:
    """`value` with the quotes around it."""
    return quoteattr(_NO_CHARACTER.sub("", value))


def element(name: str, value: str) -> str:
    """`<name>value</name>`."""
    return f"<{name}>{text(value)}</{name}>"
