"""A product's place in an order, as opaque text."""

from __future__ import annotations

import base64
import binascii
import json
from datetime import datetime
from typing import Any
from uuid import UUID

from commerce.core.keyset import BadCursor, encode


def encode_cursor(order_code: str, sort_key: str | int, product_id: str) -> str:
    """The cursor of a row: which order it belongs to, its sort value (a moment as text) and its id."""
    return encode([order_code, sort_key, product_id])


def decode_cursor(cursor: str, order_code: str, value_type: type, *, path: str) -> tuple[Any, UUID]:
    """The sort value and the id in a cursor that `order_code` made. Raises BadCursor at `path` for anything else."""
    try:
        code, value, product_id = json.loads(base64.urlsafe_b64decode(cursor.encode("ascii")))
        if code != order_code:
            raise BadCursor("This cursor belongs to a list in another order.", path=(path,))
        return _typed(value, value_type), UUID(product_id)
    except (ValueError, TypeError, AttributeError, binascii.Error, RecursionError) as error:
        raise BadCursor("This is not a cursor of this list.", path=(path,)) from error


def _typed(value: Any, value_type: type) -> datetime | int | str:
    if type(value) is not (str if value_type is datetime else value_type):
        raise ValueError("not a value of this order")
    if value_type is datetime and isinstance(value, str):
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError("a moment has a time zone")
        return moment
    if isinstance(value, str) and "\x00" not in value:
        return value
    if isinstance(value, int) and abs(value) < 2**63:
        return value
    raise ValueError("out of range")
