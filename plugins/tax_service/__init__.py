"""A tax service behind one HTTP address: our question as JSON, its answer as JSON (README.md)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar, Final

from commerce.core.http import ConnectionFailed, DeadlineExceeded, UnsafeAddress, send
from commerce.taxes.provider import (
    DEADLINE_SECONDS,
    CannotTax,
    Consignment,
    Options,
    ServiceTaxes,
    ServiceUnavailable,
    TaxedAmount,
)

_LARGEST: Final = 1_000_000
_LONGEST_MESSAGE: Final = 200


class HttpTaxService:
    """Options: `url`, `token` (sent as a bearer token), `allow_private` (the service may be in our own network)."""

    id: ClassVar[str] = "http"
    name: ClassVar[str] = "Tax service by HTTP"

    def __init__(self, options: Options) -> None:
        self._url = str(options.get("url") or "")
        self._token = str(options.get("token") or "")
        self._in_house = bool(options.get("allow_private"))
        self._seconds = float(options.get("deadline_seconds") or DEADLINE_SECONDS)

    def taxes_of(self, consignment: Consignment) -> ServiceTaxes:
        """One request, one answer. 200 is an answer, 422 says that this cannot be taxed, anything else is trouble."""
        if not self._url:
            raise ServiceUnavailable("TAX_SERVICE_URL is not set.")
        headers = {"Content-Type": "application/json"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        try:
            answer = send(
                "POST",
                self._url,
                headers=headers,
                body=json.dumps(asdict(consignment)).encode(),
                max_bytes=_LARGEST,
                deadline_seconds=self._seconds,
                allow_private=self._in_house,
                allow_http=self._in_house,
            )
        except (ConnectionFailed, DeadlineExceeded, UnsafeAddress) as error:
            raise ServiceUnavailable(str(error)) from error
        if answer.status == 422:
            raise CannotTax(answer.body[:_LONGEST_MESSAGE].decode(errors="replace"))
        if answer.status != 200:
            raise ServiceUnavailable(f"It answered with {answer.status}.")
        return _read(answer.body)


def _read(body: bytes) -> ServiceTaxes:
    try:
        said = json.loads(body)
        lines = {str(each["line_id"]): _amount(each) for each in said["lines"]}
        return ServiceTaxes(lines, _amount(said["shipping"]))
    except (ValueError, KeyError, TypeError, InvalidOperation) as error:
        raise ServiceUnavailable(f"Its answer cannot be read: {error!r}") from error


def _amount(said: Mapping[str, Any]) -> TaxedAmount:
    net, gross = said["net"], said["gross"]
    if type(net) is not int or type(gross) is not int:
        raise TypeError("net and gross are whole minor units")
    return TaxedAmount(net, gross, Decimal(str(said["percent"])))
