"""Asking others what a cart's parcel costs: once for each parcel, however many ask, and never inside a transaction.

    who has to ask is decided, with the cart locked | COMMIT | the providers are asked | the answers are kept | COMMIT |

A request that comes while another one is asking waits for that answer. Whoever gets none goes on without: the channel's
fallback rate takes its place.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from commerce.checkout.access import lock_checkout
from commerce.checkout.editing import require_open
from commerce.checkout.models import AskedRates, Checkout
from commerce.checkout.parcels import digest_of
from commerce.checkout.quote import quote
from commerce.core.actor import Actor
from commerce.core.money import Money
from commerce.shipping.models import RateSource
from commerce.shipping.provider import DEADLINE_SECONDS, Rate, RateRequest
from commerce.shipping.providers import ask, providers

GOOD_FOR: Final = timedelta(minutes=15)
"""For how long a rate holds."""
_FAILED_FOR: Final = timedelta(seconds=30)
"""For how long a failure is not tried again for the same parcel."""
_ASKING_FOR: Final = timedelta(seconds=DEADLINE_SECONDS + 1)
_POLL_SECONDS: Final = 0.05


@dataclass(frozen=True, slots=True)
class _Question:
    """What one provider has to be asked; `asked_at` None: somebody else is asking."""

    provider: str
    request: RateRequest
    digest: str
    asked_at: datetime | None


@dataclass(frozen=True, slots=True)
class OutsideRates:
    """What can be offered of a provider: its rates, or the fallback of the channel if it has none to tell."""

    provider: str
    rates: tuple[Rate, ...]
    expires_at: datetime


def ask_providers(*, checkout_id: UUID, actor: Actor) -> None:
    """Have an answer, or a failure, of every provider that this cart's channel asks. Raises what `find_checkout` does.

    Does nothing, at no cost, in a shop without providers.
    """
    if not providers():
        return
    with transaction.atomic():
        checkout = lock_checkout(checkout_id, actor=actor)
        require_open(checkout)
        questions = _questions(checkout)
    for question in questions:
        if question.asked_at is not None:
            _keep(checkout.id, question, question.asked_at, ask(question.provider, question.request))
    for question in questions:
        if question.asked_at is None:
            _wait_for(checkout.id, question)


def known_rates(checkout: Checkout, request: RateRequest) -> list[OutsideRates]:
    """What the providers have said of this very parcel, and the fallbacks of those that have not."""
    if not providers():
        return []
    digest, now = digest_of(request), timezone.now()
    answers = {
        row.provider: row
        for row in AskedRates.objects.filter(checkout=checkout, parcel_digest=digest, answered_at__gt=now - GOOD_FOR)
    }
    found = []
    for source in _sources(checkout):
        answer = answers.get(source.provider)
        if answer is not None and answer.answered_at is not None and not answer.has_failed:
            rates = tuple(_thaw(rate, request.goods.currency) for rate in answer.rates)
            found.append(OutsideRates(source.provider, rates, answer.answered_at + GOOD_FOR))
        elif source.fallback_amount is not None:
            price = Money(source.fallback_amount, request.goods.currency)
            fallback = Rate(FALLBACK, source.fallback_name or source.provider, price)
            found.append(OutsideRates(source.provider, (fallback,), now + GOOD_FOR))
    return found


FALLBACK: Final = ""
"""The code of a channel's own rate in place of a provider's."""


def _sources(checkout: Checkout) -> list[RateSource]:
    sources = RateSource.objects.filter(channel=checkout.channel_id, is_active=True, provider__in=providers())
    return list(sources.order_by("provider"))


def _questions(checkout: Checkout) -> list[_Question]:
    sources = _sources(checkout)
    request = quote(checkout).rate_request if sources else None
    if request is None:
        return []
    digest, now = digest_of(request), timezone.now()
    rows = {row.provider: row for row in AskedRates.objects.filter(checkout=checkout)}
    questions = []
    for source in sources:
        row = rows.get(source.provider)
        if row is not None and row.parcel_digest == digest:
            if row.answered_at is not None and now < row.answered_at + (_FAILED_FOR if row.has_failed else GOOD_FOR):
                continue
            if row.answered_at is None and now < row.asked_at + _ASKING_FOR:
                questions.append(_Question(source.provider, request, digest, None))
                continue
        asked = {"parcel_digest": digest, "asked_at": now, "answered_at": None, "has_failed": False, "rates": []}
        AskedRates.objects.update_or_create(checkout=checkout, provider=source.provider, defaults=asked)
        questions.append(_Question(source.provider, request, digest, now))
    return questions


def _keep(checkout_id: UUID, question: _Question, asked_at: datetime, rates: Sequence[Rate] | None) -> None:
    """Write an answer down, unless the parcel has changed meanwhile and somebody else asks about the new one."""
    AskedRates.objects.filter(
        checkout=checkout_id, provider=question.provider, parcel_digest=question.digest, asked_at=asked_at
    ).update(
        answered_at=timezone.now(),
        has_failed=rates is None,
        rates=[_freeze(rate) for rate in rates or ()],
    )


def _wait_for(checkout_id: UUID, question: _Question) -> None:
    until = time.monotonic() + DEADLINE_SECONDS
    waiting = AskedRates.objects.filter(
        checkout=checkout_id, provider=question.provider, parcel_digest=question.digest, answered_at=None
    )
    while time.monotonic() < until and waiting.exists():
        time.sleep(_POLL_SECONDS)


def _freeze(rate: Rate) -> dict[str, Any]:
    return {**asdict(rate), "price": rate.price.amount}


def _thaw(kept: dict[str, Any], currency: str) -> Rate:
    return Rate(**{**kept, "price": Money(kept["price"], currency)})
