"""The demo shop: complete, coherent, and never in production."""

import csv
import io

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from PIL import Image

from commerce.catalog.models import Category, Collection, Product, ProductMedia, ProductVariant, VariantChannelListing
from commerce.channels.models import Channel
from commerce.content.models import Menu, Page
from commerce.inventory.invariants import broken_stock
from commerce.inventory.models import Stock
from commerce.shipping.models import ShippingMethodChannelListing
from deploy.demo.euro import euro_cents
from deploy.demo.illustrations import PICTURES, draw, illustration
from deploy.demo.shop import PRODUCTS, load_demo_shop
from deploy.demo.signins import SIGN_INS
from tests.factories import make_channel

pytestmark = pytest.mark.django_db


def test_a_fresh_shop_has_everything_that_a_visitor_looks_for():
    assert load_demo_shop()
    assert {(channel.slug, channel.currency_code) for channel in Channel.objects.all()} == {
        ("default-channel", "USD"),
        ("eu", "EUR"),
    }
    assert Product.objects.count() >= 55
    assert Category.objects.filter(parent=None).count() >= 3
    assert Collection.objects.filter(products__isnull=False).distinct().count() == 4
    assert not ProductMedia.objects.exclude(status="ready").exists()
    assert not Product.objects.filter(media=None).exists()
    for channel in Channel.objects.all():
        prices = VariantChannelListing.objects.filter(channel=channel)
        assert prices.count() == ProductVariant.objects.count()
        assert prices.filter(compare_at_amount__isnull=False).exists()
        assert ShippingMethodChannelListing.objects.filter(channel=channel).count() >= 5
    sold_out = Stock.objects.filter(on_hand=0, oversellable=False).values("variant").distinct()
    assert sold_out.count() >= 5
    assert Stock.objects.filter(oversellable=True).exists()
    assert broken_stock() == []


def test_a_storefront_finds_its_menus_and_pages():
    assert load_demo_shop()
    navbar = Menu.objects.get(slug="navbar")
    assert navbar.items.filter(parent=None).count() >= 4
    assert navbar.items.filter(collection__isnull=False).count() == 4
    footer = Menu.objects.get(slug="footer")
    assert [item.page.slug for item in footer.items.order_by("sort_order")] == [
        "about",
        "shipping-and-returns",
        "terms",
    ]
    assert not Page.objects.filter(is_published=False).exists()


def test_a_second_load_changes_nothing():
    load_demo_shop()
    before = Product.objects.count()
    assert not load_demo_shop()
    assert Product.objects.count() == before


def test_a_shop_that_has_a_channel_is_left_alone():
    make_channel("mine")
    assert not load_demo_shop()
    assert not Product.objects.exists()


def test_production_refuses_demo_data(settings):
    settings.HANDCART_ENV = "production"
    with pytest.raises(CommandError, match="production"):
        call_command("load_demo")
    assert not Channel.objects.exists()


def test_everybody_on_the_list_can_sign_in_and_the_list_is_printed():
    out = io.StringIO()
    call_command("load_demo", stdout=out)
    for role, email, password in SIGN_INS:
        assert authenticate(username=email, password=password) is not None, role
        assert f"{email} / {password}" in out.getvalue()


@pytest.mark.parametrize(
    ("dollars", "euros"), [(100, 95), (420, 495), (890, 995), (1800, 1990), (12900, 14390), (1, 95)]
)
def test_prices_in_euros_look_like_prices(dollars, euros):
    assert euro_cents(dollars) == euros


def test_every_picture_of_the_products_is_there_and_is_what_its_drawing_makes():
    with PRODUCTS.open(encoding="utf-8", newline="") as file:
        addresses = sorted({row["Image Src"] for row in csv.DictReader(file) if row["Image Src"]})
    assert all(illustration(address) for address in addresses)
    assert len(list(PICTURES.iterdir())) == len(addresses)
    assert sum(path.stat().st_size for path in PICTURES.iterdir()) < 3 * 1024 * 1024
    drawn = Image.open(io.BytesIO(draw(addresses[0])))
    kept = Image.open(io.BytesIO(illustration(addresses[0])))
    assert drawn.size == kept.size == (800, 800)


def test_no_address_leads_out_of_the_folder_of_pictures():
    for address in ("demo:../signins/abcdef", "demo:mug/../../x", "https://example.com/a.jpg", "demo:mug/ABCDEF"):
        assert illustration(address) is None
