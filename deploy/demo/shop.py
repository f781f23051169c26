"""Filling an empty database with the demo shop."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from django.db import transaction

from commerce.accounts.models import Address, User
from commerce.catalog.models import Product, VariantChannelListing
from commerce.catalog.services import add_to_collection, create_collection, publish_collection
from commerce.channels.models import Channel
from commerce.channels.services import create_channel
from commerce.core.actor import SYSTEM
from commerce.core.errors import CommerceError
from commerce.core.permission import Permission
from commerce.importing.services import import_shopify_products
from commerce.inventory.models import Warehouse, WarehouseChannel
from commerce.permissions.models import StaffGroup
from commerce.shipping.models import ShippingMethod, ShippingMethodChannelListing, ShippingZone
from commerce.taxes.models import TaxRate
from deploy.demo.euro import euro_file
from deploy.demo.illustrations import illustration
from deploy.demo.pages import make_pages_and_menus
from deploy.demo.signins import CUSTOMER, OWNER, PACKER

PRODUCTS: Final = Path(__file__).with_name("products.csv")

# Standard rates of value added tax in the euro area, in percent. The United States have no single rate: none here.
TAX_RATES: Final = {
    "AT": "20", "BE": "21", "DE": "19", "ES": "21", "FI": "25.5", "FR": "20", "IE": "23", "IT": "22", "LU": "17",
    "NL": "21", "PT": "23",
}  # fmt: skip
NEIGHBOURS: Final = ("AT", "DE")

# Name, kind, weights in grams, delivery days, price, and the subtotal from which it is offered (minor units).
Method = tuple[str, str, tuple[int | None, int | None], tuple[int, int], int, int | None]
US_METHODS: Final[tuple[Method, ...]] = (
    ("Standard", "flat", (None, None), (3, 6), 595, None),
    ("Standard, free from $75", "flat", (None, None), (3, 6), 0, 7500),
    ("Express", "flat", (None, None), (1, 2), 1490, None),
    ("Ground parcel up to 5 kg", "weight", (0, 5_000), (4, 8), 450, None),
    ("Ground parcel up to 30 kg", "weight", (5_001, 30_000), (4, 8), 1250, None),
)
NEAR_METHODS: Final[tuple[Method, ...]] = (
    ("Parcel", "flat", (None, None), (2, 3), 490, None),
    ("Free parcel from 60 €", "flat", (None, None), (2, 3), 0, 6000),
    ("Letter up to 500 g", "weight", (0, 500), (3, 5), 290, None),
)
FAR_METHODS: Final[tuple[Method, ...]] = (
    ("Parcel", "flat", (None, None), (4, 7), 990, None),
    ("Parcel up to 2 kg", "weight", (0, 2_000), (5, 9), 690, None),
    ("Express", "flat", (None, None), (1, 3), 2490, None),
)

# Slug, name, what it says, and the handles of its products in order.
COLLECTIONS: Final = (
    (
        "summer-picks",
        "Summer picks",
        "For long evenings, long tables and everything that grows.",
        "picnic-blanket sunrise-tote meadow-seeds long-spout-can citrus-print hammam-towel enamel-camp-mug",
    ),
    (
        "new-arrivals",
        "New arrivals",
        "Fresh from the kiln, the loom and the press.",
        "moon-print letter-pen copper-line-teapot bench-cushion charred-spoon-set reading-lamp garden-candle",
    ),
    (
        "small-gifts",
        "Small gifts",
        "Little things that say a lot.",
        "beeswax-candle meadow-cards paper-tape poppy-seeds field-notebook little-harbour-mug tea-towel-trio",
    ),
)


def load_demo_shop() -> bool:
    """Make the demo shop, whole or not at all; False, and nothing done, if there is a channel already.

    Raises CommerceError when the demo's own file does not import, which would be a mistake of ours.
    """
    if Channel.objects.exists():
        return False
    with transaction.atomic():
        us, eu = _channels()
        american, european = _warehouses(us, eu)
        with PRODUCTS.open("rb") as file:
            _import(file, us, american)
        with PRODUCTS.open("rb") as file:
            _import(euro_file(file), eu, european)
        _collections(us, eu)
        make_pages_and_menus()
        _shipping(us, eu)
        TaxRate.objects.bulk_create(TaxRate(country=code, percent=percent) for code, percent in TAX_RATES.items())
        _people(eu)
    return True


def _channels() -> tuple[Channel, Channel]:
    us = create_channel(
        slug="default-channel", name="United States", currency_code="USD", default_country="US", actor=SYSTEM
    )
    eu = create_channel(
        slug="eu",
        name="Euro area",
        currency_code="EUR",
        default_country="DE",
        changes={"countries": sorted(TAX_RATES), "prices_include_tax": True, "display_gross_prices": True},
        actor=SYSTEM,
    )
    return us, eu


def _warehouses(us: Channel, eu: Channel) -> tuple[Warehouse, Warehouse]:
    """One for each channel; the European one helps out in the United States when the other is empty."""
    american = Warehouse.objects.create(slug="hudson", name="Hudson Valley", country="US")
    european = Warehouse.objects.create(slug="rotterdam", name="Rotterdam", country="NL")
    for place, (warehouse, channel) in enumerate(((american, us), (european, us), (european, eu))):
        WarehouseChannel.objects.create(warehouse=warehouse, channel=channel, priority=place)
    return american, european


def _import(file: Any, channel: Channel, warehouse: Warehouse) -> None:
    report = import_shopify_products(
        file=file, channel=channel, warehouse=warehouse, local_pictures=illustration, actor=SYSTEM
    )
    if report.failed:
        raise CommerceError("; ".join(report.lines()))


def _collections(*channels: Channel) -> None:
    ids = dict(Product.objects.values_list("slug", "id"))
    reduced = VariantChannelListing.objects.filter(compare_at_amount__isnull=False)
    on_sale = Product.objects.filter(variants__channel_listings__in=reduced).distinct().order_by("name")
    last_chance = (
        "last-chance",
        "Last chance",
        "Reduced, and then gone.",
        " ".join(product.slug for product in on_sale),
    )
    for slug, name, text, handles in (*COLLECTIONS, last_chance):
        description = {"blocks": [{"type": "paragraph", "data": {"text": text}}]}
        collection = create_collection(name=name, slug=slug, description=description, actor=SYSTEM)
        product_ids = [ids[handle] for handle in handles.split()]
        add_to_collection(collection_id=collection.id, product_ids=product_ids, actor=SYSTEM)
        for channel in channels:
            publish_collection(collection_id=collection.id, channel=channel, actor=SYSTEM)


def _shipping(us: Channel, eu: Channel) -> None:
    far = [country for country in eu.countries if country not in NEIGHBOURS]
    _zone("United States", ["US"], us, US_METHODS)
    _zone("Germany and Austria", list(NEIGHBOURS), eu, NEAR_METHODS)
    _zone("Rest of the euro area", far, eu, FAR_METHODS)


def _zone(name: str, countries: list[str], channel: Channel, methods: tuple[Method, ...]) -> None:
    zone = ShippingZone.objects.create(name=name, countries=countries)
    zone.channels.add(channel)
    for place, (title, kind, (lightest, heaviest), (soonest, latest), price, from_subtotal) in enumerate(methods):
        method = ShippingMethod.objects.create(
            zone=zone,
            name=title,
            kind=kind,
            minimum_weight_grams=lightest,
            maximum_weight_grams=heaviest,
            minimum_delivery_days=soonest,
            maximum_delivery_days=latest,
            sort_order=place,
        )
        ShippingMethodChannelListing.objects.create(
            method=method, channel=channel, price_amount=price, minimum_subtotal_amount=from_subtotal
        )


def _people(eu: Channel) -> None:
    User.objects.create_superuser(OWNER[1], OWNER[2], first_name="Olive", last_name="Larkspur")
    group = StaffGroup.objects.create(
        name="Packers in Rotterdam",
        permissions=[Permission.MANAGE_ORDERS.value, Permission.MANAGE_STOCK.value],
        restricted_to_channels=True,
    )
    group.channels.add(eu)
    packer = User.objects.create_user(
        PACKER[1], PACKER[2], is_staff=True, is_confirmed=True, first_name="Piet", last_name="Kade"
    )
    packer.groups.add(group)
    ada = User.objects.create_user(CUSTOMER[1], CUSTOMER[2], is_confirmed=True, first_name="Ada", last_name="Byron")
    home, office = (
        Address.objects.create(user=ada, first_name="Ada", last_name="Byron", **lines) for lines in ADDRESSES
    )
    ada.default_shipping_address, ada.default_billing_address = home, office
    ada.save(update_fields=["default_shipping_address", "default_billing_address"])


ADDRESSES: Final[tuple[dict[str, str], ...]] = (
    {
        "street_address_1": "1600 Amphitheatre Parkway",
        "city": "Mountain View",
        "country_area": "CA",
        "postal_code": "94043",
        "country": "US",
        "phone": "+16502530000",
    },
    {
        "company_name": "Analytical Engines GmbH",
        "street_address_1": "Oranienstraße 25",
        "city": "Berlin",
        "postal_code": "10999",
        "country": "DE",
        "phone": "+493012345678",
    },
)
