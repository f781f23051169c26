"""What countries and their regions put on goods."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final
from uuid import UUID

from django.db import connection, transaction

from commerce.core.actor import Actor
from commerce.core.countries import COUNTRIES
from commerce.core.errors import CommerceError, InvalidInput, NotUnique, Rejected
from commerce.core.permission import Permission
from commerce.core.text import is_storable
from commerce.shipping.postal_codes import LONGEST, CodeRange
from commerce.taxes.errors import TaxClassNotFound, TooManyRates
from commerce.taxes.models import TaxClass, TaxRate

MAX_RATES: Final = 1_000
_PLACES: Final = 4
_LONGEST_AREA: Final = 128


@dataclass(frozen=True, slots=True)
class NewRate:
    """What the country, or its region `area`, puts on a class; without one on everything else, in percent.

    With `postal_start` only where postal codes lie between it and `postal_end`, or begin with it.
    """

    percent: Decimal
    tax_class_id: UUID | None = None
    area: str = ""
    postal_start: str = ""
    postal_end: str = ""


def replace_rates(*, country: str, rates: Sequence[NewRate], actor: Actor) -> list[TaxRate]:
    """Make these the rates of a country and its regions, all at once; none means that it takes no tax.

    Raises Rejected with every fault at ("rates", index, field), InvalidInput for no country, TooManyRates or
    PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_TAXES)
    if country not in COUNTRIES:
        raise InvalidInput("This is not a country code.", path=("country",))
    if len(rates) > MAX_RATES:
        raise TooManyRates(f"A country has {MAX_RATES} rates at most.", path=("rates",), limit=MAX_RATES)
    rows = [
        TaxRate(
            country=country,
            area=_area(rate.area),
            postal_start=rate.postal_start.strip(),
            postal_end=rate.postal_end.strip(),
            tax_class_id=rate.tax_class_id,
            percent=rate.percent,
        )
        for rate in rates
    ]
    with transaction.atomic():
        with connection.cursor() as cursor:  # two who replace the same country's come one after the other
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"tax rates of {country}"])
        faults = _faults(rows, set(TaxClass.objects.select_for_update(no_key=True).filter(
            id__in={row.tax_class_id for row in rows if row.tax_class_id}
        ).order_by("id").values_list("id", flat=True)))  # fmt: skip
        if faults:
            raise Rejected(faults)
        TaxRate.objects.filter(country=country).delete()
        return TaxRate.objects.bulk_create(rows)


def _area(area: str) -> str:
    return " ".join(area.split()).upper()


def _faults(rows: Sequence[TaxRate], known: set[UUID]) -> list[CommerceError]:
    faults: list[CommerceError] = []
    seen: dict[tuple[str, int, UUID | None], list[TaxRate]] = defaultdict(list)
    for place, row in enumerate(rows):
        fault: CommerceError | None = None
        if row.tax_class_id is not None and row.tax_class_id not in known:
            fault = TaxClassNotFound("There is no such tax class.", path=("tax_class",))
        elif len(row.area) > _LONGEST_AREA or not is_storable(row.area):
            fault = InvalidInput("This is no region.", path=("country_area",))
        elif not 0 <= row.percent <= 100 or row.percent != round(row.percent, _PLACES):
            text = f"A rate is 0 to 100 percent, with {_PLACES} decimal places at most."
            fault = InvalidInput(text, path=("percent",))
        else:
            fault = code_fault(row)
        if fault is None:
            row.spell_codes()
            others = seen[row.area, len(row.code_from), row.tax_class_id]
            if any(_overlap(row, other) for other in others):
                fault = NotUnique("Another rate is for the same place and class.", path=("tax_class",))
            others.append(row)
        if fault is not None:
            faults.append(fault.at("rates", str(place)))
    return faults


def code_fault(row: TaxRate) -> InvalidInput | None:
    """What is wrong with the postal codes of a rate, at ("postal_code_start",) or ("postal_code_end",)."""
    for name, bound in (("start", row.postal_start), ("end", row.postal_end)):
        if len(bound) > LONGEST or not is_storable(bound):
            return InvalidInput(f"A postal code has {LONGEST} characters at most.", path=(f"postal_code_{name}",))
    if row.postal_end and not row.postal_start:
        return InvalidInput("An end needs a start.", path=("postal_code_start",))
    # Some characters are spelt as several letters.
    low = CodeRange(row.country, row.postal_start).low
    high = CodeRange(row.country, row.postal_end).low
    if max(len(low), len(high)) > 2 * LONGEST or (row.postal_start and not low):
        return InvalidInput("This is no postal code, nor the beginning of one.", path=("postal_code_start",))
    if row.postal_start and CodeRange(row.country, row.postal_start, row.postal_end).is_empty:
        return InvalidInput("No code lies between these.", path=("postal_code_end",))
    return None


def _overlap(one: TaxRate, other: TaxRate) -> bool:
    """Whether a code can lie in both; "" are all codes."""
    return one.code_from[: len(other.code_to)] <= other.code_to and other.code_from[: len(one.code_to)] <= one.code_to
