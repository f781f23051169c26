"""The column `Gift Card`: what is one, and what stays as it is."""

import pytest

from commerce.catalog.models import Product, ProductType, ProductVariant
from tests.commerce.exporting.conftest import export
from tests.commerce.importing.conftest import MUG, as_csv, outcomes
from tests.gift_cards import make_card_for_sale

COLUMNS = (*MUG, "Gift Card")
CARD = MUG | {
    "Handle": "card", "Title": "Card", "Type": "Gift Card", "Gift Card": "true", "Variant SKU": "CARD-25",
    "Variant Inventory Tracker": "", "Variant Inventory Qty": "", "Variant Requires Shipping": "false",
    "Variant Price": "25.00",
}  # fmt: skip


def kinds() -> dict[str, tuple[str, str, bool]]:
    """By handle: the name and kind of the product's type, and whether its variant is shipped."""
    rows = ProductVariant.objects.values_list(
        "product__slug", "product__product_type__name", "product__product_type__kind", "is_shipping_required"
    )
    return {slug: (name, kind, is_shipped) for slug, name, kind, is_shipped in rows}


def test_a_gift_card_comes_in_as_one_beside_goods(load):
    report = load(as_csv(CARD, MUG | {"Gift Card": "false"}, columns=COLUMNS))
    assert (outcomes(report), report.not_kept) == ({"created": 2}, {})
    assert kinds() == {"card": ("Gift Card", "gift_card", False), "mug": ("Mug", "normal", True)}
    assert not ProductVariant.objects.get(sku="CARD-25").track_inventory
    assert not ProductType.objects.get(kind="gift_card").is_shipping_required
    assert outcomes(load(as_csv(CARD, MUG | {"Gift Card": "false"}, columns=COLUMNS))) == {"unchanged": 2}


def test_goods_and_cards_of_one_type_in_a_file_have_two_in_the_shop(load):
    mug = MUG | {"Type": "Presents", "Gift Card": "no"}
    nameless = CARD | {"Handle": "voucher", "Type": "", "Variant SKU": "V-1"}
    load(as_csv(mug, CARD | {"Type": "Presents"}, nameless, columns=COLUMNS))
    assert kinds() == {
        "mug": ("Presents", "normal", True),
        "card": ("Presents", "gift_card", False),
        "voucher": ("Gift Card", "gift_card", False),
    }
    assert ProductType.objects.count() == 3


def test_a_card_that_is_said_to_be_shipped_is_not(load):
    report = load(as_csv(CARD | {"Variant Requires Shipping": "true"}, columns=COLUMNS))
    assert kinds()["card"][2] is False
    assert [(each.column, each.reason) for each in report.warnings] == [
        ("Variant Requires Shipping", "Gift cards are not shipped.")
    ]


@pytest.mark.parametrize(("before", "after"), [(MUG | {"Gift Card": "false"}, "true"), (CARD, "false")])
def test_what_a_product_is_it_stays(load, before, after):
    load(as_csv(before, columns=COLUMNS))
    was = kinds()
    report = load(as_csv(before | {"Gift Card": after, "Title": "Else"}, columns=COLUMNS))
    assert outcomes(report) == {"failed": 1}
    assert (report.failures[0].column, kinds()) == ("Gift Card", was)
    # A file that says nothing of it changes everything else, the type's name too.
    other = before | {"Gift Card": "", "Title": "Else", "Type": "Others", "Variant Requires Shipping": "true"}
    assert outcomes(load(as_csv(other, columns=COLUMNS))) == {"updated": 1}
    assert Product.objects.get().name == "Else"
    ((name, kind, is_shipped),) = kinds().values()
    assert (name, kind, is_shipped) == ("Others", was[before["Handle"]][1], was[before["Handle"]][1] == "normal")


def test_a_new_product_of_a_type_of_cards_is_one_where_the_file_does_not_say(load):
    load(as_csv(CARD, columns=COLUMNS))
    load(as_csv(CARD | {"Handle": "fifty", "Variant SKU": "CARD-50"}))
    assert kinds()["fifty"] == ("Gift Card", "gift_card", False)


def test_neither_yes_nor_no_is_refused_with_its_place(load):
    report = load(as_csv(CARD | {"Gift Card": "perhaps"}, columns=COLUMNS))
    assert outcomes(report) == {"failed": 1}
    assert (report.failures[0].line, report.failures[0].column) == (2, "Gift Card")


def test_cards_go_out_and_come_back_as_cards(load, channel, warehouse):
    card = make_card_for_sale(channel=channel, sku="CARD")
    load(as_csv(MUG))
    text, _ = export(channel, warehouse)
    header, *rows = text.splitlines()
    assert "Gift card" in header.split(",")
    assert sum(",TRUE," in row for row in rows if row.startswith(card.product.name)) == 1
    assert outcomes(load(text.encode())) == {"unchanged": 2}
    Product.objects.all().delete()
    ProductType.objects.all().delete()
    assert outcomes(load(text.encode())) == {"created": 2}
    assert {kind for _, kind, _ in kinds().values()} == {"normal", "gift_card"}
