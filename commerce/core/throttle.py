"""Counting attempts in Redis, so that secrets cannot be tried out.

The count goes up before the secret is looked at: attempts at the same moment do not slip past it.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

_TIMEOUT_SECONDS: Final = 1.0
_IPV6_NETWORK: Final = 64


class CannotCount(Exception):
    """Redis does not answer: nobody can count."""


@dataclass(frozen=True, slots=True)
class Limit:
    """So many failures, in so many milliseconds from the first of them."""

    name: str
    failures: int
    milliseconds: int


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


def count_attempt(limits: Mapping[str, Limit]) -> int:
    """Count one attempt at each key; 0, or the whole seconds to wait if one of them is at its limit. CannotCount."""
    arguments = [number for limit in limits.values() for number in (limit.failures, limit.milliseconds)]
    return -(-int(_run(_COUNT, list(limits), arguments)) // 1000)


def forgive_attempt(limits: Mapping[str, Limit]) -> None:
    """Take one attempt back at each key: only failures count. Raises CannotCount."""
    _run(_FORGIVE, list(limits), [])


def network_of(ip: str) -> str:
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


def _run(script: str, keys: list[str], arguments: list[int]) -> Any:
    try:
        return _client(settings.REDIS_URL).eval(script, len(keys), *keys, *arguments)
    except redis.RedisError as error:
        raise CannotCount(str(error)) from error


@cache
def _client(url: str) -> redis.Redis:
    return redis.Redis.from_url(
        url, socket_connect_timeout=_TIMEOUT_SECONDS, socket_timeout=_TIMEOUT_SECONDS, retry=Retry(NoBackoff(), 0)
    )
