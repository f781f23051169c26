"""How the goods get there, and what happens when they no longer can."""

import pytest

from commerce.accounts.models import Address
from commerce.checkout.inputs import NewAddress
from commerce.checkout.models import Checkout, CheckoutDelivery
from commerce.checkout.priced import DeliveryState, Quote
from commerce.checkout.problems import DeliveryMethodInvalid, DeliveryMethodStale, problems, require_completable
from commerce.checkout.quote import quote
from commerce.checkout.services import (
    calculate_delivery_options,
    choose_delivery_method,
    set_shipping_address,
)
from commerce.core.actor import ANONYMOUS
from commerce.core.ids import uuid7
from commerce.shipping.models import ShippingMethod, ShippingMethodChannelListing
from tests.commerce.checkout.carts import BERLIN, home, refused
from tests.factories import (
    make_address,
    make_channel,
    make_checkout,
    make_shipping_method,
    make_shipping_zone,
    make_variant,
)

pytestmark = pytest.mark.django_db


def ready_cart(price: int = 1000, **fields: object) -> Checkout:
    """A cart with a mug and a home in California."""
    make_channel(countries=["US", "DE"])
    return make_checkout(make_variant(price=price), shipping_address=make_address(), **fields)


def options(cart: Checkout) -> list[tuple[str, int]]:
    found = calculate_delivery_options(checkout_id=cart.id, actor=ANONYMOUS)
    return [(option.name, option.price_amount) for option in found]


def choose(cart: Checkout, key: object) -> Checkout:
    choose_delivery_method(checkout_id=cart.id, delivery_id=key, actor=ANONYMOUS)  # type: ignore[arg-type]
    return Checkout.objects.get(id=cart.id)


def quoted(cart: Checkout) -> Quote:
    return quote(Checkout.objects.get(id=cart.id))


def test_options_are_offered_at_the_prices_of_now_and_keep_their_ids():
    method = make_shipping_method("Parcel", price=500)
    make_shipping_method("Courier", price=1500, sort_order=1)
    cart = ready_cart()
    assert options(cart) == [("Parcel", 500), ("Courier", 1500)]
    before = set(CheckoutDelivery.objects.values_list("id", flat=True))
    ShippingMethodChannelListing.objects.filter(method=method).update(price_amount=600)
    assert options(cart) == [("Parcel", 600), ("Courier", 1500)]
    assert set(CheckoutDelivery.objects.values_list("id", flat=True)) == before


def test_without_an_address_or_anything_to_ship_there_are_no_options():
    make_shipping_method()
    assert options(make_checkout(make_variant())) == []
    song = make_variant(is_shipping_required=False)
    assert options(make_checkout(song, shipping_address=make_address())) == []


def test_a_delivery_is_chosen_by_its_id_or_its_methods():
    method = make_shipping_method(price=500)
    cart = ready_cart()
    (option,) = calculate_delivery_options(checkout_id=cart.id, actor=ANONYMOUS)
    assert choose(cart, option.id).delivery == option
    assert choose(cart, method.id).delivery == option
    assert quoted(cart).shipping.net.amount == 500
    assert choose(cart, None).delivery is None
    assert quoted(cart).shipping.net.amount == 0


def test_a_method_is_chosen_without_asking_for_options_first():
    cart, method = ready_cart(), make_shipping_method(price=700)
    chosen = choose(cart, method.id).delivery
    assert chosen is not None
    assert (chosen.method, chosen.price_amount) == (method, 700)


def test_what_is_not_offered_cannot_be_chosen():
    cart = ready_cart()
    abroad = make_shipping_method(zone=make_shipping_zone("DE", countries=["DE"]))
    large = make_shipping_method(minimum_subtotal=10**6)
    heavy = make_shipping_method(kind=ShippingMethod.Kind.WEIGHT, minimum_weight_grams=10**6)
    for method in (abroad, large, heavy):
        with refused() as faults:
            choose(cart, method.id)
        assert faults == [("INVALID_SHIPPING_METHOD", ("delivery_method_id",))]
    other = ready_cart()
    theirs = CheckoutDelivery.objects.create(checkout=other, method=abroad, name="x", price_amount=0)
    for unknown in (uuid7(), theirs.id):
        with refused() as faults:
            choose(cart, unknown)
        assert faults == [("NOT_FOUND", ("delivery_method_id",))]
    assert Checkout.objects.get(id=cart.id).delivery is None


def test_a_choice_needs_an_address_and_something_to_ship():
    method = make_shipping_method()
    with refused() as faults:
        choose(make_checkout(make_variant()), method.id)
    assert faults == [("SHIPPING_ADDRESS_NOT_SET", ("delivery_method_id",))]
    song = make_variant(is_shipping_required=False)
    with refused() as faults:
        choose(make_checkout(song, shipping_address=make_address()), method.id)
    assert faults == [("SHIPPING_NOT_REQUIRED", ("delivery_method_id",))]


def test_moving_abroad_makes_the_choice_invalid_and_moving_back_heals_it():
    cart, method = ready_cart(billing_address=make_address()), make_shipping_method()
    method.zone.countries = ["US"]
    method.zone.save()
    cart = choose(cart, method.id)
    set_shipping_address(checkout_id=cart.id, address=NewAddress(BERLIN), actor=ANONYMOUS)
    found = quoted(cart)
    assert found.delivery is not None
    assert found.delivery.state is DeliveryState.INVALID
    assert problems(cart, found) == [DeliveryMethodInvalid(found.delivery.delivery)]
    with refused() as faults:
        require_completable(cart, found)
    assert faults == [("DELIVERY_METHOD_NOT_APPLICABLE", ("delivery_method",))]
    set_shipping_address(checkout_id=cart.id, address=home(), actor=ANONYMOUS)
    assert problems(cart, quoted(cart)) == []
    require_completable(cart, quoted(cart))


def test_a_cart_that_grows_out_of_its_delivery_is_told_so():
    cart = ready_cart(price=1000)
    method = make_shipping_method(maximum_subtotal=1500)
    cart = choose(cart, method.id)
    cart.lines.update(quantity=2)
    (problem,) = problems(cart, quoted(cart))
    assert isinstance(problem, DeliveryMethodInvalid)


def test_a_new_shipping_price_is_charged_only_after_it_was_shown():
    cart, method = ready_cart(billing_address=make_address()), make_shipping_method(price=500)
    cart = choose(cart, method.id)
    ShippingMethodChannelListing.objects.update(price_amount=900)
    found = quoted(cart)
    assert found.shipping.net.amount == 900
    assert [type(problem) for problem in problems(cart, found)] == [DeliveryMethodStale]
    with refused() as faults:
        require_completable(cart, found)
    assert faults == [("DELIVERY_METHOD_NOT_APPLICABLE", ("delivery_method",))]
    assert options(cart) == [("Parcel", 900)]
    require_completable(cart, quoted(cart))


def test_options_that_are_gone_are_forgotten_but_not_the_chosen_one():
    cart = ready_cart()
    chosen, other = make_shipping_method("Chosen"), make_shipping_method("Other")
    options(cart)
    cart = choose(cart, chosen.id)
    ShippingMethod.objects.update(is_active=False)
    assert options(cart) == []
    assert list(cart.deliveries.values_list("name", flat=True)) == ["Chosen"]
    other.delete()
    chosen.delete()
    assert Checkout.objects.get(id=cart.id).delivery is None
    assert Address.objects.count() == 1
