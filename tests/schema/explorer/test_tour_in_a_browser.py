"""The tour of the storefront: the examples, run in a browser against the real schema."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.factories import make_channel, make_product, make_variant
from tests.schema.explorer.conftest import Complaints


@pytest.fixture
def shop(live_server: LiveServer) -> str:
    """A shop that sells one mug; its address. Made before the browser starts, as Django wants it."""
    mug = make_product("Enamel mug", slug="enamel-mug", channel=make_channel())
    make_variant(product=mug, price=1850)
    return str(live_server.url)


def test_the_first_example_shows_what_the_shop_sells(shop: str, tab: Page, complaints: Complaints) -> None:
    complaints.watch(tab, shop)
    tab.goto(f"{shop}/graphql/")
    expect(tab.locator(".graphiql-query-editor .view-lines")).to_contain_text("query Products")
    expect(tab.locator("[aria-label='Variables'] .view-lines").first).to_contain_text("default-channel")
    tab.get_by_label("Execute query").click()
    answer = tab.locator(".result-window .view-lines")
    expect(answer).to_contain_text("Enamel mug")
    expect(answer).to_contain_text("18.5")
    expect(answer).not_to_contain_text("errors")
    assert complaints == []


def test_a_cart_is_made_and_filled_by_going_from_tab_to_tab(shop: str, tab: Page, complaints: Complaints) -> None:
    complaints.watch(tab, shop)
    tab.goto(f"{shop}/graphql/")
    expect(tab.locator(".graphiql-query-editor .view-lines")).to_contain_text("query Products")
    answer = tab.locator(".result-window .view-lines")
    for title, told in (("Products", "productVariants"), ("Cart", "checkoutCreate"), ("AddMore", "checkoutLinesAdd")):
        tab.locator(f".graphiql-tab-button[title='{title}']").click()
        expect(tab.locator(".graphiql-query-editor .view-lines")).to_contain_text(title)
        # GraphiQL reads the operation's name when the editor has been still for a moment; nothing shows when.
        tab.wait_for_timeout(500)
        tab.get_by_label("Execute query").click()
        expect(answer).to_contain_text(told)
    expect(answer).to_contain_text('"quantity": 2')
    assert complaints == []


def test_the_merchant_has_an_explorer_too(shop: str, tab: Page, complaints: Complaints) -> None:
    complaints.watch(tab, shop)
    tab.goto(f"{shop}/graphql/admin/")
    expect(tab).to_have_title("Handcart admin explorer")
    assert tab.locator(".graphiql-tab-button").all_inner_texts()[:2] == ["SignIn", "Products"]
    assert complaints == []
