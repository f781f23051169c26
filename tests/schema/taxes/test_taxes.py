"""Merchants set taxes up, and shoppers see them in prices."""

from __future__ import annotations

from typing import Any

import pytest

from commerce.accounts.tokens import issue_access_token
from commerce.checkout.models import Checkout
from commerce.checkout.quote import quote
from commerce.core.actor import SYSTEM
from commerce.core.permission import Permission
from commerce.orders.models import Order, OrderLine
from commerce.taxes.models import TaxConfiguration
from commerce.taxes.services import assign_tax_class
from schema import admin
from tests.api import Api
from tests.factories import (
    make_address,
    make_channel,
    make_customer,
    make_product,
    make_staff,
    make_tax_class,
    make_tax_rate,
    make_variant,
)
from tests.schema.buying import NOBODYS, card
from tests.schema.doing import Merchant, Shopper, document, gid, merchant
from tests.shoppers import DELIVERY, ready_checkout

pytestmark = pytest.mark.django_db
CLASS = "taxClass { id name code version rates { country { code } percent } } errors { code path }"


def change(staff: Merchant, name: str, select: str, **arguments: Any) -> dict[str, Any]:
    answer = staff.api.send(document(name, list(arguments), schema=admin, select=select), **arguments)
    found: dict[str, Any] = answer.data[name]
    return found


@pytest.fixture
def staff() -> Merchant:
    return merchant(Permission.MANAGE_TAXES, Permission.MANAGE_CHECKOUTS)


def price_of(slug: str) -> tuple[str, str]:
    """What a page shows of a product and its first variant, gross minor units."""
    answer = Shopper().api.send(
        """query($slug: String!) { product(slug: $slug, channel: "default-channel") {
        pricing { priceRange { start { gross { minorAmount } } } }
        variants { pricing { price { gross { minorAmount } } } } } }""",
        slug=slug,
    )
    product = answer.data["product"]
    return (
        product["pricing"]["priceRange"]["start"]["gross"]["minorAmount"],
        product["variants"][0]["pricing"]["price"]["gross"]["minorAmount"],
    )


def test_books_bear_less_from_the_moment_that_the_merchant_says_so(staff: Merchant) -> None:
    make_channel(default_country="DE", countries=["DE"])
    novel = make_product("Novel", slug="novel")
    make_variant(product=novel, price=1000)
    made = change(staff, "taxClassCreate", CLASS, input={"name": " Books ", "code": "P1"})
    assert made["errors"] == []
    books = made["taxClass"]["id"]
    assert (made["taxClass"]["name"], made["taxClass"]["version"]) == ("Books", 1)
    rates = change(
        staff, "taxRatesUpdate", "taxRates { percent countryArea taxClass { name } } errors { code path }",
        country="DE",
        rates=[{"percent": "19"}, {"percent": 7, "taxClass": books}, {"percent": "1.5", "countryArea": "by"}],
    )  # fmt: skip
    assert rates["errors"] == []
    assert [(r["percent"], r["countryArea"], r["taxClass"]) for r in rates["taxRates"]] == [
        ("19", None, None), ("7", None, {"name": "Books"}), ("1.5", "BY", None),
    ]  # fmt: skip
    assert price_of("novel") == ("1190", "1190")
    assigned = change(staff, "taxClassAssign", CLASS, taxClass=books, products=[gid("Product", novel.id)])
    assert assigned["taxClass"]["rates"] == [{"country": {"code": "DE"}, "percent": "7.0000"}]
    assert price_of("novel") == ("1070", "1070")
    change(staff, "taxClassAssign", CLASS, taxClass=None, products=[gid("Product", novel.id)])
    assert price_of("novel") == ("1190", "1190")
    change(staff, "taxClassAssign", CLASS, taxClass=books, productTypes=[gid("ProductType", novel.product_type_id)])
    assert price_of("novel") == ("1070", "1070")
    assert change(staff, "taxClassDelete", CLASS, id=books)["errors"] == []
    assert price_of("novel") == ("1190", "1190")


def test_a_cart_to_the_canary_islands_bears_what_they_take(staff: Merchant) -> None:
    make_channel(default_country="ES", countries=["ES"])
    said = change(
        staff, "taxRatesUpdate", "taxRates { percent postalCodeStart postalCodeEnd } errors { code path }",
        country="ES",
        rates=[
            {"percent": "21"},
            {"percent": "7", "postalCodeStart": "ES-35"},
            {"percent": "7", "postalCodeStart": " 38 "},
            {"percent": "10", "postalCodeStart": "51", "postalCodeEnd": "52"},
        ],
    )  # fmt: skip
    assert said["errors"] == []
    assert [(r["postalCodeStart"], r["postalCodeEnd"]) for r in said["taxRates"]] == [
        (None, None), ("ES-35", None), ("38", None), ("51", "52"),
    ]  # fmt: skip
    checkout = ready_checkout(make_variant(price=1000))
    for code, gross in (("28013", 1210), ("35 001", 1070), ("38670", 1070), ("52001", 1100), ("36201", 1210)):
        checkout.shipping_address = make_address(country="ES", postal_code=code, country_area="")
        checkout.save()
        assert quote(checkout).subtotal.gross.amount == gross


def test_bad_postal_codes_of_rates_are_told_with_their_place(staff: Merchant) -> None:
    bad: list[dict[str, str]] = [
        {"postalCodeStart": "35"}, {"postalCodeStart": "ES-35"}, {"postalCodeStart": "--"}, {"postalCodeEnd": "9"},
        {"postalCodeStart": "52", "postalCodeEnd": "51"}, {"postalCodeStart": "x" * 21}, {"postalCodeStart": "a\x00"},
        {"postalCodeStart": "34", "postalCodeEnd": "36"}, {"postalCodeStart": "350"},
        {"postalCodeStart": "\u33af" * 20},
    ]  # fmt: skip
    said = change(
        staff, "taxRatesUpdate", "errors { code path }", country="ES", rates=[{"percent": "7"} | row for row in bad]
    )
    assert [(error["code"], error["path"]) for error in said["errors"]] == [
        ("UNIQUE", ["rates", "1", "taxClass"]),
        ("INVALID", ["rates", "2", "postalCodeStart"]),
        ("INVALID", ["rates", "3", "postalCodeStart"]),
        ("INVALID", ["rates", "4", "postalCodeEnd"]),
        ("INVALID", ["rates", "5", "postalCodeStart"]),
        ("INVALID", ["rates", "6", "postalCodeStart"]),
        ("UNIQUE", ["rates", "7", "taxClass"]),
        ("INVALID", ["rates", "9", "postalCodeStart"]),
    ]


def test_a_bad_rate_is_told_with_its_place_and_the_old_ones_stay(staff: Merchant) -> None:
    make_tax_rate("DE", "19")
    books = gid("TaxClass", make_tax_class("Books").id)
    bad = [
        {"percent": "19"}, {"percent": "19"}, {"percent": "100.1"}, {"percent": "-1"}, {"percent": "1.23456"},
        {"percent": "1", "taxClass": gid("TaxClass", NOBODYS)}, {"percent": "1", "countryArea": "a\x00"},
        {"percent": "7", "taxClass": books},
    ]  # fmt: skip
    said = change(staff, "taxRatesUpdate", "errors { code path }", country="DE", rates=bad)
    assert [(error["code"], error["path"]) for error in said["errors"]] == [
        ("UNIQUE", ["rates", "1", "taxClass"]),
        ("INVALID", ["rates", "2", "percent"]),
        ("INVALID", ["rates", "3", "percent"]),
        ("INVALID", ["rates", "4", "percent"]),
        ("NOT_FOUND", ["rates", "5", "taxClass"]),
        ("INVALID", ["rates", "6", "countryArea"]),
    ]
    kept = staff.api.send("{ taxRates(country: DE) { percent } }")
    assert kept.data == {"taxRates": [{"percent": "19.0000"}]}


def test_two_who_change_a_class_at_once_do_not_overwrite_each_other(staff: Merchant) -> None:
    books = gid("TaxClass", make_tax_class("Books").id)
    make_tax_class("Food")
    assert change(staff, "taxClassUpdate", CLASS, id=books, input={"code": "P1"}, version=1)["errors"] == []
    late = change(staff, "taxClassUpdate", CLASS, id=books, input={"code": "P2"}, version=1)
    assert (late["errors"][0]["code"], late["taxClass"]["code"]) == ("CONFLICT", "P1")
    for name, code in (("Food", "UNIQUE"), ("", "REQUIRED"), ("x" * 251, "INVALID"), ("a\x00", "INVALID")):
        said = change(staff, "taxClassUpdate", CLASS, id=books, input={"name": name})
        assert said["errors"] == [{"code": code, "path": ["input", "name"]}]
    gone = change(staff, "taxClassDelete", CLASS, id=gid("TaxClass", NOBODYS))
    assert gone["errors"][0]["code"] == "NOT_FOUND"
    listed = staff.api.send("{ taxClasses(first: 5) { totalCount nodes { name } } }")
    assert listed.data["taxClasses"] == {"totalCount": 2, "nodes": [{"name": "Books"}, {"name": "Food"}]}


FIELDS = """{ channel { slug } version mode rounding service fallback reverseCharge pricesIncludeTax
displayGrossPrices seatCountry { code } defaultClass { name } shippingClass { name } }"""
HOW = f"taxConfiguration {FIELDS} errors {{ code path }}"


def test_a_channel_says_how_it_taxes(staff: Merchant) -> None:
    channel = make_channel()
    before = staff.api.send(f'{{ taxConfiguration(channel: "default-channel") {FIELDS} }}')
    assert before.data["taxConfiguration"]["version"] == 0
    assert before.data["taxConfiguration"]["mode"] == "PER_LINE"
    books = gid("TaxClass", make_tax_class("Books").id)
    given = {
        "mode": "PER_TOTAL", "rounding": "HALF_EVEN", "defaultClass": books, "shippingClass": books, "service": "http",
        "fallback": "REFUSE", "reverseCharge": True, "seatCountry": "FR", "pricesIncludeTax": True,
    }  # fmt: skip
    said = change(staff, "taxConfigurationUpdate", HOW, channel=channel.slug, input=given, version=0)
    assert said["errors"] == []
    assert said["taxConfiguration"] == {
        **{name: given[name] for name in ("mode", "rounding", "service", "fallback", "reverseCharge")},
        "channel": {"slug": "default-channel"}, "version": 1, "pricesIncludeTax": True, "displayGrossPrices": False,
        "seatCountry": {"code": "FR"}, "defaultClass": {"name": "Books"}, "shippingClass": {"name": "Books"},
    }  # fmt: skip
    for wrong, code, field in (
        ({"service": "gone"}, "NOT_FOUND", "service"),
        ({"defaultClass": gid("TaxClass", NOBODYS)}, "NOT_FOUND", "defaultClass"),
    ):
        refused = change(staff, "taxConfigurationUpdate", HOW, channel=channel.slug, input=wrong)
        assert refused["errors"] == [{"code": code, "path": ["input", field]}]
    late = change(staff, "taxConfigurationUpdate", HOW, channel=channel.slug, input={"mode": "PER_LINE"}, version=0)
    assert late["errors"][0]["code"] == "CONFLICT"
    assert TaxConfiguration.objects.get().mode == "per_total"


def test_staff_of_another_channel_leave_this_one_alone() -> None:
    channel, other = make_channel(), make_channel("other")
    theirs = merchant(Permission.MANAGE_TAXES, channels=[other])
    answer = theirs.api.send(
        'mutation { taxConfigurationUpdate(channel: "default-channel", input: {mode: PER_TOTAL}) { errors { code } } }'
    )
    assert answer.codes == ["PERMISSION_DENIED"]
    cart = ready_checkout(make_variant(channel=channel))
    answer = theirs.api.send(
        "mutation($id: ID!) { taxExemptionManage(id: $id, taxExemption: true) { errors { code } } }",
        id=gid("Checkout", cart.id),
    )
    assert answer.codes == ["PERMISSION_DENIED"]
    cart.refresh_from_db()
    assert not cart.is_tax_exempt


def test_a_buyer_who_is_let_off_pays_net_and_the_order_says_why(staff: Merchant) -> None:
    make_tax_rate("US", "10")
    cart = ready_checkout(make_variant(price=1000))
    shopper = Shopper(cart=gid("Checkout", cart.id))
    said = change(
        staff, "taxExemptionManage",
        "checkout { isTaxExempt totalPrice { gross { minorAmount } } } errors { code }",
        id=shopper.cart, taxExemption=True,
    )  # fmt: skip
    assert said["checkout"] == {"isTaxExempt": True, "totalPrice": {"gross": {"minorAmount": str(1000 + DELIVERY)}}}
    shopper.do("transactionInitialize", action="CHARGE", **card("approve"))
    assert shopper.do("checkoutComplete")["order"]["total"]["gross"]["minorAmount"] == str(1000 + DELIVERY)
    assert Order.objects.get().tax_exemption == "Exempt from tax"
    assert OrderLine.objects.get().tax_percent == 0


def test_a_business_elsewhere_in_the_union_pays_net_with_its_vat_id() -> None:
    channel = make_channel(default_country="DE", countries=["DE", "FR"], prices_include_tax=True)
    make_tax_rate("FR", "20")
    TaxConfiguration.objects.create(channel=channel, reverse_charge=True)
    paris = {
        "street_address_1": "1 Rue de Rivoli", "city": "PARIS", "country": "FR", "country_area": "",
        "postal_code": "75001",
    }  # fmt: skip
    cart = ready_checkout(
        make_variant(price=1200), shipping_address=make_address(**paris), billing_address=make_address(**paris)
    )
    shopper = Shopper(cart=gid("Checkout", cart.id))

    def say(vat_id: str) -> dict[str, Any]:
        answer = shopper.api.send(
            """mutation($id: ID!, $vatId: String!) { checkoutVatIdUpdate(id: $id, vatId: $vatId) {
            checkout { vatId isTaxExempt subtotalPrice { gross { minorAmount } } } errors { code path } } }""",
            id=shopper.cart, vatId=vat_id,
        )  # fmt: skip
        found: dict[str, Any] = answer.data["checkoutVatIdUpdate"]
        return found

    for mistyped in ("FR1", "FR83404833049"):
        wrong = say(mistyped)
        assert wrong["errors"] == [{"code": "INVALID_VAT_ID", "path": ["vatId"]}]
        assert wrong["checkout"]["subtotalPrice"]["gross"]["minorAmount"] == "1200"
    right = say("fr 83 404833048")
    assert right["checkout"] == {
        "vatId": "FR83404833048", "isTaxExempt": True, "subtotalPrice": {"gross": {"minorAmount": "1000"}},
    }  # fmt: skip
    assert say("")["checkout"]["subtotalPrice"]["gross"]["minorAmount"] == "1200"


def test_a_customers_exemption_follows_them_into_every_cart(staff: Merchant) -> None:
    make_tax_rate("US", "10")
    ada = make_customer("ada@example.com")
    cart = ready_checkout(make_variant(price=1000), user=ada)
    fields = "customerTaxes { vatId isExempt reason version user { email } } errors { code path }"
    said = change(
        staff, "customerTaxesUpdate", fields,
        user=gid("User", ada.id), input={"isExempt": True, "reason": "Certificate 7", "vatId": "DE 123456788"},
    )  # fmt: skip
    assert said["customerTaxes"] == {
        "vatId": "DE123456788", "isExempt": True, "reason": "Certificate 7", "version": 1,
        "user": {"email": "ada@example.com"},
    }  # fmt: skip
    quoted = quote(Checkout.objects.select_related("channel").get(id=cart.id))
    assert (quoted.exempt, quoted.total.gross.amount) == ("Certificate 7", 1000 + DELIVERY)
    for mistyped in ("x", "DE123456789"):
        bad = change(staff, "customerTaxesUpdate", fields, user=gid("User", ada.id), input={"vatId": mistyped})
        assert bad["errors"] == [{"code": "INVALID_VAT_ID", "path": ["input", "vatId"]}]
    nobody = change(staff, "customerTaxesUpdate", fields, user=gid("User", NOBODYS), input={"isExempt": True})
    assert nobody["errors"] == [{"code": "NOT_FOUND", "path": ["user"]}]
    asked = staff.api.send("query($u: ID!) { customerTaxes(user: $u) { reason } }", u=gid("User", ada.id))
    assert asked.data == {"customerTaxes": {"reason": "Certificate 7"}}


def test_the_region_of_an_address_decides_and_the_order_keeps_class_and_rate() -> None:
    make_tax_rate("US", "1")
    food = make_tax_class("Food")
    make_tax_rate("US", "7.25", area="CA")
    make_tax_rate("US", "2.5", area="CA", tax_class=food)
    bread = make_variant(price=1000)
    assign_tax_class(tax_class_id=food.id, product_ids=[bread.product_id], actor=SYSTEM)
    cart = ready_checkout(bread)
    shopper = Shopper(cart=gid("Checkout", cart.id))
    shopper.do("transactionInitialize", action="CHARGE", **card("approve"))
    shopper.do("checkoutComplete")
    line, order = OrderLine.objects.get(), Order.objects.get()
    assert (line.tax_class_name, float(line.tax_percent), line.total_gross) == ("Food", 2.5, 1025)
    assert order.shipping_gross == DELIVERY + 36  # 7.25 %


def test_who_may_not_manage_taxes_reads_nothing_of_them() -> None:
    other = Api("/graphql/admin/", issue_access_token(make_staff([Permission.MANAGE_PRODUCTS]), "admin"))
    for asked in ("taxClasses { totalCount }", "taxRates(country: DE) { percent }"):
        assert other.send(f"{{ {asked} }}").codes == ["PERMISSION_DENIED"]
