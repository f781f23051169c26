"""A real browser, where there is one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, sync_playwright

CHROMIUM = shutil.which("chromium")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[BrowserContext]:
    """Chromium with an empty profile that reaches nothing but this machine."""
    if CHROMIUM is None:
        pytest.skip("no chromium on the PATH")
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            str(tmp_path / "profile"),
            executable_path=CHROMIUM,
            headless=True,
            args=QUIET,
            viewport={"width": 1440, "height": 900},
            color_scheme="light",
        )
        context.set_default_timeout(60_000)
        yield context
        context.close()


@pytest.fixture
def tab(browser: BrowserContext) -> Page:
    """The page that the browser opened with."""
    return browser.pages[0]


class Complaints(list[str]):
    """What the page did not like: script errors, console errors, policy violations, requests elsewhere."""

    def watch(self, page: Page, origin: str) -> None:
        """Collect from `page`, which may only talk to `origin`."""
        page.on("pageerror", lambda error: self.append(f"script: {error}"))
        page.on(
            "console",
            lambda message: self.append(f"console: {message.text}") if message.type in ("error", "warning") else None,
        )
        page.on(
            "request",
            lambda request: (
                None if request.url.startswith((origin, "data:", "blob:")) else self.append(f"elsewhere: {request.url}")
            ),
        )
        page.on("requestfailed", lambda request: self.append(f"failed: {request.url} {request.failure}"))
        page.on(
            "response",
            lambda response: (
                self.append(f"status {response.status}: {response.url}") if response.status >= 400 else None
            ),
        )


@pytest.fixture
def complaints() -> Complaints:
    """An empty list of complaints, to be watched into and found empty."""
    return Complaints()
