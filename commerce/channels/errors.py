"""What can be wrong with a channel that somebody names."""

from __future__ import annotations

from commerce.core.errors import CommerceError, NotFound


class ChannelNotFound(NotFound):
    """No channel has this slug. There is no default channel: prices of another market are worse than an error."""

    code = "NOT_FOUND"


class AllocationStrategyNotFound(NotFound):
    """Neither the shop nor a plugin has this allocation strategy."""


class ChannelInactive(CommerceError):
    """The channel exists but is switched off for shoppers."""

    code = "CHANNEL_INACTIVE"


class ChannelRequired(CommerceError):
    """The question only makes sense in a channel, and none was named."""

    code = "MISSING_CHANNEL_SLUG"
