"""A shop on a fresh machine that loses its parts to `kill -9`, one after the other."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.embedded.background import remove
from tests.deploy.prepared_home import prepare_home
from tests.deploy.running_shop import ROOT, RunningShop, clean_environment, free_port, is_alive

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Path]]:
    """Two homes; what embedded servers keep elsewhere for them is removed afterwards."""
    folders = {name: tmp_path_factory.mktemp(name) for name in ("first", "second")}
    yield folders
    for home in folders.values():
        remove(home)


@pytest.fixture(scope="module")
def shops(homes: dict[str, Path]) -> Iterator[dict[str, RunningShop]]:
    """Two shops side by side: one begins with nothing, the other has been open before."""
    running = {"first": RunningShop(homes["first"], free_port())}
    prepare_home(homes["second"])
    running["second"] = RunningShop(homes["second"], free_port())
    for shop in running.values():
        shop.wait_until_ready()
    yield running
    for shop in running.values():
        if shop.process.poll() is None:
            shop.stop()


def test_two_shops_stand_side_by_side_and_say_where_they_are(shops: dict[str, RunningShop]) -> None:
    from deploy.demo.signins import SIGN_INS

    for shop in shops.values():
        assert shop.status_of("/health/ready") == 200
        assert f"http://localhost:{shop.port}/graphql/" in shop.output
        assert all(email in shop.output for _, email, _ in SIGN_INS)
        assert set(shop.pids()) == {"postgres", "redis", "web", "worker", "relay", "sweeper"}
    assert re.search(r"setup +\| Applying \d+ migrations", shops["first"].output)
    assert "Applying" not in shops["second"].output


def test_the_embedded_postgresql_of_a_shop_is_durable_and_takes_300_connections(
    shops: dict[str, RunningShop],
) -> None:
    shop = shops["first"]
    asked = subprocess.run(
        [sys.executable, "manage.py", "shell", "-v0", "-c", SHOW],
        cwd=ROOT, env=clean_environment(shop.home), capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    assert asked.stdout.split() == ["on", "300", "True"]


SHOW = """
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("SELECT current_setting('fsync'), current_setting('max_connections'), 'É' ILIKE 'é'")
    print(*cursor.fetchone())
"""


def test_a_second_run_of_the_same_shop_is_told_that_it_already_runs(shops: dict[str, RunningShop]) -> None:
    shop = shops["first"]
    second = subprocess.run(
        [sys.executable, "-m", "deploy.up"],
        cwd=ROOT, env=clean_environment(shop.home, PORT=str(shop.port)), capture_output=True, text=True, check=False,
        timeout=120,
    )  # fmt: skip
    assert second.returncode == 1
    assert f"already runs at http://localhost:{shop.port}" in second.stdout
    assert shop.status_of("/health/ready") == 200


@pytest.mark.parametrize("part", ["web", "worker", "relay", "redis", "postgres"])
def test_a_part_that_is_killed_comes_back(shops: dict[str, RunningShop], part: str) -> None:
    shop = shops["first"]
    killed = shop.pids()[part]
    os.kill(killed, signal.SIGKILL)
    shop.wait_for_line(f"{part} was killed by SIGKILL; starting it again")
    deadline = time.monotonic() + 60
    while shop.pids().get(part, killed) == killed:
        assert time.monotonic() < deadline, shop.output
        time.sleep(0.05)
    shop.wait_until_serving()


def test_when_the_supervisor_is_killed_its_children_die_and_the_next_start_just_works(
    shops: dict[str, RunningShop],
) -> None:
    shop = shops["first"]
    children = shop.pids()
    shop.process.kill()
    shop.process.wait(timeout=30)
    shops["first"] = again = RunningShop(shop.home, shop.port)
    again.wait_until_ready()
    assert not [name for name, pid in children.items() if is_alive(pid)]
    assert again.status_of("/health/ready") == 200


def test_ctrl_c_stops_everything_and_frees_the_port(shops: dict[str, RunningShop]) -> None:
    shop = shops["second"]
    children = shop.pids()
    shop.process.send_signal(signal.SIGINT)
    assert shop.process.wait(timeout=60) == 0
    assert not [name for name, pid in children.items() if is_alive(pid)]
    assert shop.status_of("/health/live") == 0
    assert "postgres | LOG:  database system is shut down" in shop.output


def test_sigterm_stops_everything_too(shops: dict[str, RunningShop]) -> None:
    shop = shops["first"]
    children = shop.pids()
    assert shop.stop() == 0
    assert not [name for name, pid in children.items() if is_alive(pid)]


def test_a_stranger_on_the_port_is_named_and_left_alone(tmp_path: Path) -> None:
    with socket.socket() as stranger:
        stranger.bind(("127.0.0.1", 0))
        stranger.listen()
        port = stranger.getsockname()[1]
        refused = subprocess.run(
            [sys.executable, "-m", "deploy.up"],
            cwd=ROOT, env=clean_environment(tmp_path, PORT=str(port)), capture_output=True, text=True, check=False,
            timeout=120,
        )  # fmt: skip
    assert refused.returncode == 1
    assert f"Port {port} is taken by process {os.getpid()}" in refused.stdout
    assert not (tmp_path / "embedded.json").exists()
