"""Asking a tax service: once for each question, however many processes read the cart, and never in a transaction."""

from __future__ import annotations

import logging
import time
from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from commerce.taxes.models import ServiceAnswer
from commerce.taxes.provider import DEADLINE_SECONDS, CannotTax, ServiceUnavailable
from commerce.taxes.questions import Question, freeze
from commerce.taxes.tax_services import bounded_service

RETRY_SECONDS: Final = 10.0
"""A question that failed is not asked again before; who reads the cart meanwhile sees the merchant's own rates."""
_CLAIM_SECONDS: Final = DEADLINE_SECONDS + 2
_POLL_SECONDS: Final = 0.05

logger = logging.getLogger(__name__)

# Who writes the row asks; a question that is being asked, is answered or has just failed stays as it is.
_CLAIM: Final = """
INSERT INTO taxes_serviceanswer AS known (cart_id, question, state, answer, until)
VALUES (%(cart)s, %(question)s, 'asked', NULL, %(until)s)
    ON CONFLICT (cart_id) DO UPDATE
   SET question = excluded.question, state = 'asked', answer = NULL, until = excluded.until
 WHERE known.question <> excluded.question OR known.until <= %(now)s
RETURNING cart_id
"""


def ask(question: Question) -> None:
    """Ask a question, or wait for who is asking it; afterwards the answer, or that there is none, is kept.

    Takes about DEADLINE_SECONDS at most. Call it with no transaction open: the service may hang.
    """
    if _claimed(question):
        _record(question, **_asked(question))
    else:
        _wait(question)


def _claimed(question: Question) -> bool:
    now = timezone.now()
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(
            _CLAIM,
            {
                "cart": question.cart_id,
                "question": question.key,
                "now": now,
                "until": now + timedelta(seconds=_CLAIM_SECONDS),
            },
        )
        return cursor.fetchone() is not None


def _asked(question: Question) -> dict[str, Any]:
    """The outside call, and what to keep of it."""
    failed = {"state": ServiceAnswer.State.FAILED, "until": timezone.now() + timedelta(seconds=RETRY_SECONDS)}
    service = bounded_service(question.service)
    if service is None:
        logger.error("a channel uses the tax service %s, which is not installed", question.service)
        return failed
    try:
        taxes = service.taxes_of(question.consignment)
    except CannotTax as error:
        logger.warning("the tax service %s does not tax cart %s: %s", question.service, question.cart_id, error)
        return failed
    except ServiceUnavailable:
        return failed  # the breaker has said so
    except Exception:
        logger.exception("the tax service %s failed", question.service)
        return failed
    until = timezone.now() + timedelta(seconds=settings.TAX_ANSWER_SECONDS)
    return {"state": ServiceAnswer.State.ANSWERED, "answer": freeze(taxes), "until": until}


def _record(question: Question, **columns: Any) -> None:
    """Nothing is written if the cart has changed meanwhile and somebody asks about that."""
    rows = ServiceAnswer.objects.filter(cart_id=question.cart_id, question=question.key)
    rows.filter(state=ServiceAnswer.State.ASKED).update(**columns)


def _wait(question: Question) -> None:
    until = time.monotonic() + _CLAIM_SECONDS
    asked = ServiceAnswer.objects.filter(
        cart_id=question.cart_id, question=question.key, state=ServiceAnswer.State.ASKED
    )
    while asked.exists() and time.monotonic() < until:
        time.sleep(_POLL_SECONDS)
