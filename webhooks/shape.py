"""What an endpoint's settings may look like."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from commerce.core.errors import InvalidInput
from webhooks.catalogue import event_types
from webhooks.models import EVERY_TYPE

_HEADER_NAME: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}\Z")
_HEADER_VALUE: Final = re.compile(r"[\x20-\x7e]{0,2000}\Z")
_MAX_HEADERS: Final = 20
_MAX_TYPES: Final = 200
# RFC 9110, 7.6.1: they belong to the connection, which is ours; so do the body's own, and our signature.
_OURS: Final = frozenset(
    {"connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "trailer"}
    | {"transfer-encoding", "upgrade", "host", "expect", "user-agent", "accept-encoding"}
    | {"content-length", "content-type", "content-encoding"}
)


def check_event_types(types: Sequence[str]) -> None:
    """Raise InvalidInput unless `types` are names in the catalogue, or "*" for all of it."""
    if not types or len(types) > _MAX_TYPES:
        raise InvalidInput(f"Name 1 to {_MAX_TYPES} event types, or {EVERY_TYPE!r}.", path=("event_types",))
    for index, name in enumerate(types):
        if name != EVERY_TYPE and name not in event_types():
            raise InvalidInput("The shop has no event of this type.", path=("event_types", str(index)))


def check_headers(headers: Mapping[str, str]) -> None:
    """Raise InvalidInput for a header that is malformed, or not the partner's to set."""
    if len(headers) > _MAX_HEADERS:
        raise InvalidInput(f"No more than {_MAX_HEADERS} headers.", path=("custom_headers",))
    for name, value in headers.items():
        if not _HEADER_NAME.match(name) or not isinstance(value, str) or not _HEADER_VALUE.match(value):
            raise InvalidInput(f"{name!r} is not a header that can be sent.", path=("custom_headers", name))
        if name.lower() in _OURS or name.lower().startswith("webhook-"):
            raise InvalidInput(f"The header {name} is set by the shop.", path=("custom_headers", name))
