"""The embedded PostgreSQL: durable, UTF-8, on a Unix socket."""

import os
import shutil
import signal
import subprocess
from pathlib import Path

import psycopg2
from psycopg2 import sql

from deploy.embedded.addresses import DATABASE, Places
from deploy.embedded.installation import postgres_installation
from deploy.embedded.leftovers import end_server
from deploy.embedded.server import Server
from deploy.embedded.service_user import ServiceUser, service_user

MAX_CONNECTIONS = 300
INITDB = (
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--lc-collate=C.UTF-8",
    "--lc-ctype=C.UTF-8",
    "--auth=trust",
)
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": str(MAX_CONNECTIONS),
    "shared_buffers": "256MB",
    "random_page_cost": "1.1",
    # Plans are kept for as long as statistics are: in a shop that is young, or sells out in a minute, a table that was
    # empty when its plan was made would be read from end to end for all of that minute.
    "autovacuum_naptime": "5s",
    # Until a table has grown by half, new statistics would bring the same plans: each session makes them all anew.
    "autovacuum_analyze_scale_factor": "0.5",
    "jit": "off",
    # As many relations and indexes as a transaction locks without going to the table of locks that all sessions share:
    # a cart's statements read and write about a hundred, and twice as many when they are planned.
    "max_locks_per_transaction": "256",
    "log_checkpoints": "off",
    "log_line_prefix": "",
    "timezone": "UTC",
}
# Only a server of throw-away test data may run so, and says so itself: the application refuses it otherwise.
WITHOUT_DURABILITY = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_wal_size": "4GB",
    "autovacuum_naptime": "1min",
}


def prepare_postgres(places: Places, *, durable: bool = True) -> Server:
    """Make the data directory if there is none, clear what a killed server left, and describe the process."""
    installation = postgres_installation()
    user = service_user()
    folder = Path(places.postgres)
    user.own(folder)
    socket = Path(places.postgres_socket)
    user.own(socket)
    environment = {"LD_LIBRARY_PATH": str(installation / "lib"), "LC_ALL": "C.UTF-8", "PATH": os.defpath, "TZ": "UTC"}
    data = folder / "data"
    if not (data / "PG_VERSION").exists():
        make_cluster(installation, data, user, environment)
    end_postgres(data)
    for stale in socket.glob(".s.PGSQL.*"):
        stale.unlink(missing_ok=True)
    settings = SETTINGS | {"unix_socket_directories": str(socket)} | ({} if durable else WITHOUT_DURABILITY)
    options = [f"--{name}={value}" for name, value in settings.items()]
    return Server(
        name="postgres",
        command=[str(installation / "bin" / "postgres"), "-D", str(data), *options],
        folder=folder,
        user=user,
        stop_signal=signal.SIGINT,  # fast shutdown: sessions are ended, nothing is lost
        environment=environment,
    )


def make_cluster(installation: Path, data: Path, user: ServiceUser, environment: dict[str, str]) -> None:
    """initdb next to the final place and rename, so that an interrupted one is never taken for a database."""
    unfinished = data.with_name("data.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    subprocess.run(
        [installation / "bin" / "initdb", "-D", unfinished, "--username", DATABASE, *INITDB],
        user=user.uid,
        group=user.gid,
        extra_groups=None if user.uid is None else [],
        env=environment,
        cwd=data.parent,
        check=True,
        stdout=subprocess.DEVNULL,
        timeout=120,
    )
    unfinished.rename(data)


def end_postgres(data: Path) -> None:
    """End the server of this data directory, or what a killed one left, and clear its lock files' claim.

    The caller holds the lock on the shop's home, so whatever works here belongs to no running shop.
    """
    lock = data / "postmaster.pid"
    try:
        main_process = int(lock.read_text(encoding="ascii").split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        main_process = 0
    end_server(data, signal.SIGINT, main_process=main_process)
    lock.unlink(missing_ok=True)


def accepts_connections(data: Path) -> bool:
    """What the server itself says in the last line of its lock file; asking it too early fills its log."""
    try:
        return (data / "postmaster.pid").read_text(encoding="utf-8").split("\n")[7].strip() == "ready"
    except (FileNotFoundError, IndexError):
        return False


def has_database(places: Places) -> bool:
    """Whether the server takes connections; makes the shop's database when the cluster is new."""
    if not accepts_connections(Path(places.postgres) / "data"):
        return False
    try:
        connection = psycopg2.connect(host=places.postgres_socket, user=DATABASE, dbname="postgres")
    except psycopg2.OperationalError:
        return False
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if cursor.fetchone() is None:
                cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
    finally:
        connection.close()
    return True
