"""What the twelve kinds of attributes allow."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from commerce.attributes.models import Attribute
from commerce.core.errors import InvalidInput, Required
from commerce.core.text import require_text

Kind = Attribute.InputType

CHOICES: Final = frozenset({Kind.DROPDOWN, Kind.MULTISELECT, Kind.SWATCH})
"""Their values are made by the merchant, and products choose among them."""
REFERENCES: Final = frozenset({Kind.REFERENCE, Kind.SINGLE_REFERENCE})
OWNED: Final = frozenset({Kind.PLAIN_TEXT, Kind.RICH_TEXT, Kind.FILE, *REFERENCES})
"""A value of theirs belongs to one product, variant or page. Values of the others are shared by all who have them."""
SEVERAL: Final = frozenset({Kind.MULTISELECT, Kind.REFERENCE})
"""Of these a thing may have several."""
SELECTING: Final = frozenset({Kind.DROPDOWN, Kind.SWATCH, Kind.BOOLEAN, Kind.NUMERIC})
"""Shoppers can choose a variant by these."""
FILTERABLE: Final = frozenset({*CHOICES, Kind.BOOLEAN, Kind.NUMERIC, Kind.DATE, Kind.DATE_TIME})

_HEX: Final = re.compile(r"#[0-9a-fA-F]{3}(?:[0-9a-fA-F]{3}(?:[0-9a-fA-F]{2})?)?")
_NOT_IN_ADDRESSES: Final = re.compile(r"[\x00-\x20\x7f\\<>\"]")
_LONGEST_ADDRESS: Final = 500


def check_attribute(values: Mapping[str, Any]) -> None:
    """Raise Required or InvalidInput for columns of an attribute that do not go together."""
    kind = values["input_type"]
    if kind in REFERENCES and not values["entity_type"]:
        raise Required("A reference names what it points to.", path=("entityType",))
    if values["entity_type"] and kind not in REFERENCES:
        raise InvalidInput("Only references point to something.", path=("entityType",))
    if values["unit"] and kind != Kind.NUMERIC:
        raise InvalidInput("Only numbers have a unit.", path=("unit",))
    if values["filterable"] and kind not in FILTERABLE:
        raise InvalidInput("Shoppers cannot filter by this kind.", path=("filterableInStorefront",))


def checked_colour(text: str, *, path: tuple[str, ...]) -> str:
    """A colour such as #1e40af in lower case, or nothing. Raises InvalidInput."""
    text = text.strip()
    if text and not _HEX.fullmatch(text):
        raise InvalidInput("A colour is written like #1e40af.", path=path)
    return text.lower()


def checked_address(text: str, *, path: tuple[str, ...]) -> str:
    """The address of a file: https, http, or a path of ours. Raises InvalidInput."""
    text = text.strip()
    require_text(text, _LONGEST_ADDRESS, path=path)
    try:
        parts = urlsplit(text)
        is_ours = text.startswith("/") and not text.startswith("//")
        is_absolute = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        is_ours = is_absolute = False
    if not (is_ours or is_absolute) or _NOT_IN_ADDRESSES.search(text):
        raise InvalidInput("A file has an address that begins with https://, http:// or /.", path=path)
    return text
