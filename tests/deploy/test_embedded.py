"""The PostgreSQL and Redis of a machine that has neither."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from redis import Redis

from deploy.embedded.addresses import Places, claim, recorded
from deploy.embedded.background import remove, start, stop
from deploy.embedded.leftovers import processes_in
from tests.deploy.running_shop import ROOT, clean_environment


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Places]:
    """Durable servers of their own."""
    home = tmp_path_factory.mktemp("embedded")
    yield start(home, durable=True)
    remove(home)


def ask(places: Places, statement: str) -> tuple[Any, ...]:
    with closing(psycopg2.connect(places.database_url)) as connection, connection.cursor() as cursor:
        cursor.execute(statement)
        row: tuple[Any, ...] = cursor.fetchone()
        return row


def set_fsync(places: Places, value: str) -> None:
    with closing(psycopg2.connect(places.database_url)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER SYSTEM SET fsync = {value}")
            cursor.execute("SELECT pg_reload_conf()")


def prepare(places: Places, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run the check and the migrations that come before a shop opens."""
    environment = {"DATABASE_URL": places.database_url, "REDIS_URL": places.redis_url} | settings
    return subprocess.run(
        [sys.executable, "-m", "deploy.prepare"],
        cwd=ROOT, env=clean_environment(Path(places.home), **environment), capture_output=True, text=True,
        check=False, timeout=120,
    )  # fmt: skip


def test_it_is_durable_and_knows_its_letters(places: Places) -> None:
    assert ask(
        places,
        "SELECT current_setting('fsync'), current_setting('full_page_writes'), current_setting('max_connections'),"
        " lower('É') = 'é', 'CAFÉ' ILIKE 'café', datctype FROM pg_database WHERE datname = current_database()",
    ) == ("on", "on", "300", True, True, "C.UTF-8")


@pytest.mark.parametrize("extension", ["pg_trgm", "unaccent", "btree_gin", "pg_stat_statements"])
def test_it_brings_the_extensions(places: Places, extension: str) -> None:
    assert ask(places, f"SELECT count(*) FROM pg_available_extensions WHERE name = '{extension}'") == (1,)


def test_it_does_not_run_as_root_and_keeps_its_data_to_itself(places: Places) -> None:
    data = Path(places.postgres) / "data"
    owners = {Path(f"/proc/{pid}").stat().st_uid for pid in processes_in(data)}
    assert owners == {data.stat().st_uid}
    assert 0 not in owners
    assert data.stat().st_mode & 0o077 == 0


def test_redis_is_new_enough_and_writes_what_it_is_told(places: Places) -> None:
    with closing(Redis.from_url(places.redis_url)) as client:
        assert client.info("server")["redis_version"].startswith("6.2.")
        assert client.config_get("appendonly")["appendonly"] == "yes"


def test_an_order_survives_kill_minus_nine_of_both(places: Places) -> None:
    with closing(psycopg2.connect(places.database_url)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE sold AS SELECT 1 AS number")
    with closing(Redis.from_url(places.redis_url)) as client:
        client.set("queued", "order.placed")
        time.sleep(1.2)  # `appendfsync everysec`
    main_process = int((Path(places.postgres) / "data" / "postmaster.pid").read_text().split()[0])
    for pid in (main_process, *processes_in(Path(places.redis))):
        os.kill(pid, signal.SIGKILL)
    assert start(Path(places.home), durable=True) == places
    assert ask(places, "SELECT number FROM sold") == (1,)
    with closing(Redis.from_url(places.redis_url)) as client:
        assert client.get("queued") == b"order.placed"


def test_a_lock_file_that_names_a_stranger_does_not_keep_it_from_starting(places: Places) -> None:
    stop(Path(places.home))
    lock = Path(places.postgres) / "data" / "postmaster.pid"
    lock.write_text(f"{os.getpid()}\n{lock.parent}\n")
    start(Path(places.home), durable=True)
    assert ask(places, "SELECT 1") == (1,)
    assert os.getpid() != int(lock.read_text().split()[0])


def test_the_shop_refuses_a_database_that_does_not_write_through(places: Places) -> None:
    set_fsync(places, "off")
    try:
        refused = prepare(places)
    finally:
        set_fsync(places, "on")
    assert refused.returncode == 1
    assert "fsync=off" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_the_shop_refuses_a_database_that_does_not_know_e_with_accent(places: Places) -> None:
    with closing(psycopg2.connect(places.database_url)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("CREATE DATABASE plain TEMPLATE template0 LOCALE_PROVIDER libc LOCALE 'C' ENCODING 'UTF8'")
    refused = prepare(places, DATABASE_URL=places.database_url.replace("/handcart?", "/plain?"))
    assert refused.returncode == 1
    assert "character type 'C'" in refused.stderr


def test_a_home_that_was_copied_does_not_take_the_servers_of_the_original_along(places: Places, tmp_path: Path) -> None:
    (tmp_path / "embedded.json").write_bytes((Path(places.home) / "embedded.json").read_bytes())
    assert recorded(tmp_path) is None
    assert claim(tmp_path).postgres != places.postgres


def test_a_home_with_a_very_long_path_still_gets_sockets_that_fit(tmp_path: Path) -> None:
    places = claim(tmp_path / ("deep" * 30))
    assert len(places.redis_socket) < 108
    assert len(f"{places.postgres_socket}/.s.PGSQL.5432") < 108 or os.geteuid() == 0
