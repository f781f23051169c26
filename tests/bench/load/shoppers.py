"""Shoppers who buy over HTTP, each with three calls, in a process of its own.

Plain asyncio streams, one kept connection for each shopper who is in the shop. What is sent is rendered by hand and
what comes back is searched for its ids, so that the load takes little of the processor that the shop runs on.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

from tests.scenarios.frontend import ADDRESS

PATIENCE: Final = 60.0

CREATE: Final = """mutation($input: CheckoutCreateInput!) { checkoutCreate(input: $input) {
  checkout { id totalPrice { gross { amount } } lines { id quantity totalPrice { gross { amount } } } }
  errors { code field message } } }"""
UPDATE: Final = """mutation($id: ID!, $input: CheckoutUpdateInput!) { checkoutUpdate(id: $id, input: $input) {
  checkout { id totalPrice { gross { amount } } shippingPrice { gross { amount } } problems { __typename } }
  errors { code field message } } }"""
COMPLETE: Final = """mutation($id: ID!, $payment: PaymentGatewayToInitialize, $total: PositiveDecimal) {
  checkoutComplete(id: $id, payment: $payment, expectedTotal: $total) {
  order { id number total { gross { amount } } } errors { code field message } } }"""

_ID: Final = re.compile(rb'"checkout":\{"id":"([^"]+)"')
_TOTAL: Final = re.compile(rb'"totalPrice":\{"gross":\{"amount":([0-9.]+)\}\}')
_CODE: Final = re.compile(rb'"code":"([A-Z_]+)"')
_NUMBER: Final = re.compile(rb'"number":"(\d+)"')


@dataclass
class Takings:
    """What came of it: orders and refusals by code, seconds of whole purchases and of single calls."""

    outcomes: Counter[str] = field(default_factory=Counter)
    purchases: list[float] = field(default_factory=list)
    calls: list[float] = field(default_factory=list)
    seconds: float = 0.0


@dataclass(frozen=True)
class Plan:
    """What is bought, and how: `variants` in turns, shipped by `method`."""

    port: int
    variants: list[str]
    method: str
    channel: str


class Shopper:
    """One kept connection. The kernel decides which worker it leads to."""

    def __init__(self, plan: Plan, takings: Takings) -> None:
        self.plan, self.takings = plan, takings
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def buy(self, variant: str) -> None:
        """Open a cart, choose how it is delivered, pay. Notes how it ended."""
        began = time.perf_counter()
        lines = [{"variantId": variant, "quantity": 1}]
        cart = {
            "channel": self.plan.channel,
            "email": "shopper@example.com",
            "lines": lines,
            "shippingAddress": ADDRESS,
            "billingAddress": ADDRESS,
        }
        answer = await self.ask(CREATE, {"input": cart})
        found = _ID.search(answer)
        if found is None or b'"errors":[]' not in answer:
            return self.note(answer)
        key = found[1].decode()
        answer = await self.ask(UPDATE, {"id": key, "input": {"deliveryMethodId": self.plan.method}})
        total = _TOTAL.search(answer)
        if total is None or b'"errors":[]' not in answer:
            return self.note(answer)
        payment = {"id": "dummy", "data": {"outcome": "approve"}}
        answer = await self.ask(COMPLETE, {"id": key, "payment": payment, "total": total[1].decode()})
        self.note(answer)
        if _NUMBER.search(answer):
            self.takings.purchases.append(time.perf_counter() - began)
        return None

    def note(self, answer: bytes) -> None:
        """Count an order, or the refusal's code."""
        code = _CODE.search(answer)
        outcome = "order" if _NUMBER.search(answer) else code[1].decode() if code else "unreadable"
        if outcome == "unreadable":
            print(answer[:500], file=sys.stderr)
        self.takings.outcomes[outcome] += 1

    async def ask(self, document: str, variables: dict[str, Any]) -> bytes:
        """The body of the answer."""
        if self._writer is None:
            self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self.plan.port)
        assert self._reader is not None
        body = json.dumps({"query": document, "variables": variables}).encode()
        head = (
            f"POST /graphql/ HTTP/1.1\r\nHost: 127.0.0.1:{self.plan.port}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        began = time.perf_counter()
        self._writer.write(head.encode() + body)
        answer = await asyncio.wait_for(self._read(self._reader), PATIENCE)
        self.takings.calls.append(time.perf_counter() - began)
        return answer

    @staticmethod
    async def _read(reader: asyncio.StreamReader) -> bytes:
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = re.search(rb"content-length: (\d+)", head)
        assert length is not None, head
        return await reader.readexactly(int(length[1]))

    def leave(self) -> None:
        """Close the connection."""
        if self._writer is not None:
            self._writer.close()


async def steady(plan: Plan, *, shoppers: int, seconds: float) -> Takings:
    """`shoppers` at a time, each buying one thing after another, for `seconds`."""
    takings = Takings()
    end = time.perf_counter() + seconds

    async def stay(first: int) -> None:
        shopper, turn = Shopper(plan, takings), first
        while time.perf_counter() < end:
            await shopper.buy(plan.variants[turn % len(plan.variants)])
            turn += shoppers
        shopper.leave()

    began = time.perf_counter()
    await asyncio.gather(*(stay(number) for number in range(shoppers)))
    takings.seconds = time.perf_counter() - began
    return takings


async def rush(plan: Plan, *, shoppers: int, seconds: float) -> Takings:
    """`shoppers` who come evenly spread over `seconds`, each to buy once."""
    takings = Takings()

    async def come(number: int) -> None:
        await asyncio.sleep(number * seconds / shoppers)
        shopper = Shopper(plan, takings)
        await shopper.buy(plan.variants[number % len(plan.variants)])
        shopper.leave()

    began = time.perf_counter()
    await asyncio.gather(*(come(number) for number in range(shoppers)))
    takings.seconds = time.perf_counter() - began
    return takings


def main() -> None:
    """Read what to do from standard input, do it, and print what came of it, both as JSON."""
    order = json.load(sys.stdin)
    plan = Plan(**order["plan"])
    run = {"steady": steady, "rush": rush}[order["mode"]]
    takings = asyncio.run(run(plan, shoppers=order["shoppers"], seconds=order["seconds"]))
    json.dump(
        {
            "outcomes": takings.outcomes,
            "purchases": takings.purchases,
            "calls": takings.calls,
            "seconds": takings.seconds,
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main()
