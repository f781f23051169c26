"""How many units one customer may buy within so many days, and what is promised to carts that are being paid."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from commerce.catalog.models import Product, ProductVariant
from commerce.core.model import Row


class PurchaseLimit(Row):
    """One customer may buy `quantity` units of a variant, or of all variants of a product, within `days` days.

    Counted are orders that were neither cancelled nor refunded in full. `quantity_limit_per_customer` of a variant is
    something else: it limits a single cart.
    """

    variant = models.OneToOneField(
        ProductVariant, null=True, blank=True, on_delete=models.CASCADE, related_name="purchase_limit"
    )
    product = models.OneToOneField(
        Product, null=True, blank=True, on_delete=models.CASCADE, related_name="purchase_limit"
    )
    quantity = models.PositiveIntegerField(validators=[MinValueValidator(1)], help_text="Units for one customer.")
    days = models.PositiveIntegerField(validators=[MinValueValidator(1), MaxValueValidator(3650)])

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(variant__isnull=True, product__isnull=False)
                | Q(variant__isnull=False, product__isnull=True),
                name="purchase_limit_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=1, days__gte=1, days__lte=3650), name="purchase_limit_sane"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} in {self.days} days"


class LimitHold(models.Model):
    """Units that a cart takes of a limit while it is being paid; they count for as long as its payment lives."""

    id = models.BigAutoField(primary_key=True)
    limit = models.ForeignKey(PurchaseLimit, on_delete=models.CASCADE, related_name="holds")
    checkout_id = models.UUIDField()
    user_id = models.UUIDField(null=True)
    email = models.EmailField()
    units = models.PositiveIntegerField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["checkout_id", "limit"], name="limit_hold_unique")]

    def __str__(self) -> str:
        return f"{self.units} of {self.limit_id} for {self.checkout_id}"
