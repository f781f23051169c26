"""Attributes and their values in other languages."""

from __future__ import annotations

from django.db import models

from commerce.core.translation import NamedTranslation, Translation


class AttributeTranslation(NamedTranslation):
    """An attribute's name in another language."""

    attribute = models.ForeignKey(
        "attributes.Attribute", on_delete=models.CASCADE, related_name="translations", db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["attribute", "language"], name="attribute_translation_unique"),
        ]


class AttributeValueTranslation(Translation):
    """A value's name or text in another language."""

    value = models.ForeignKey(
        "attributes.AttributeValue", on_delete=models.CASCADE, related_name="translations", db_index=False
    )
    name = models.CharField(max_length=250, null=True, blank=True)
    plain_text = models.TextField(null=True, blank=True)
    rich_text = models.JSONField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["value", "language"], name="attribute_value_translation_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.language}: {self.name or self.value_id}"
