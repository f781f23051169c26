"""Bundles: a variant that is made of other variants. What a bundle has in stock, is what its parts have."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from commerce.channels.models import Channel
from commerce.core.model import Row

MAX_PARTS = 20
MAX_QUANTITY = 1_000
WHOLE = 10_000
"""Basis points of the whole."""


class BundleComponent(Row):
    """So many units of `component` are in one unit of `bundle`. What has such parts, is a bundle and nobody's part."""

    bundle = models.ForeignKey(
        "catalog.ProductVariant", on_delete=models.CASCADE, related_name="bundle_components", db_index=False
    )
    component = models.ForeignKey("catalog.ProductVariant", on_delete=models.RESTRICT, related_name="part_of")
    quantity = models.PositiveIntegerField(
        default=1, validators=[MinValueValidator(1), MaxValueValidator(MAX_QUANTITY)]
    )
    sort_order = models.IntegerField(default=0)

    class Meta:
        ordering = ["sort_order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["bundle", "component"], name="bundle_component_unique"),
            models.CheckConstraint(
                condition=Q(quantity__gte=1) & Q(quantity__lte=MAX_QUANTITY), name="bundle_component_quantity"
            ),
            models.CheckConstraint(condition=~Q(bundle=F("component")), name="bundle_component_of_another"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.component_id} in {self.bundle_id}"


class BundlePricing(Row):
    """A bundle with this row costs the sum of its parts less a reduction; one without it, the price that is entered.

    PostgreSQL keeps the prices (migrations/0005_bundles.py): whoever writes a part's price, writes the bundle's. A
    channel in which a part has no price has none for the bundle.
    """

    variant = models.OneToOneField("catalog.ProductVariant", on_delete=models.CASCADE, related_name="bundle_pricing")
    basis_points = models.PositiveIntegerField(
        default=0,
        validators=[MaxValueValidator(WHOLE)],
        help_text="Taken off the sum, in hundredths of a percent; the reduction is rounded half up.",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(basis_points__gte=0) & Q(basis_points__lte=WHOLE), name="bundle_pricing_basis_points"
            )
        ]

    def __str__(self) -> str:
        return f"{self.variant_id}: sum less {self.basis_points} basis points"


class BundleReduction(Row):
    """What is taken off the sum of the parts in a channel, in minor units of its currency; never below 0."""

    pricing = models.ForeignKey(BundlePricing, on_delete=models.CASCADE, related_name="reductions", db_index=False)
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="+")
    amount = models.BigIntegerField(validators=[MinValueValidator(0)])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pricing", "channel"], name="bundle_reduction_unique"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="bundle_reduction_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} off in {self.channel_id}"
