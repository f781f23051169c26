"""A shop in which everything that shoppers see can be changed."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from commerce.accounts.tokens import issue_access_token
from commerce.catalog import models as catalog
from commerce.catalog.services import PartOfBundle, PricedByParts, set_bundle
from commerce.core.actor import SYSTEM
from commerce.core.permission import Permission
from commerce.search.models import StopWord, Synonym
from commerce.taxes.services import assign_tax_class
from schema import admin
from tests.api import Api
from tests.content import make_item, make_page, make_page_type
from tests.factories import (
    make_attribute,
    make_category,
    make_channel,
    make_collection,
    make_product,
    make_product_type,
    make_staff,
    make_tax_class,
    make_tax_rate,
    make_variant,
    make_warehouse,
)
from tests.made_once import made_once
from tests.schema.buying import card, let_money_move
from tests.schema.doing import Merchant, Shopper, document, gid
from tests.shoppers import ready_checkout


class Shop:
    """A mug in two variants with everything that a product can have, and a merchant who may do everything."""

    def __init__(self) -> None:
        self.channel = make_channel(default_country="DE", countries=["DE", "US"])
        make_tax_rate("DE", "19")
        self.colour = make_attribute("colour", "Red", "Blue")
        self.material, self.feel = make_attribute("material", "Clay"), make_attribute("feel")
        kind = make_product_type("mug", product_attributes=[self.material, self.feel], variant_attributes=[self.colour])
        self.books, self.food = make_tax_class("Books", rates={"DE": "5"}), make_tax_class("Food", rates={"DE": "7.07"})
        self.kitchen = make_category("kitchen")
        self.bath = make_category("bath")
        self.red, self.blue = self.colour.values.order_by("slug").reverse()
        clay = self.material.values.get()
        self.mug = make_product("Mug", slug="mug", category=self.kitchen, product_type=kind, attribute_values=[clay])
        assign_tax_class(tax_class_id=self.food.id, product_ids=[self.mug.id], actor=SYSTEM)
        self.variant = make_variant(product=self.mug, sku="MUG-1", stock=10, attribute_values=[self.red])
        self.second = make_variant(product=self.mug, sku="MUG-2", price=1200, stock=3)
        self.picture = catalog.ProductMedia.objects.create(product=self.mug, file="products/mug.png", alt="A mug")
        self.back = catalog.ProductMedia.objects.create(product=self.mug, file="products/back.png", sort_order=1)
        self.back.variants.add(self.variant)
        self.cup = make_product("Cup", slug="cup", product_type=kind)
        make_variant(product=self.cup, sku="CUP-1")
        self.plate = make_product("Plate", slug="plate", category=self.kitchen, product_type=kind)
        for place, other in enumerate((self.cup, make_product("Saucer", slug="saucer", product_type=kind))):
            catalog.ProductRelation.objects.create(product=self.mug, related=other, kind="accessory", sort_order=place)
        self.tray = make_variant(product=make_product("Tray", slug="tray", product_type=kind), stock=9)
        breakfast = make_product("Breakfast", slug="breakfast", product_type=kind)
        self.breakfast = set_bundle(
            variant_id=make_variant(product=breakfast, price=None, stock=None).id,
            parts=[PartOfBundle(self.tray.id, 2)],
            pricing=PricedByParts(basis_points=1000),
            actor=SYSTEM,
        )
        self.summer = make_collection("summer", products=[self.mug, self.plate])
        self.guide = make_page_type("guide", attributes=[self.material])
        self.story = make_page("Story", slug="story", page_type=self.guide, attribute_values=[clay])
        self.draft = make_page("Draft", slug="draft", is_published=False)
        self.heading = make_item("Shop")
        make_item("Kitchen", parent=self.heading, category=self.kitchen)
        make_item("Summer", parent=self.heading, collection=self.summer)
        make_item("Draft", parent=self.heading, page=self.draft)
        self.to_story = make_item("Story", page=self.story)
        self.synonym = Synonym.objects.create(terms=["mug", "goblet"])
        self.stop_word = StopWord.objects.create(language="en", word="huge")
        self.warehouse = make_warehouse()
        self.staff = make_staff(list(Permission))

    @classmethod
    def open(cls) -> Shop:
        """The shop, made by the first test that opens it."""
        return made_once(cls)

    @cached_property
    def merchant(self) -> Merchant:
        """The staff user's tool, with a token that is good from now on."""
        return Merchant(Api("/graphql/admin/", issue_access_token(self.staff, "admin")))

    def change(self, name: str, **arguments: Any) -> None:
        selected = document(name, list(arguments), schema=admin, select="errors { code path message }")
        assert self.merchant.api.send(selected, **arguments).problems == []

    def bought(self, quantity: int = 2) -> dict[str, Any]:
        """An order of some mugs, paid for and placed."""
        shopper = Shopper(cart=gid("Checkout", ready_checkout(self.variant, quantity).id))
        shopper.do("transactionInitialize", action="CHARGE", **card("approve"))
        order: dict[str, Any] = shopper.do("checkoutComplete")["order"]
        let_money_move()
        return order
