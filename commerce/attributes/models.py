"""Attributes: what can be said of a product or a variant beyond its name."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from commerce.attributes.translation_models import (  # noqa: F401 - Django finds models here
    AttributeTranslation,
    AttributeValueTranslation,
)
from commerce.core.model import MetadataMixin, Row, VersionedRow


class Attribute(MetadataMixin, VersionedRow):
    """A named property of one of twelve kinds; its values live in AttributeValue. Its version counts theirs, too."""

    class InputType(models.TextChoices):
        DROPDOWN = "dropdown"
        MULTISELECT = "multiselect"
        FILE = "file"
        REFERENCE = "reference"
        SINGLE_REFERENCE = "single_reference"
        NUMERIC = "numeric"
        RICH_TEXT = "rich_text"
        PLAIN_TEXT = "plain_text"
        SWATCH = "swatch"
        BOOLEAN = "boolean"
        DATE = "date"
        DATE_TIME = "date_time"

    class EntityType(models.TextChoices):
        PRODUCT = "product"
        PRODUCT_VARIANT = "product_variant"
        CATEGORY = "category"
        COLLECTION = "collection"
        PAGE = "page"

    slug = models.SlugField(max_length=250, unique=True, allow_unicode=True)
    name = models.CharField(max_length=250)
    input_type = models.CharField(max_length=20, choices=InputType.choices, default=InputType.DROPDOWN)
    entity_type = models.CharField(
        max_length=20, choices=EntityType.choices, blank=True, help_text="What a reference points to."
    )
    unit = models.CharField(max_length=20, blank=True)
    visible_in_storefront = models.BooleanField(default=True)
    filterable = models.BooleanField(default=True)
    value_required = models.BooleanField(
        default=False, db_default=False, help_text="Whatever has it must have a value of it."
    )
    external_reference = models.CharField(max_length=250, unique=True, null=True, blank=True)
    version = models.BigIntegerField(default=1, db_default=1)

    class Meta:
        ordering = ["slug"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(input_type__in=["reference", "single_reference"]) | ~Q(entity_type=""),
                name="attribute_reference_names_its_entity",
            )
        ]

    def __str__(self) -> str:
        return self.slug


class AttributeValue(Row):
    """One value of an attribute. Choices are shared by many products; a text or a number belongs to one of them."""

    attribute = models.ForeignKey(Attribute, on_delete=models.CASCADE, related_name="values")
    slug = models.SlugField(max_length=250, allow_unicode=True)
    name = models.CharField(max_length=250)
    sort_order = models.IntegerField(default=0)
    swatch = models.CharField(max_length=20, blank=True, help_text="A colour such as #1e40af.")
    plain_text = models.TextField(blank=True)
    rich_text = models.JSONField(null=True, blank=True)
    boolean = models.BooleanField(null=True, blank=True)
    numeric = models.DecimalField(max_digits=24, decimal_places=6, null=True, blank=True)
    date_time = models.DateTimeField(null=True, blank=True)
    file_url = models.CharField(max_length=500, blank=True)
    references = ArrayField(models.UUIDField(), default=list, blank=True)

    class Meta:
        ordering = ["sort_order", "id"]
        constraints = [models.UniqueConstraint(fields=["attribute", "slug"], name="attribute_value_slug_unique")]

    def __str__(self) -> str:
        return self.name
