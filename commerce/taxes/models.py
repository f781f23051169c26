"""Tax rates by country."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from commerce.core.model import Row


class TaxRate(Row):
    """The percentage that a country puts on goods and shipping, e.g. 19.0000. No row means 0 %."""

    country = models.CharField(max_length=2, unique=True)
    percent = models.DecimalField(max_digits=7, decimal_places=4)

    class Meta:
        ordering = ["country"]
        constraints = [
            models.CheckConstraint(condition=Q(percent__gte=0) & Q(percent__lte=100), name="tax_percent_sane")
        ]

    def __str__(self) -> str:
        return f"{self.country} {self.percent} %"
