"""Pictures and videos of products, and the smaller copies of pictures."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from commerce.core.model import Row


class ProductMedia(Row):
    """A picture or a video of a product. `source_url` is where an import found it; `file` is our own copy."""

    class Kind(models.TextChoices):
        IMAGE = "image"
        VIDEO = "video"

    class Status(models.TextChoices):
        READY = "ready"
        PENDING = "pending"
        FAILED = "failed"

    product = models.ForeignKey("catalog.Product", on_delete=models.CASCADE, related_name="media")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.IMAGE)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.READY)
    file = models.ImageField(upload_to="products", null=True, blank=True)
    source_url = models.URLField(max_length=2000, blank=True)
    failure = models.CharField(max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0, help_text="How often its source was asked for it.")
    alt = models.CharField(max_length=250, blank=True)
    focal_x = models.FloatField(null=True, blank=True, help_text="What matters in it, from 0 (left) to 1 (right).")
    focal_y = models.FloatField(null=True, blank=True, help_text="What matters in it, from 0 (top) to 1 (bottom).")
    sort_order = models.IntegerField(default=0)
    variants = models.ManyToManyField("catalog.ProductVariant", blank=True, related_name="media")

    class Meta:
        verbose_name_plural = "product media"
        ordering = ["sort_order", "id"]
        indexes = [
            models.Index(fields=["product", "sort_order", "id"], name="product_media_of_product"),
            models.Index(fields=["updated_at"], condition=Q(status="pending"), name="product_media_pending"),
        ]

    def __str__(self) -> str:
        return self.alt or str(self.id)


class Thumbnail(Row):
    """A smaller copy of a stored picture, made on first request. `source` is the picture's name in the storage."""

    source = models.CharField(max_length=500)
    size = models.PositiveIntegerField()
    format = models.CharField(max_length=10)
    file = models.FileField(upload_to="thumbnails", max_length=500)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "size", "format"], name="thumbnail_unique")]

    def __str__(self) -> str:
        return f"{self.source} {self.size} {self.format}"
