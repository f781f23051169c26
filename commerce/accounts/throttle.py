"""Counting attempts to sign in, by account and by address, so that passwords cannot be tried out.

The count is in Redis and goes up before the password is looked at: attempts at the same moment do not slip past it.
Without Redis nobody can count, and nobody signs in.
"""

from __future__ import annotations

import ipaddress
import logging
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

from commerce.accounts.email import normalised
from commerce.accounts.errors import SignInDelayed, SignInUnavailable
from commerce.core.keys import keyed_digest

logger = logging.getLogger(__name__)

_MINUTE: Final = 60_000
_TIMEOUT_SECONDS: Final = 1.0
_IPV6_NETWORK: Final = 64


@dataclass(frozen=True, slots=True)
class _Limit:
    """So many failures, in so many milliseconds from the first of them."""

    name: str
    failures: int
    milliseconds: int


# One address at one account: a person who forgot. An account from anywhere, or an address at anything: an attack.
_BOTH: Final = _Limit("both", 5, 5 * _MINUTE)
_ACCOUNT: Final = _Limit("account", 50, 60 * _MINUTE)
_ADDRESS: Final = _Limit("address", 100, 15 * _MINUTE)

# Count all keys up, or none if one is at its limit: then the milliseconds until it is free.
_COUNT: Final = """
local wait = 0
for i, key in ipairs(KEYS) do
    if tonumber(redis.call('GET', key) or '0') >= tonumber(ARGV[2 * i - 1]) then
        wait = math.max(wait, redis.call('PTTL', key))
    end
end
if wait > 0 then return wait end
for i, key in ipairs(KEYS) do
    if redis.call('INCR', key) == 1 then redis.call('PEXPIRE', key, ARGV[2 * i]) end
end
return 0
"""

# Take one attempt back where it was counted, without bringing an expired key to life.
_FORGIVE: Final = """
for _, key in ipairs(KEYS) do
    if tonumber(redis.call('GET', key) or '0') > 0 then redis.call('DECR', key) end
end
"""


class Attempt:
    """One attempt to sign in to the account of `email` from the address `ip` ("" if it is not known)."""

    def __init__(self, *, email: str, ip: str) -> None:
        account = keyed_digest("sign-in throttle", normalised(email))
        network = _network(ip)
        self._account = account
        self._limits = {
            _key(_BOTH, f"{account}:{network}"): _BOTH,
            _key(_ACCOUNT, account): _ACCOUNT,
            _key(_ADDRESS, network): _ADDRESS,
        }

    def count(self) -> None:
        """Count it. Raises SignInDelayed (`retry_after_seconds`) at a limit, SignInUnavailable without Redis."""
        arguments = [number for limit in self._limits.values() for number in (limit.failures, limit.milliseconds)]
        wait = int(_run(_COUNT, list(self._limits), arguments))
        if wait:
            seconds = -(-wait // 1000)
            logger.warning("sign-in throttled for %s s, account %s", seconds, self._account[:12])
            raise SignInDelayed("Too many attempts. Try again later.", retry_after_seconds=seconds)

    def forgive(self) -> None:
        """It was the right password: only failures count. Raises SignInUnavailable without Redis."""
        _run(_FORGIVE, list(self._limits), [])


def _run(script: str, keys: list[str], arguments: list[int]) -> Any:
    try:
        return _client(settings.REDIS_URL).eval(script, len(keys), *keys, *arguments)
    except redis.RedisError as error:
        logger.error("nobody can sign in, Redis does not count: %s", error)  # noqa: TRY400 - the cause is Redis
        raise SignInUnavailable("Signing in is not possible at the moment.") from None


@cache
def _client(url: str) -> redis.Redis:
    return redis.Redis.from_url(
        url, socket_connect_timeout=_TIMEOUT_SECONDS, socket_timeout=_TIMEOUT_SECONDS, retry=Retry(NoBackoff(), 0)
    )


def _key(limit: _Limit, subject: str) -> str:
    return f"handcart:sign-in:{limit.name}:{subject}"


def _network(ip: str) -> str:
    """One customer of a provider: an IPv4 address, or the /64 that everybody with IPv6 has to choose from."""
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, _IPV6_NETWORK), strict=False))
    return str(address)
