"""What can be wrong with an endpoint or a delivery."""

from __future__ import annotations

from typing import ClassVar

from commerce.core.errors import CommerceError


class UnsafeUrl(CommerceError):
    """The address is malformed, not https, or leads into a network that is not public."""

    code: ClassVar[str] = "INVALID"


class EndpointDisabled(CommerceError):
    """Nothing is sent to this endpoint until it is enabled again."""

    code: ClassVar[str] = "ENDPOINT_DISABLED"
