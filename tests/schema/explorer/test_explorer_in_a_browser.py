"""The explorer as a person meets it: opened, read, and run in a real browser under its content policy."""

from __future__ import annotations

from uuid import UUID

import pytest
from playwright.sync_api import Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from commerce.core.actor import Actor, ActorKind
from schema.explorer.examples import Example
from tests.schema.explorer.conftest import Complaints

TABS = (
    Example("01-take", "mutation Take($id: ID!) { cartTake(id: $id) }", '{"id": "{{carts.id}}"}'),
    Example("02-carts", "query Carts { carts { id } }", None),
    Example("03-me", "query Me { me }", None),
    Example("04-sign-in", "mutation SignIn { tokenCreate { token } }", None),
)

pytestmark = pytest.mark.urls("tests.schema.explorer.shop_window")


@pytest.fixture
def transactional_db() -> None:
    """The shop window keeps nothing, so the live server needs no database."""


@pytest.fixture
def explorer(live_server: LiveServer, monkeypatch: pytest.MonkeyPatch, tab: Page, complaints: Complaints) -> Page:
    """The explorer of the shop window with four tabs, on a page that is watched."""
    monkeypatch.setattr("schema.explorer.page.examples", lambda audience: TABS)
    complaints.watch(tab, live_server.url)
    tab.goto(f"{live_server.url}/graphql/")
    expect(tab.locator(".graphiql-query-editor .view-lines")).to_contain_text("cartTake")
    return tab


def choose(explorer: Page, title: str) -> None:
    """Go to the tab called `title`; its operation has the same name."""
    explorer.locator(f".graphiql-tab-button[title='{title}']").click()
    expect(explorer.locator(".graphiql-query-editor .view-lines")).to_contain_text(title)
    # GraphiQL reads the operation's name when the editor has been still for a moment; nothing on the page shows when.
    explorer.wait_for_timeout(500)


def run(explorer: Page, title: str) -> Locator:
    """Press the triangle in the tab called `title`; the answer's editor."""
    choose(explorer, title)
    explorer.get_by_label("Execute query").click()
    return explorer.locator(".result-window .view-lines")


def test_the_tabs_are_there_and_nothing_complains(explorer: Page, complaints: Complaints) -> None:
    expect(explorer).to_have_title("Handcart storefront explorer")
    assert explorer.locator(".graphiql-tab-button").all_inner_texts() == ["Take", "Carts", "Me", "SignIn"]
    expect(explorer.locator(".graphiql-logo")).to_contain_text("Handcart")
    expect(run(explorer, "Carts")).to_contain_text("cart-8")
    assert complaints == []


def test_the_schema_can_be_read_and_typing_is_helped(explorer: Page, complaints: Complaints) -> None:
    explorer.get_by_label("Show Documentation Explorer").click()
    explorer.get_by_role("link", name="Query", exact=True).click()
    expect(explorer.locator(".graphiql-doc-explorer")).to_contain_text("Every cart there is.")
    choose(explorer, "Me")
    explorer.locator(".graphiql-query-editor .view-line").first.click()
    explorer.keyboard.press("Control+Home")
    for _ in range(len("query Me { ")):
        explorer.keyboard.press("ArrowRight")
    explorer.keyboard.type("ca ")
    explorer.keyboard.press("ArrowLeft")
    explorer.keyboard.press("Control+Space")
    expect(explorer.locator(".suggest-widget")).to_contain_text("carts")
    assert complaints == []


def test_queries_and_variables_are_made_pretty(explorer: Page, complaints: Complaints) -> None:
    explorer.get_by_label("Prettify query").click()
    expect(explorer.locator(".graphiql-query-editor .view-line")).to_have_count(4)
    variables = explorer.locator("[aria-label='Variables'] .view-line")
    expect(variables).to_have_count(4)
    lines = {line.strip().replace("\xa0", " ") for line in variables.all_inner_texts()}
    assert lines == {"", '"id": "{{carts.id}}"', "{", "}"}
    assert complaints == []


def test_an_id_of_an_earlier_answer_can_be_used_by_name(explorer: Page, complaints: Complaints) -> None:
    expect(run(explorer, "Take")).to_contain_text("No answer so far had an id under")
    expect(run(explorer, "Carts")).to_contain_text("cart-7")
    expect(run(explorer, "Take")).to_contain_text("took cart-7")
    assert complaints == []


def test_a_sign_in_lasts_until_the_page_is_closed(
    explorer: Page, complaints: Complaints, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer = Actor(ActorKind.CUSTOMER, id=UUID(int=1))
    monkeypatch.setattr("schema.context.actor_from_bearer", lambda token, audience: customer)
    expect(run(explorer, "Me")).to_contain_text("anonymous")
    expect(run(explorer, "SignIn")).to_contain_text("token")
    expect(explorer.locator(".handcart-session")).to_contain_text("Signed in")
    expect(run(explorer, "Me")).to_contain_text("customer")
    stored = explorer.evaluate("JSON.stringify(localStorage)")
    assert "Bearer" not in stored
    explorer.get_by_role("button", name="Sign out").click()
    expect(run(explorer, "Me")).to_contain_text("anonymous")
    assert complaints == []


def test_a_script_from_elsewhere_does_not_run(explorer: Page) -> None:
    """The policy is not only sent, the browser keeps to it."""
    explorer.evaluate(
        """() => {
            window.violations = [];
            document.addEventListener("securitypolicyviolation", (event) => violations.push(event.violatedDirective));
            const script = document.createElement("script");
            script.textContent = "window.ran = true";
            document.body.append(script);
            fetch("http://127.0.0.1:9/").catch(() => {});
        }"""
    )
    explorer.wait_for_function("violations.length === 2")
    assert explorer.evaluate("window.ran") is None
    assert sorted(explorer.evaluate("violations")) == ["connect-src", "script-src-elem"]
