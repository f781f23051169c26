"""What a shop shows of products: listings in channels, collections, media, and products beside others."""

from datetime import UTC, datetime

from django.db import migrations, models
from django.db.models.functions import Coalesce

from commerce.core.ids import uuid7
from commerce.core.migrations.tables import TablesMigration


class Migration(TablesMigration):
    replaces = [("catalog", "0005_beside_products")]
    dependencies = [("catalog", "0001_initial"), ("channels", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Collection",
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
                ("background_image", models.ImageField(blank=True, null=True, upload_to="collections")),
                ("background_image_alt", models.CharField(blank=True, max_length=250)),
                (
                    "products",
                    models.ManyToManyField(
                        related_name="collections", through="catalog.CollectionProduct", to="catalog.product"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CollectionChannelListing",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("is_published", models.BooleanField(default=False)),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                (
                    "channel",
                    models.ForeignKey(
                        on_delete=models.CASCADE, related_name="collection_listings", to="channels.channel"
                    ),
                ),
                (
                    "collection",
                    models.ForeignKey(
                        on_delete=models.CASCADE, related_name="channel_listings", to="catalog.collection"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("collection", "channel"), name="collection_listing_unique"),
                ],
            },
        ),
        migrations.CreateModel(
            name="CollectionProduct",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sort_order", models.IntegerField(default=0)),
                (
                    "collection",
                    models.ForeignKey(on_delete=models.CASCADE, related_name="product_links", to="catalog.collection"),
                ),
                (
                    "product",
                    models.ForeignKey(on_delete=models.CASCADE, related_name="collection_links", to="catalog.product"),
                ),
                ("by_rule", models.BooleanField(db_default=False, default=False, editable=False)),
            ],
            options={
                "ordering": ["sort_order", "id"],
                "indexes": [
                    models.Index(fields=["collection", "sort_order", "product"], name="collection_product_order"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("collection", "product"), name="collection_product_unique"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProductChannelListing",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("is_published", models.BooleanField(default=False)),
                (
                    "published_at",
                    models.DateTimeField(blank=True, help_text="Not shown before; empty means at once.", null=True),
                ),
                (
                    "available_for_purchase_at",
                    models.DateTimeField(blank=True, help_text="Empty means not for sale yet.", null=True),
                ),
                ("visible_in_listings", models.BooleanField(default=True)),
                ("min_price_amount", models.BigIntegerField(blank=True, editable=False, null=True)),
                ("max_price_amount", models.BigIntegerField(blank=True, editable=False, null=True)),
                (
                    "channel",
                    models.ForeignKey(on_delete=models.CASCADE, related_name="product_listings", to="channels.channel"),
                ),
                (
                    "product",
                    models.ForeignKey(on_delete=models.CASCADE, related_name="channel_listings", to="catalog.product"),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        models.F("channel"),
                        Coalesce(
                            "min_price_amount", models.Value(4611686018427387904), output_field=models.BigIntegerField()
                        ),
                        models.F("product"),
                        name="product_listing_cheapest_first",
                    ),
                    models.Index(
                        models.F("channel"),
                        Coalesce("min_price_amount", models.Value(-1), output_field=models.BigIntegerField()),
                        models.F("product"),
                        name="product_listing_dearest_first",
                    ),
                    models.Index(
                        models.F("channel"),
                        Coalesce(
                            "published_at",
                            models.Value(datetime(1970, 1, 1, 0, 0, tzinfo=UTC)),
                            output_field=models.DateTimeField(),
                        ),
                        models.F("product"),
                        name="product_listing_by_date",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("product", "channel"), name="product_listing_unique"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProductMedia",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "kind",
                    models.CharField(choices=[("image", "Image"), ("video", "Video")], default="image", max_length=10),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("ready", "Ready"), ("pending", "Pending"), ("failed", "Failed")],
                        default="ready",
                        max_length=10,
                    ),
                ),
                ("file", models.ImageField(blank=True, null=True, upload_to="products")),
                ("source_url", models.URLField(blank=True, max_length=2000)),
                ("failure", models.CharField(blank=True, max_length=300)),
                (
                    "attempts",
                    models.PositiveSmallIntegerField(default=0, help_text="How often its source was asked for it."),
                ),
                ("alt", models.CharField(blank=True, max_length=250)),
                ("sort_order", models.IntegerField(default=0)),
                ("product", models.ForeignKey(on_delete=models.CASCADE, related_name="media", to="catalog.product")),
                (
                    "focal_x",
                    models.FloatField(
                        blank=True, help_text="What matters in it, from 0 (left) to 1 (right).", null=True
                    ),
                ),
                (
                    "focal_y",
                    models.FloatField(
                        blank=True, help_text="What matters in it, from 0 (top) to 1 (bottom).", null=True
                    ),
                ),
                ("variants", models.ManyToManyField(blank=True, related_name="media", to="catalog.productvariant")),
            ],
            options={
                "verbose_name_plural": "product media",
                "ordering": ["sort_order", "id"],
                "indexes": [
                    models.Index(fields=["product", "sort_order", "id"], name="product_media_of_product"),
                    models.Index(
                        condition=models.Q(("status", "pending")), fields=["updated_at"], name="product_media_pending"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Thumbnail",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("source", models.CharField(max_length=500)),
                ("size", models.PositiveIntegerField()),
                ("format", models.CharField(max_length=10)),
                ("file", models.FileField(max_length=500, upload_to="thumbnails")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("source", "size", "format"), name="thumbnail_unique"),
                ],
            },
        ),
        migrations.CreateModel(
            name="VariantChannelListing",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("price_amount", models.BigIntegerField()),
                (
                    "compare_at_amount",
                    models.BigIntegerField(blank=True, help_text="The price before a reduction.", null=True),
                ),
                ("cost_amount", models.BigIntegerField(blank=True, null=True)),
                (
                    "channel",
                    models.ForeignKey(on_delete=models.CASCADE, related_name="variant_listings", to="channels.channel"),
                ),
                (
                    "variant",
                    models.ForeignKey(
                        on_delete=models.CASCADE, related_name="channel_listings", to="catalog.productvariant"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("variant", "channel"), name="variant_listing_unique"),
                    models.CheckConstraint(
                        condition=models.Q(("price_amount__gte", 0)), name="variant_price_not_negative"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("compare_at_amount__isnull", True),
                            ("compare_at_amount__gte", models.F("price_amount")),
                            _connector="OR",
                        ),
                        name="variant_compare_at_not_below_price",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("cost_amount__isnull", True), ("cost_amount__gte", 0), _connector="OR"),
                        name="variant_cost_not_negative",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProductRelation",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("related", "Related"),
                            ("upsell", "Upsell"),
                            ("cross_sell", "Cross Sell"),
                            ("accessory", "Accessory"),
                        ],
                        default="related",
                        max_length=10,
                    ),
                ),
                ("sort_order", models.IntegerField(default=0)),
                (
                    "product",
                    models.ForeignKey(
                        db_index=False, on_delete=models.CASCADE, related_name="relations", to="catalog.product"
                    ),
                ),
                (
                    "related",
                    models.ForeignKey(on_delete=models.CASCADE, related_name="relations_to_it", to="catalog.product"),
                ),
            ],
            options={
                "ordering": ["sort_order", "id"],
                "indexes": [
                    models.Index(fields=["product", "kind", "sort_order", "id"], name="product_relation_order"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("product", "kind", "related"), name="product_relation_unique"),
                    models.CheckConstraint(
                        condition=models.Q(("product", models.F("related")), _negated=True),
                        name="product_relation_to_another",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RelatedProductsRule",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "category_points",
                    models.PositiveSmallIntegerField(default=4, help_text="For being in the same category."),
                ),
                (
                    "collection_points",
                    models.PositiveSmallIntegerField(default=2, help_text="For each collection that has both."),
                ),
                (
                    "value_points",
                    models.PositiveSmallIntegerField(default=1, help_text="For each attribute value that both have."),
                ),
                (
                    "product_type",
                    models.OneToOneField(
                        blank=True,
                        help_text="Empty: for every type without a rule of its own.",
                        null=True,
                        on_delete=models.CASCADE,
                        related_name="related_products_rule",
                        to="catalog.producttype",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("product_type",), name="related_products_rule_one_default", nulls_distinct=False
                    ),
                ],
            },
        ),
    ]
