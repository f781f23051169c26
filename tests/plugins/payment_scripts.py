"""How each gateway is brought to every outcome in a test. A gateway without a script fails the contract."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from commerce.payments.provider import Options
from plugins.dummy_payment.notifications import HEADER, sign


@dataclass(frozen=True)
class Script:
    """`data` that brings a payment to an outcome, answers to a challenge, and a signed notification."""

    options: Options
    approve: Mapping[str, Any]
    decline: Mapping[str, Any]
    challenge: Mapping[str, Any]
    passed: Mapping[str, Any]
    failed: Mapping[str, Any]
    charged_but_silent: Mapping[str, Any]
    lost_on_the_way: Mapping[str, Any]
    busy: Mapping[str, Any]
    signed: Any


def _dummy_notification(
    key: str, reference: str, amount: int, *, secret: str = "s3cret", age: int = 0
) -> tuple[dict[str, str], bytes]:
    body = json.dumps(
        {"key": key, "reference": reference, "status": "charged", "amount": amount, "currency": "USD"}
    ).encode()
    return {HEADER: sign(body, secret, int(time.time()) - age)}, body


def scripts(redis_url: str) -> dict[str, Script]:
    """By gateway id."""
    return {
        "dummy": Script(
            options={"redis_url": redis_url, "notification_secret": "s3cret"},
            approve={"outcome": "approve"},
            decline={"card": "4000000000000002"},
            challenge={"outcome": "3ds"},
            passed={"challenge": "passed"},
            failed={"challenge": "failed"},
            charged_but_silent={"outcome": "timeout_charged"},
            lost_on_the_way={"outcome": "timeout_lost"},
            busy={"outcome": "busy"},
            signed=_dummy_notification,
        )
    }
