"""What a tax service is asked about one cart, and what was kept of its answer."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from enum import Enum
from functools import cached_property
from typing import Any
from uuid import UUID

from django.utils import timezone

from commerce.taxes.models import ServiceAnswer
from commerce.taxes.provider import Consignment, ServiceTaxes, TaxedAmount


class Standing(Enum):
    """How a cart stands with its tax service."""

    NONE = "none"
    """Nobody is to be asked: the merchant's own rates hold."""
    KNOWN = "known"
    """The kept answer is of this very cart, and fresh."""
    DUE = "due"
    """The service has to be asked."""
    FAILED = "failed"
    """The service was asked a moment ago, and did not answer."""


@dataclass(frozen=True)
class Question:
    """A consignment for a service. Two carts that differ in nothing that matters to taxes are one question."""

    cart_id: UUID
    service: str
    consignment: Consignment

    @cached_property
    def key(self) -> str:
        """A hash of everything that the answer depends on."""
        text = json.dumps([self.service, asdict(self.consignment)], sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Told:
    """How a cart stands, and what the service says of it if it is known."""

    standing: Standing
    question: Question | None = None
    taxes: ServiceTaxes | None = None


NOBODY: Told = Told(Standing.NONE)


def kept_answers(cart_ids: Collection[UUID]) -> dict[UUID, ServiceAnswer]:
    """What was kept of each cart, in one statement; none without a cart."""
    return ServiceAnswer.objects.in_bulk(list(cart_ids)) if cart_ids else {}


def told(question: Question, kept: ServiceAnswer | None) -> Told:
    """What the kept answer is worth for this question."""
    if kept is None or kept.question != question.key or kept.until <= timezone.now():
        return Told(Standing.DUE, question)
    if kept.state == ServiceAnswer.State.ANSWERED and kept.answer is not None:
        return Told(Standing.KNOWN, question, thaw(kept.answer))
    return Told(Standing.FAILED if kept.state == ServiceAnswer.State.FAILED else Standing.DUE, question)


def freeze(taxes: ServiceTaxes) -> dict[str, Any]:
    """The answer as JSON."""
    return {
        "lines": {key: _frozen(each) for key, each in taxes.lines.items()},
        "shipping": _frozen(taxes.shipping),
    }


def thaw(kept: Mapping[str, Any]) -> ServiceTaxes:
    """The answer that `freeze` wrote down."""
    return ServiceTaxes({key: _thawed(each) for key, each in kept["lines"].items()}, _thawed(kept["shipping"]))


def _frozen(each: TaxedAmount) -> list[Any]:
    return [each.net, each.gross, str(each.percent)]


def _thawed(kept: list[Any]) -> TaxedAmount:
    net, gross, percent = kept
    return TaxedAmount(net, gross, Decimal(percent))
