"""Rates from any server that answers one JSON request (README.md beside this file is its protocol)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, ClassVar, Final

from commerce.core.http import ConnectionFailed, DeadlineExceeded, TooLarge, UnsafeAddress, send
from commerce.core.money import Money
from commerce.shipping.provider import DEADLINE_SECONDS, Options, Rate, RateRequest, RatesUnavailable

_LARGEST: Final = 256 * 1024


class JsonRates:
    """A RateProvider. Options: `url`; `token` (sent as a bearer, empty for none); `allow_private` addresses."""

    id: ClassVar[str] = "json-rates"
    name: ClassVar[str] = "JSON rates"

    def __init__(self, options: Options) -> None:
        self._url = str(options["url"])
        self._token = str(options.get("token") or "")
        self._is_private = bool(options.get("allow_private"))

    def rates(self, request: RateRequest) -> Sequence[Rate]:
        """Ask the server. Raises RatesUnavailable for silence, for any status but 200, and for what is not its form."""
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        try:
            answer = send(
                "POST",
                self._url,
                headers=headers,
                body=json.dumps(asdict(request)).encode(),
                max_bytes=_LARGEST,
                deadline_seconds=DEADLINE_SECONDS - 0.5,
                allow_private=self._is_private,
                allow_http=self._is_private,
            )
        except (ConnectionFailed, DeadlineExceeded, TooLarge, UnsafeAddress) as error:
            raise RatesUnavailable(str(error)) from error
        if answer.status != 200 or answer.truncated:
            raise RatesUnavailable(f"The server answered {answer.status}.")
        try:
            return [_rate(each, request.goods.currency) for each in json.loads(answer.body)["rates"]]
        except (ValueError, TypeError, KeyError) as error:
            raise RatesUnavailable(f"The answer is not in the form that it should have: {error}") from error


def _rate(given: Mapping[str, Any], currency: str) -> Rate:
    if given["currency"] != currency:
        raise ValueError(f"{given['currency']} instead of {currency}")
    return Rate(
        code=_text(given["code"]),
        name=_text(given["name"]),
        price=Money(_whole(given["amount"]), currency),
        minimum_delivery_days=_days(given.get("minimum_delivery_days")),
        maximum_delivery_days=_days(given.get("maximum_delivery_days")),
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{value!r} is no whole number")
    return value


def _days(value: object) -> int | None:
    return None if value is None else _whole(value)
