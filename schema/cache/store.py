"""What Redis holds: entries, the versions of tags, the clock of changes, and the lease.

The version of a tag is made when somebody first needs it and deleted when something of the tag is written; an entry
holds while the versions of all its tags are those that it has noted. No two versions are ever equal, so whatever Redis
forgets (evicted, expired, flushed) makes entries invalid and never valid again.

The clock counts up with every change. It begins at the time in microseconds, so that after a loss it goes on above
everything that it has ever said.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from commerce.core.breaker import Breaker
from schema.cache.tags import ALL

TIMEOUT_SECONDS: Final = 0.1
LEASE_MS: Final = 300
SLOWEST_RENEWAL_MS: Final = 150
MOST_TAGS: Final = 1_000
_TAG_SECONDS: Final = 3600
_TOLD_SECONDS: Final = 300
# The braces keep all keys in one slot of a cluster, where a script may use them together.
_PREFIX: Final = "{handcart:answers}:"
_CLOCK: Final = f"{_PREFIX}clock"
_LEASE: Final = f"{_PREFIX}lease"
_SERVER: Final = f"{_PREFIX}server"

_TICK: Final = """
local time = redis.call('TIME')
if redis.call('EXISTS', KEYS[1]) == 0 then
    redis.call('SET', KEYS[1], string.format('%.0f', time[1] * 1000000 + time[2]))
end
"""
# KEYS: clock, lease, tags. ARGV: what makes new versions unique.
_LOOK: Final = f"""
{_TICK}
local clock = redis.call('GET', KEYS[1])
local found = {{clock, redis.call('PTTL', KEYS[2]), math.floor(time[1] * 1000 + time[2] / 1000)}}
for place = 3, #KEYS do
    local version = redis.call('GET', KEYS[place])
    if not version then
        version = clock .. '.' .. ARGV[1]
        redis.call('SET', KEYS[place], version, 'EX', {_TAG_SECONDS})
    end
    found[#found + 1] = version
end
return found
"""
# KEYS: clock, then `ARGV[1]` tags, then the notes that these touches have been told.
_TOUCH: Final = f"""
{_TICK}
local tags = tonumber(ARGV[1])
for place = 2, tags + 1 do redis.call('DEL', KEYS[place]) end
for place = tags + 2, #KEYS do redis.call('SET', KEYS[place], '', 'EX', {_TOLD_SECONDS}) end
return redis.call('INCR', KEYS[1])
"""
# KEYS: lease. ARGV: when the renewal began, in milliseconds of this server. A command that comes late (the server hung)
# grants nothing.
_GRANT: Final = f"""
local time = redis.call('TIME')
if time[1] * 1000 + time[2] / 1000 - ARGV[1] > {SLOWEST_RENEWAL_MS} then return 0 end
redis.call('SET', KEYS[1], '', 'PX', {LEASE_MS})
return 1
"""


@dataclass(frozen=True, slots=True)
class Glance:
    """Redis at one moment: the clock, the milliseconds that the lease still runs (<= 0: not at all), the versions of
    the tags that were asked for, and the server's own time in milliseconds."""

    clock: int
    lease_ms: int
    time_ms: int
    versions: Mapping[str, str]


class Store:
    """The commands. Each raises Unavailable within a tenth of a second when Redis does not answer. Thread-safe."""

    def __init__(self, url: str) -> None:
        self._redis = redis.Redis.from_url(
            url,
            socket_connect_timeout=TIMEOUT_SECONDS,
            socket_timeout=TIMEOUT_SECONDS,
            retry=Retry(NoBackoff(), 0),
        )
        self._breaker = Breaker(redis.RedisError, name="the cache of answers")
        self._look = self._redis.register_script(_LOOK)
        self._touch = self._redis.register_script(_TOUCH)
        self._grant = self._redis.register_script(_GRANT)

    def entry(self, key: str) -> bytes | None:
        """The entry under `key`."""
        with self._breaker.closed():
            return cast("bytes | None", self._redis.get(f"{_PREFIX}entry:{key}"))

    def keep(self, key: str, entry: bytes, milliseconds: int) -> None:
        """Keep an entry for so long."""
        with self._breaker.closed():
            self._redis.set(f"{_PREFIX}entry:{key}", entry, px=milliseconds)

    def glance(self, tags: Collection[str]) -> Glance:
        """The state of things, with the versions of `tags`, which get one if they have none."""
        names = list(tags)
        with self._breaker.closed():
            found = cast(
                list[Any],
                self._look(keys=[_CLOCK, _LEASE, *map(_tag, names)], args=[secrets.token_urlsafe(9)]),
            )
        clock, lease_ms, time_ms, *versions = found
        return Glance(
            int(clock), lease_ms, time_ms, {tag: text.decode() for tag, text in zip(names, versions, strict=True)}
        )

    def touch(self, tags: Iterable[str], touches: Iterable[int]) -> int:
        """Make every entry with one of `tags` invalid, note that `touches` have been told; the clock after that."""
        names = [_tag(tag) for tag in narrowed(tags)]
        notes = [_told(touch) for touch in touches]
        with self._breaker.closed():
            return int(cast(int, self._touch(keys=[_CLOCK, *names, *notes], args=[len(names)])))

    def told(self, touches: Collection[int]) -> set[int]:
        """Those of `touches` that have been told already."""
        asked = list(touches)
        if not asked:
            return set()
        with self._breaker.closed():
            notes = cast(list[Any], self._redis.mget([_told(touch) for touch in asked]))
        return {touch for touch, note in zip(asked, notes, strict=True) if note is not None}

    def distrust_another_server(self) -> None:
        """Forget everything if this server was started since it was last asked: it may have come back with old data."""
        with self._breaker.closed():
            this = str(self._redis.info("server").get("run_id", ""))
            known = cast("bytes | None", self._redis.get(_SERVER))
            if known is None or known.decode() != this:
                self._touch(keys=[_CLOCK, _tag(ALL)], args=[1])
                self._redis.set(_SERVER, this)

    def grant(self, began_ms: int) -> bool:
        """Renew the lease, unless more than SLOWEST_RENEWAL_MS passed since `began_ms`, the server's own time."""
        with self._breaker.closed():
            return bool(self._grant(keys=[_LEASE], args=[began_ms]))


def narrowed(tags: Iterable[str]) -> set[str]:
    """The tags, or ALL in the place of very many."""
    several = set(tags)
    return several if len(several) <= MOST_TAGS else {ALL}


def _tag(tag: str) -> str:
    return f"{_PREFIX}tag:{tag}"


def _told(touch: int) -> str:
    return f"{_PREFIX}told:{touch}"
