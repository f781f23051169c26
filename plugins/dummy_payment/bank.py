"""The books of the pretended bank, in Redis: they outlive the shop's processes, as a real bank's do."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final, cast
from uuid import uuid4

import orjson
import redis
from redis.client import Pipeline

from commerce.core.money import Money
from commerce.core.values import quickly_made
from commerce.payments.provider import OutcomeUnknown, Status

KEPT_SECONDS: Final = 30 * 86_400
# What the key made before, or nothing, and then the payment is kept. Redis lets nobody in between.
_OPEN: Final = """
local known = redis.call('GET', KEYS[1])
if known then return redis.call('GET', ARGV[1] .. known) end
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[4])
redis.call('SET', ARGV[1] .. ARGV[2], ARGV[3], 'EX', ARGV[4])
return false
"""


@quickly_made
@dataclass(frozen=True, slots=True)
class Payment:
    """One payment as the bank knows it; amounts in minor units. `wanted` is what it becomes when it succeeds."""

    reference: str
    key: str
    amount: int
    currency: str
    wanted: Status
    status: Status
    authorized: int = 0
    charged: int = 0
    refunded: int = 0
    message: str = ""

    @classmethod
    def asked(cls, key: str, amount: Money, wanted: Status) -> Payment:
        """A new one, of which nothing has moved yet."""
        return cls(f"dummy-{uuid4()}", key, amount.amount, amount.currency, wanted, Status.DECLINED)

    def paid(self) -> Payment:
        """The payment, after the money was set aside or taken."""
        if self.wanted is Status.CHARGED:
            return replace(self, status=Status.CHARGED, charged=self.amount)
        return replace(self, status=Status.AUTHORIZED, authorized=self.amount)

    def is_for_the_same(self, other: Payment) -> bool:
        """Whether both move the same money in the same way."""
        return (self.amount, self.currency, self.wanted) == (other.amount, other.currency, other.wanted)

    def dump(self) -> str:
        """As text."""
        return orjson.dumps(self).decode()

    @classmethod
    def load(cls, text: str) -> Payment:
        """From text."""
        fields = json.loads(text)
        return cls(**fields | {"wanted": Status(fields["wanted"]), "status": Status(fields["status"])})


Step = Callable[[Payment], Payment | None]
"""A change of a payment; None refuses it."""


class Bank:
    """Opens and changes payments, once for each key. Raises OutcomeUnknown when Redis does not answer."""

    def __init__(self, url: str, prefix: str) -> None:
        self._client = redis.Redis.from_url(url, socket_timeout=5, socket_connect_timeout=2, decode_responses=True)
        self._prefix = prefix
        self._open = self._client.register_script(_OPEN)

    def open(self, payment: Payment) -> Payment | None:
        """Keep a new payment. The one that its key made before is returned instead, or None if that was another one."""
        given: list[str | int] = [self._payment(""), payment.reference, payment.dump(), KEPT_SECONDS]
        try:
            known = cast(str | None, self._open(keys=[self._key(payment.key)], args=given))
        except redis.RedisError as error:
            raise OutcomeUnknown("The test gateway's Redis did not answer.") from error
        if known is None:
            return payment
        found = Payment.load(known)
        return found if found.is_for_the_same(payment) else None

    def change(self, reference: str, step: Step, *, key: str, request: list[Any]) -> Payment | None:
        """Apply `step` to a payment, once for each key; None if it refuses, or if the key came with another request."""

        def write(pipe: Pipeline) -> Any:
            text, answered = self._text(pipe, self._payment(reference)), self._text(pipe, self._key(key))
            if answered is not None:
                first = json.loads(answered)
                same = first["request"] == [reference, *request]
                return Payment.load(first["answer"]) if same and first["answer"] else None
            changed = step(Payment.load(text)) if text is not None else None
            pipe.multi()
            answer = {"request": [reference, *request], "answer": changed.dump() if changed else None}
            pipe.set(self._key(key), json.dumps(answer), ex=KEPT_SECONDS)
            if changed is not None:
                pipe.set(self._payment(reference), changed.dump(), ex=KEPT_SECONDS)
            return changed

        return self._atomically(write, self._payment(reference), self._key(key))

    def look(self, reference: str) -> Payment | None:
        """The payment as it stands."""
        text = self._ask(self._payment(reference))
        return Payment.load(text) if text is not None else None

    def made_with(self, key: str) -> Payment | None:
        """The payment that was opened with `key`."""
        reference = self._ask(self._key(key))
        return self.look(reference) if reference is not None else None

    def _ask(self, name: str) -> str | None:
        try:
            return self._text(self._client, name)
        except redis.RedisError as error:
            raise OutcomeUnknown("The test gateway's Redis did not answer.") from error

    def _atomically(self, write: Callable[[Pipeline], Any], *watched: str) -> Payment | None:
        try:
            return cast(Payment | None, self._client.transaction(write, *watched, value_from_callable=True))
        except redis.RedisError as error:
            raise OutcomeUnknown("The test gateway's Redis did not answer.") from error

    @staticmethod
    def _text(client: redis.Redis | Pipeline, name: str) -> str | None:
        return cast(str | None, client.get(name))

    def _key(self, key: str) -> str:
        return f"{self._prefix}key:{key}"

    def _payment(self, reference: str) -> str:
        return f"{self._prefix}payment:{reference}"
