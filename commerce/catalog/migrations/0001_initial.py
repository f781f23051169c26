"""Categories, product types, products, variants, and the attributes of all of them."""

from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import TrigramExtension, UnaccentExtension
from django.core.validators import MinValueValidator
from django.db import migrations, models

from commerce.catalog.customs import validate_hs_code, validate_origin
from commerce.core.ids import uuid7
from commerce.core.migrations.statements import run
from commerce.core.migrations.tables import TablesMigration

# Whoever makes variants, an import by the thousand too, need not think of it.
NOT_SHIPPED = """
    CREATE FUNCTION catalog_gift_cards_are_not_shipped() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        NEW.is_shipping_required := NOT EXISTS (
            SELECT FROM catalog_product AS product
              JOIN catalog_producttype AS its_type ON its_type.id = product.product_type_id
             WHERE product.id = NEW.product_id AND its_type.kind = 'gift_card'
        );
        RETURN NEW;
    END $$
"""
BEFORE_SHIPPED = """
    CREATE TRIGGER gift_cards_are_not_shipped
        BEFORE INSERT OR UPDATE OF is_shipping_required, product_id ON catalog_productvariant
        FOR EACH ROW WHEN (NEW.is_shipping_required) EXECUTE FUNCTION catalog_gift_cards_are_not_shipped()
"""


class Migration(TablesMigration):
    initial = True
    replaces = [("catalog", "0014_gift_cards")]
    dependencies = [("attributes", "0001_initial")]

    operations = [
        # The index for searching needs the first, and folding names the second.
        TrigramExtension(),
        UnaccentExtension(),
        migrations.CreateModel(
            name="Category",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("version", models.BigIntegerField(default=1)),
                ("metadata", models.JSONField(blank=True, default=dict)),
                ("private_metadata", models.JSONField(blank=True, default=dict)),
                ("slug", models.SlugField(allow_unicode=True, max_length=255, unique=True)),
                ("seo_title", models.CharField(blank=True, max_length=70)),
                ("seo_description", models.CharField(blank=True, max_length=300)),
                ("name", models.CharField(max_length=250)),
                ("description", models.JSONField(blank=True, null=True)),
                ("ancestors", ArrayField(base_field=models.UUIDField(), default=list, editable=False, size=None)),
                ("sort_order", models.IntegerField(default=0)),
                ("background_image", models.ImageField(blank=True, null=True, upload_to="categories")),
                ("background_image_alt", models.CharField(blank=True, max_length=250)),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=models.PROTECT, related_name="children", to="catalog.category"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "categories",
                "ordering": ["sort_order", "name", "id"],
                "indexes": [
                    GinIndex(fields=["ancestors"], name="category_ancestors"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProductType",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("metadata", models.JSONField(blank=True, default=dict)),
                ("private_metadata", models.JSONField(blank=True, default=dict)),
                ("slug", models.SlugField(allow_unicode=True, max_length=255, unique=True)),
                ("name", models.CharField(max_length=250)),
                ("is_shipping_required", models.BooleanField(default=True)),
                ("is_digital", models.BooleanField(default=False)),
                ("version", models.BigIntegerField(db_default=1, default=1)),
                (
                    "kind",
                    models.CharField(
                        choices=[("normal", "Goods"), ("gift_card", "Gift cards")],
                        db_default="normal",
                        default="normal",
                        help_text="Each unit of a gift card that is paid for becomes a card of its price. Say it once: it stays.",
                        max_length=10,
                    ),
                ),
                (
                    "attributes",
                    models.ManyToManyField(
                        related_name="product_types", through="catalog.ProductTypeAttribute", to="attributes.attribute"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("kind", "gift_card")), fields=["kind"], name="product_type_of_gift_cards"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "gift_card"), _negated=True),
                            ("is_shipping_required", False),
                            _connector="OR",
                        ),
                        name="gift_cards_are_not_shipped",
                        violation_error_message="Gift cards are not shipped.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Product",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("version", models.BigIntegerField(default=1)),
                ("metadata", models.JSONField(blank=True, default=dict)),
                ("private_metadata", models.JSONField(blank=True, default=dict)),
                ("slug", models.SlugField(allow_unicode=True, max_length=255, unique=True)),
                ("seo_title", models.CharField(blank=True, max_length=70)),
                ("seo_description", models.CharField(blank=True, max_length=300)),
                ("name", models.CharField(max_length=250)),
                ("description", models.JSONField(blank=True, help_text="Blocks as Editor.js writes them.", null=True)),
                ("external_reference", models.CharField(blank=True, max_length=250, null=True, unique=True)),
                (
                    "sort_name",
                    models.TextField(default="", editable=False, help_text="The name in lower case without accents."),
                ),
                (
                    "search_text",
                    models.TextField(default="", editable=False, help_text="Name and SKUs, folded like sort_name."),
                ),
                (
                    "category",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=models.SET_NULL, related_name="products", to="catalog.category"
                    ),
                ),
                (
                    "product_type",
                    models.ForeignKey(on_delete=models.PROTECT, related_name="products", to="catalog.producttype"),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["sort_name", "id"], name="product_by_name"),
                    models.Index(fields=["created_at", "id"], name="product_by_creation"),
                    models.Index(fields=["updated_at", "id"], name="product_by_change"),
                    GinIndex(fields=["search_text"], name="product_by_search_text", opclasses=["gin_trgm_ops"]),
                    models.Index(fields=["category", "sort_name", "id"], name="product_of_category_by_name"),
                    models.Index(fields=["category", "created_at", "id"], name="product_of_category_by_date"),
                    models.Index(fields=["category", "updated_at", "id"], name="product_of_category_by_change"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProductAttributeValue",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sort_order", models.IntegerField(default=0)),
                (
                    "product",
                    models.ForeignKey(on_delete=models.CASCADE, related_name="attribute_values", to="catalog.product"),
                ),
                (
                    "value",
                    models.ForeignKey(
                        on_delete=models.CASCADE, related_name="product_links", to="attributes.attributevalue"
                    ),
                ),
            ],
            options={
                "ordering": ["sort_order", "id"],
                "indexes": [
                    models.Index(fields=["value", "-product"], name="product_attribute_value_newest"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("product", "value"), name="product_attribute_value_unique"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProductTypeAttribute",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("scope", models.CharField(choices=[("product", "Product"), ("variant", "Variant")], max_length=10)),
                (
                    "variant_selection",
                    models.BooleanField(default=False, help_text="Shoppers choose a variant by this attribute."),
                ),
                ("required", models.BooleanField(default=False)),
                ("sort_order", models.IntegerField(default=0)),
                (
                    "attribute",
                    models.ForeignKey(
                        on_delete=models.PROTECT, related_name="product_type_links", to="attributes.attribute"
                    ),
                ),
                (
                    "product_type",
                    models.ForeignKey(
                        on_delete=models.CASCADE, related_name="attribute_links", to="catalog.producttype"
                    ),
                ),
            ],
            options={
                "ordering": ["sort_order", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("product_type", "attribute", "scope"), name="product_type_attribute_unique"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProductVariant",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("version", models.BigIntegerField(default=1)),
                ("metadata", models.JSONField(blank=True, default=dict)),
                ("private_metadata", models.JSONField(blank=True, default=dict)),
                ("sku", models.CharField(blank=True, max_length=255, null=True, unique=True)),
                ("name", models.CharField(blank=True, max_length=255)),
                ("sort_order", models.IntegerField(default=0)),
                ("barcode", models.CharField(blank=True, max_length=64)),
                ("weight_grams", models.PositiveIntegerField(blank=True, null=True)),
                ("is_shipping_required", models.BooleanField(default=True)),
                ("track_inventory", models.BooleanField(default=True, help_text="Off: there is always enough.")),
                (
                    "backorder_allowed",
                    models.BooleanField(default=False, help_text="May be sold beyond what is on hand."),
                ),
                ("quantity_limit_per_customer", models.PositiveIntegerField(blank=True, null=True)),
                ("external_reference", models.CharField(blank=True, max_length=250, null=True, unique=True)),
                ("product", models.ForeignKey(on_delete=models.CASCADE, related_name="variants", to="catalog.product")),
                (
                    "country_of_origin",
                    models.CharField(
                        blank=True,
                        help_text="Where it was made: ISO 3166-1 alpha-2.",
                        max_length=2,
                        null=True,
                        validators=[validate_origin],
                    ),
                ),
                (
                    "hs_code",
                    models.CharField(
                        blank=True,
                        help_text="The tariff code of the Harmonized System, digits only.",
                        max_length=13,
                        null=True,
                        validators=[validate_hs_code],
                        verbose_name="HS code",
                    ),
                ),
                ("height_mm", models.PositiveIntegerField(blank=True, null=True, verbose_name="height")),
                (
                    "length_mm",
                    models.PositiveIntegerField(
                        blank=True, help_text="As packed, in millimetres.", null=True, verbose_name="length"
                    ),
                ),
                ("width_mm", models.PositiveIntegerField(blank=True, null=True, verbose_name="width")),
                (
                    "backorder_limit",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="If so, by how many units in each warehouse; without a limit, by any number.",
                        null=True,
                    ),
                ),
                (
                    "content_quantity",
                    models.DecimalField(
                        blank=True,
                        decimal_places=3,
                        help_text="How much is in it, e.g. 0.75 for a bottle of wine in litres; shops must say what a litre costs.",
                        max_digits=12,
                        null=True,
                        validators=[MinValueValidator(Decimal("0.001"))],
                    ),
                ),
                (
                    "content_unit",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("mg", "mg"),
                            ("g", "g"),
                            ("kg", "kg"),
                            ("ml", "ml"),
                            ("cl", "cl"),
                            ("l", "l"),
                            ("mm", "mm"),
                            ("cm", "cm"),
                            ("m", "m"),
                            ("m2", "m2"),
                            ("m3", "m3"),
                            ("piece", "piece"),
                        ],
                        max_length=5,
                        null=True,
                    ),
                ),
                (
                    "unit_price_quantity",
                    models.DecimalField(
                        blank=True,
                        decimal_places=3,
                        help_text="The amount of it whose price is shown, e.g. 100 (grams); empty: 1 of the usual unit.",
                        max_digits=12,
                        null=True,
                        validators=[MinValueValidator(Decimal("0.001"))],
                    ),
                ),
                (
                    "unit_price_unit",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("mg", "mg"),
                            ("g", "g"),
                            ("kg", "kg"),
                            ("ml", "ml"),
                            ("cl", "cl"),
                            ("l", "l"),
                            ("mm", "mm"),
                            ("cm", "cm"),
                            ("m", "m"),
                            ("m2", "m2"),
                            ("m3", "m3"),
                            ("piece", "piece"),
                        ],
                        max_length=5,
                        null=True,
                    ),
                ),
            ],
            options={
                "ordering": ["sort_order", "id"],
                "indexes": [
                    models.Index(fields=["product", "sort_order", "id"], name="variant_by_product"),
                ],
            },
        ),
        migrations.CreateModel(
            name="VariantAttributeValue",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sort_order", models.IntegerField(default=0)),
                (
                    "value",
                    models.ForeignKey(
                        on_delete=models.CASCADE, related_name="variant_links", to="attributes.attributevalue"
                    ),
                ),
                (
                    "variant",
                    models.ForeignKey(
                        on_delete=models.CASCADE, related_name="attribute_values", to="catalog.productvariant"
                    ),
                ),
            ],
            options={
                "ordering": ["sort_order", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("variant", "value"), name="variant_attribute_value_unique"),
                ],
            },
        ),
        run(NOT_SHIPPED, BEFORE_SHIPPED),
    ]
