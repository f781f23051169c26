"""`make bench SUITE=checkout`: carts, completions, a sale and whole purchases. README.md explains the figures."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median, quantiles
from typing import Any, Final

from tests.bench.figures import interleaved, milliseconds, show
from tests.bench.sale import VARIANTS as VARIANTS_ON_SALE
from tests.bench.sale import measure_sale
from tests.bench.servers import own_servers
from tests.bench.shop import Shop, home_with_catalog, serving
from tests.deploy.running_shop import ROOT, clean_environment

CARTS: Final = 1_600
VARIANTS: Final = 400
FLASH_UNITS, FLASH_SHOPPERS, FLASH_SECONDS = 500, 2_000, 30


def measure_edits(*, rounds: int, calls: int) -> None:
    """Print what a change of a cart costs: at 10 and 40 lines, and beside 10, 20 and 100 active promotions."""
    from tests.bench.carts import cart_of, edit_of, make_order_promotions
    from tests.bench.requests import asking, data_of
    from tests.bench.wsgi import the_shop
    from tests.statements import recorded_statements

    sides: dict[str, Callable[[], object]] = {}
    make_order_promotions("default-channel", 20)
    for lines in (10, 40):
        sides[f"lines{lines}"] = asking(the_shop(), edit_of(cart_of(lines)))
    for promotions in (10, 100):
        channel = f"with-{promotions}-promotions"
        sides[f"promotions{promotions}"] = asking(the_shop(), edit_of(cart_of(10, channel)))
        make_order_promotions(channel, promotions)
    for ask in sides.values():
        data_of(ask)  # type: ignore[arg-type]
    with recorded_statements() as seen:
        sides["lines10"]()
    show("checkout.edit.statements", len(seen), "statements")
    taken = interleaved(sides, rounds=rounds, calls=calls)
    for name, seconds in taken.items():
        show(f"checkout.edit.{name}.p50", milliseconds(seconds), "ms")
    ratio = {name: median(seconds) for name, seconds in taken.items()}
    show("checkout.edit.growth_of_4x_lines", ratio["lines40"] / ratio["lines10"], "x")
    show("checkout.edit.100_to_10_promotions", ratio["promotions100"] / ratio["promotions10"], "x")


def measure_completions(carts: int) -> None:
    """Print completions per second: of many variants, of one, and of one whose stock is sharded."""
    from tests.bench.carts import one_variant, ready_carts, sharded_variant, variants_with_plenty
    from tests.bench.completing import rate

    spread = rate(ready_carts(variants_with_plenty(VARIANTS), carts))
    hot = rate(ready_carts([one_variant()], carts))
    sharded = rate(ready_carts([sharded_variant()], carts))
    show("checkout.complete_db.rate", spread, "orders/s")
    show("checkout.complete_db.hot_rate", hot, "orders/s")
    show("checkout.complete_db.sharded_rate", sharded, "orders/s")
    show("checkout.complete_db.hot_share", 100 * hot / spread, "%")
    show("checkout.complete_db.sharded_share", 100 * sharded / spread, "%")


def measure_purchases(shop: Shop, home: Path, *, seconds: float, rounds: int) -> None:
    """Print whole purchases per second over HTTP, three calls each, everything on this machine."""
    plan = _plan(shop, home, "plenty")
    _load("steady", plan, 16, 3)
    rates, times, calls = [], [], []
    for _ in range(rounds):
        app, postgres = shop.app_cpu(), shop.postgres_cpu()
        takings = _load("steady", plan, 16, seconds)
        orders = takings["outcomes"].get("order", 0)
        assert takings["outcomes"] == {"order": orders}, takings["outcomes"]
        rates.append(orders / takings["seconds"])
        show("checkout.purchase_http.cpu.app", 1000 * (shop.app_cpu() - app) / orders, "ms")
        show("checkout.purchase_http.cpu.postgres", 1000 * (shop.postgres_cpu() - postgres) / orders, "ms")
        times += takings["purchases"]
        calls += takings["calls"]
    show("checkout.purchase_http.rate", median(rates), "orders/s")
    _show_times("checkout.purchase_http", times)
    _show_times("checkout.purchase_http.call", calls)


def measure_flash(shop: Shop, home: Path) -> None:
    """Print what becomes of a flash sale: too few units, everybody within half a minute."""
    takings = _load("rush", _plan(shop, home, "flash"), FLASH_SHOPPERS, FLASH_SECONDS)
    for outcome, count in sorted(takings["outcomes"].items()):
        show(f"checkout.flash.{outcome.lower()}", count, "shoppers")
    _show_times("checkout.flash", takings["purchases"])
    _show_times("checkout.flash.call", takings["calls"])
    for name, count in _ask_carts(home, "audit").items():
        show(f"checkout.flash.{name}", count, "units" if name == "oversold" else "payments")


def _plan(shop: Shop, home: Path, kind: str) -> dict[str, Any]:
    return {"port": shop.port, "channel": "default-channel", **_ask_carts(home, kind)}


def _ask_carts(home: Path, what: str) -> dict[str, Any]:
    """What tests.bench.carts says in a process of its own, on the database of the running shop."""
    command = [sys.executable, "-m", "tests.bench.carts", what]
    done = subprocess.run(
        command, cwd=ROOT, env=clean_environment(home), check=True, timeout=120, stdout=subprocess.PIPE
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _load(mode: str, plan: Mapping[str, Any], shoppers: int, seconds: float) -> dict[str, Any]:
    order = json.dumps({"mode": mode, "plan": plan, "shoppers": shoppers, "seconds": seconds})
    command = [sys.executable, "-m", "tests.bench.load.shoppers"]
    done = subprocess.run(command, cwd=ROOT, input=order, text=True, check=True, stdout=subprocess.PIPE, timeout=600)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _show_times(name: str, seconds: Sequence[float]) -> None:
    cuts = quantiles(seconds, n=100)
    for place in (50, 99):
        show(f"{name}.p{place}", cuts[place - 1] * 1000, "ms")


def main() -> None:
    """Print one line per figure. Whatever was started is stopped, also after Ctrl-C or SIGTERM."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    parts = set(sys.argv[1:]) or {"edits", "completions", "sale", "http"}
    if parts & {"edits", "completions"}:
        with own_servers(RESPONSE_CACHE="off"):
            if "edits" in parts:
                measure_edits(rounds=12, calls=10)
            if "completions" in parts:
                measure_completions(CARTS)
    if parts == {"sale"}:
        with own_servers(RESPONSE_CACHE="off"):
            measure_sale(VARIANTS_ON_SALE)
    elif "sale" in parts:  # Django knows one database in the life of a process
        subprocess.run([sys.executable, "-m", "tests.bench.checkout", "sale"], cwd=ROOT, check=True)
    if "http" in parts:
        with (
            home_with_catalog(products=1_000, variants=3_000) as home,
            serving(home, RESPONSE_CACHE="off", OUTSIDE_CALLS="16") as shop,
        ):
            measure_purchases(shop, home, seconds=8, rounds=3)
            measure_flash(shop, home)


if __name__ == "__main__":
    main()
