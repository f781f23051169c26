"""What stands beside a product: picked by hand, or found by a rule."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.db.models import F, Q

from commerce.core.model import Row

CATEGORY_POINTS: Final = 4
COLLECTION_POINTS: Final = 2
VALUE_POINTS: Final = 1


class ProductRelation(Row):
    """One product is shown beside another, as something of a kind. It leads one way."""

    class Kind(models.TextChoices):
        RELATED = "related"
        UPSELL = "upsell"
        CROSS_SELL = "cross_sell"
        ACCESSORY = "accessory"

    product = models.ForeignKey("catalog.Product", on_delete=models.CASCADE, related_name="relations", db_index=False)
    related = models.ForeignKey("catalog.Product", on_delete=models.CASCADE, related_name="relations_to_it")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.RELATED)
    sort_order = models.IntegerField(default=0)

    class Meta:
        ordering = ["sort_order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["product", "kind", "related"], name="product_relation_unique"),
            models.CheckConstraint(condition=~Q(product=F("related")), name="product_relation_to_another"),
        ]
        indexes = [models.Index(fields=["product", "kind", "sort_order", "id"], name="product_relation_order")]

    def __str__(self) -> str:
        return f"{self.product_id} {self.kind} {self.related_id}"


class RelatedProductsRule(Row):
    """What makes products related that nobody has picked: points for each thing that both of them have.

    The row of a product's type counts, else the one without a type, else the defaults here. With no points for
    anything there is no rule: only what was picked is shown.
    """

    product_type = models.OneToOneField(
        "catalog.ProductType",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="related_products_rule",
        help_text="Empty: for every type without a rule of its own.",
    )
    category_points = models.PositiveSmallIntegerField(
        default=CATEGORY_POINTS, help_text="For being in the same category."
    )
    collection_points = models.PositiveSmallIntegerField(
        default=COLLECTION_POINTS, help_text="For each collection that has both."
    )
    value_points = models.PositiveSmallIntegerField(
        default=VALUE_POINTS, help_text="For each attribute value that both have."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["product_type"], nulls_distinct=False, name="related_products_rule_one_default"
            )
        ]

    def __str__(self) -> str:
        return f"Rule of {self.product_type}" if self.product_type else "Rule of all other types"
