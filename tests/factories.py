"""Short ways to a world that a test can start in. Each makes real rows; what is not named gets a plain default.

Everything that needs a channel takes the one with the slug `default-channel` (USD, net prices, US) unless told
otherwise. Amounts are minor units of the channel's currency.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from django.utils import timezone

from commerce.accounts.models import Address, User
from commerce.attributes.models import Attribute, AttributeValue
from commerce.catalog.models import (
    Category,
    Collection,
    CollectionChannelListing,
    CollectionProduct,
    Product,
    ProductAttributeValue,
    ProductChannelListing,
    ProductType,
    ProductTypeAttribute,
    ProductVariant,
    VariantAttributeValue,
    VariantChannelListing,
)
from commerce.catalog.price_range import refresh_price_ranges
from commerce.catalog.search_text import refresh_search_text
from commerce.channels.models import Channel
from commerce.checkout.models import Checkout, CheckoutLine
from commerce.core.actor import Actor, ActorKind
from commerce.core.ids import uuid7
from commerce.core.permission import Permission
from commerce.inventory.models import Stock, StockMovement, Warehouse, WarehouseChannel
from commerce.permissions.models import StaffGroup
from commerce.shipping.models import ShippingMethod, ShippingMethodChannelListing, ShippingZone
from commerce.taxes.models import TaxClass, TaxRate

PASSWORD = "correct horse battery"

_serial = count(1)


def make_channel(slug: str = "default-channel", **fields: Any) -> Channel:
    """The channel `slug`: the existing one, or a new one with `fields` over USD, net prices, US."""
    defaults: dict[str, Any] = {
        "name": slug.replace("-", " ").title(),
        "currency_code": "USD",
        "default_country": "US",
        "countries": ["US"],
    }
    return Channel.objects.get_or_create(slug=slug, defaults=defaults | fields)[0]


def make_attribute(
    slug: str = "colour", *values: str, input_type: str = Attribute.InputType.DROPDOWN, **fields: Any
) -> Attribute:
    """The attribute `slug`, with a choice for each of `values` (the slug of a choice is its name in lower case)."""
    defaults = {"name": slug.replace("-", " ").title(), "input_type": input_type}
    attribute = Attribute.objects.get_or_create(slug=slug, defaults=defaults | fields)[0]
    for place, value in enumerate(values):
        AttributeValue.objects.get_or_create(
            attribute=attribute, slug=value.lower().replace(" ", "-"), defaults={"name": value, "sort_order": place}
        )
    return attribute


def make_product_type(
    slug: str = "mug",
    *,
    product_attributes: Sequence[Attribute] = (),
    variant_attributes: Sequence[Attribute] = (),
    **fields: Any,
) -> ProductType:
    """The product type `slug`; shoppers choose variants by `variant_attributes`."""
    kind = ProductType.objects.get_or_create(slug=slug, defaults={"name": slug.title()} | fields)[0]
    scopes = ProductTypeAttribute.Scope
    for scope, attributes in ((scopes.PRODUCT, product_attributes), (scopes.VARIANT, variant_attributes)):
        for place, attribute in enumerate(attributes):
            ProductTypeAttribute.objects.get_or_create(
                product_type=kind,
                attribute=attribute,
                scope=scope,
                defaults={"variant_selection": scope == scopes.VARIANT, "sort_order": place},
            )
    return kind


def make_category(slug: str = "", *, parent: Category | None = None, **fields: Any) -> Category:
    """A category below `parent`, or a root."""
    slug = slug or f"category-{next(_serial)}"
    category = Category(slug=slug, parent=parent, **({"name": slug.replace("-", " ").title()} | fields))
    category.ancestors = [*(parent.ancestors if parent else []), category.id]
    category.save(force_insert=True)
    return category


def make_product(
    name: str = "",
    *,
    channel: Channel | None = None,
    category: Category | None = None,
    product_type: ProductType | None = None,
    is_published: bool = True,
    visible_in_listings: bool = True,
    attribute_values: Iterable[AttributeValue] = (),
    **fields: Any,
) -> Product:
    """A product without variants, listed (and published since yesterday) in `channel`."""
    number = next(_serial)
    name = name or f"Product {number}"
    product = Product.objects.create(
        name=name,
        product_type=product_type or make_product_type(),
        category=category,
        **({"slug": f"product-{number}"} | fields),
    )
    list_product(product, channel, is_published=is_published, visible_in_listings=visible_in_listings)
    for place, value in enumerate(attribute_values):
        ProductAttributeValue.objects.create(product=product, value=value, sort_order=place)
    refresh_search_text([product.id])
    return product


def list_product(product: Product, channel: Channel | None = None, **fields: Any) -> ProductChannelListing:
    """List an existing product in one more channel."""
    yesterday = timezone.now() - timedelta(days=1)
    defaults = {"is_published": True, "published_at": yesterday, "available_for_purchase_at": yesterday}
    return ProductChannelListing.objects.create(
        product=product, channel=channel or make_channel(), **(defaults | fields)
    )


def make_variant(
    *,
    product: Product | None = None,
    price: int | None = 1000,
    compare_at: int | None = None,
    stock: int | None = 10,
    channel: Channel | None = None,
    warehouse: Warehouse | None = None,
    attribute_values: Iterable[AttributeValue] = (),
    **fields: Any,
) -> ProductVariant:
    """A variant that `channel` sells at `price` from `warehouse`, which has `stock` units of it.

    `price=None` leaves it unpriced there, `stock=None` without any stock row. Without `product` it gets its own.
    """
    channel = channel or make_channel()
    product = product or make_product(channel=channel)
    number = next(_serial)
    defaults = {"sku": f"SKU-{number}", "name": f"Variant {number}", "weight_grams": 300, "sort_order": number}
    variant = ProductVariant.objects.create(product=product, **(defaults | fields))
    if price is not None:
        list_variant(variant, channel, price=price, compare_at=compare_at)
    if stock is not None:
        stock_up(variant, stock, warehouse=warehouse or make_warehouse(channels=[channel]))
    for place, value in enumerate(attribute_values):
        VariantAttributeValue.objects.create(variant=variant, value=value, sort_order=place)
    refresh_search_text([product.id])
    return variant


def list_variant(
    variant: ProductVariant, channel: Channel, *, price: int, compare_at: int | None = None
) -> VariantChannelListing:
    """Give an existing variant a price in one more channel."""
    listing = VariantChannelListing.objects.create(
        variant=variant, channel=channel, price_amount=price, compare_at_amount=compare_at
    )
    refresh_price_ranges([variant.product_id])
    return listing


def make_warehouse(slug: str = "main", *, channels: Sequence[Channel] = (), **fields: Any) -> Warehouse:
    """The warehouse `slug`, which sells to `channels` (the default channel if none is named)."""
    defaults = {"name": slug.title(), "country": "US"}
    warehouse = Warehouse.objects.get_or_create(slug=slug, defaults=defaults | fields)[0]
    for channel in channels or [make_channel()]:
        WarehouseChannel.objects.get_or_create(warehouse=warehouse, channel=channel)
    return warehouse


def stock_up(variant: ProductVariant, quantity: int, *, warehouse: Warehouse | None = None) -> Stock:
    """Put `quantity` more units of a variant into a warehouse."""
    stock, _ = Stock.objects.get_or_create(
        warehouse=warehouse or make_warehouse(),
        variant=variant,
        shard=0,
        defaults={
            "oversellable": variant.backorder_allowed and variant.backorder_limit is None,
            "backorder_limit": variant.backorder_limit or 0,
        },
    )
    stock.on_hand += quantity
    stock.save(update_fields=["on_hand", "updated_at"])
    if quantity:
        StockMovement.objects.create(stock=stock, delta=quantity, reason=StockMovement.Reason.SET)
    return stock


def make_collection(
    slug: str = "", *, products: Sequence[Product] = (), channel: Channel | None = None, **fields: Any
) -> Collection:
    """A collection of `products` in that order, published in `channel` unless `is_published=False`."""
    slug = slug or f"collection-{next(_serial)}"
    is_published = fields.pop("is_published", True)
    collection = Collection.objects.create(slug=slug, **({"name": slug.replace("-", " ").title()} | fields))
    CollectionChannelListing.objects.create(
        collection=collection, channel=channel or make_channel(), is_published=is_published
    )
    for place, product in enumerate(products):
        CollectionProduct.objects.create(collection=collection, product=product, sort_order=place)
    return collection


def make_shipping_zone(
    name: str = "Domestic", *, countries: Sequence[str] = ("US",), channels: Sequence[Channel] = ()
) -> ShippingZone:
    """The zone `name`, used by `channels`."""
    zone = ShippingZone.objects.get_or_create(name=name, defaults={"countries": list(countries)})[0]
    zone.channels.add(*(channels or [make_channel()]))
    return zone


def make_shipping_method(
    name: str = "Parcel",
    *,
    price: int = 500,
    channel: Channel | None = None,
    zone: ShippingZone | None = None,
    minimum_subtotal: int | None = None,
    maximum_subtotal: int | None = None,
    free_from: int | None = None,
    **fields: Any,
) -> ShippingMethod:
    """A method (flat unless `kind` says otherwise) that costs `price` in `channel`."""
    channel = channel or make_channel()
    zone = zone or make_shipping_zone(
        f"Zone of {channel.slug}", countries=channel.countries or [channel.default_country], channels=[channel]
    )
    method = ShippingMethod.objects.create(zone=zone, name=name, **fields)
    ShippingMethodChannelListing.objects.create(
        method=method,
        channel=channel,
        price_amount=price,
        minimum_subtotal_amount=minimum_subtotal,
        maximum_subtotal_amount=maximum_subtotal,
        free_from_amount=free_from,
    )
    return method


def make_tax_class(name: str = "Books", *, code: str = "", rates: dict[str, str] | None = None) -> TaxClass:
    """The class `name`, with a rate in percent for each country of `rates`."""
    tax_class = TaxClass.objects.get_or_create(name=name, defaults={"code": code})[0]
    for country, percent in (rates or {}).items():
        make_tax_rate(country, percent, tax_class=tax_class)
    return tax_class


def make_tax_rate(
    country: str, percent: str, *, area: str = "", codes: tuple[str, str] = ("", ""), tax_class: TaxClass | None = None
) -> TaxRate:
    """The tax rate of a country, e.g. `make_tax_rate("DE", "19")`, or of `codes`, the first and the last of them."""
    return TaxRate.objects.update_or_create(
        country=country,
        area=area,
        postal_start=codes[0],
        postal_end=codes[1],
        tax_class=tax_class,
        defaults={"percent": Decimal(percent)},
    )[0]


def make_address(**fields: Any) -> Address:
    """A complete address in the United States."""
    defaults = {
        "first_name": "Ada",
        "last_name": "Byron",
        "street_address_1": "1600 Amphitheatre Parkway",
        "city": "Mountain View",
        "country": "US",
        "country_area": "CA",
        "postal_code": "94043",
        "phone": "+16502530000",
    }
    return Address.objects.create(**(defaults | fields))


def make_customer(email: str = "", *, password: str = PASSWORD, **fields: Any) -> User:
    """A confirmed customer who can sign in with PASSWORD."""
    defaults = {"is_confirmed": True, "first_name": "Ada", "last_name": "Byron"}
    return User.objects.create_user(email or f"customer{next(_serial)}@example.com", password, **(defaults | fields))


def make_staff(
    permissions: Iterable[Permission] = (),
    channels: Iterable[Channel] | None = None,
    *,
    email: str = "",
    password: str = PASSWORD,
    **fields: Any,
) -> User:
    """A staff user with one group of `permissions`, restricted to `channels` if they are given (even if empty)."""
    number = next(_serial)
    user = User.objects.create_user(
        email or f"staff{number}@example.com", password, **({"is_staff": True, "is_confirmed": True} | fields)
    )
    group = StaffGroup.objects.create(
        name=f"Group {number}",
        permissions=[Permission(permission).value for permission in permissions],
        restricted_to_channels=channels is not None,
    )
    group.channels.set(channels or [])
    user.groups.add(group)
    return user


def staff_actor(*permissions: Permission, channels: Iterable[Channel] | None = None) -> Actor:
    """A staff actor for calling services directly, without any row behind it."""
    granted_in = None if channels is None else frozenset(channel.id for channel in channels)
    return Actor.granted(ActorKind.STAFF, uuid7(), [(frozenset(permissions), granted_in)])


def customer_actor(user: User) -> Actor:
    """The actor that a customer's token stands for."""
    return Actor(ActorKind.CUSTOMER, id=user.id, email=user.email)


def make_checkout(
    variant: ProductVariant | None = None, quantity: int = 1, *, channel: Channel | None = None, **fields: Any
) -> Checkout:
    """An open cart with `quantity` of `variant` (empty without one); `fields` are the checkout's own."""
    defaults = {"email": "shopper@example.com", "expires_at": timezone.now() + timedelta(days=30)}
    checkout = Checkout.objects.create(channel=channel or make_channel(), **(defaults | fields))
    if variant is not None:
        CheckoutLine.objects.create(checkout=checkout, variant=variant, quantity=quantity)
    return checkout
