"""The database that those of test processes are copied from: migrated once for each state of the migrations."""

from __future__ import annotations

import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import django
import psycopg2
from django.conf import settings

ROOT: Final = Path(__file__).resolve().parent.parent
_PREFIX: Final = "handcart_migrated_"
# Any fixed number: runs that want the template at the same time take turns under it.
_LOCK: Final = 7_232_106
_SECONDS: Final = 600


def template() -> str:
    """The name of the database with these migrations, made if there is none; those of other migrations are dropped.

    Migrations of ours read no code beside them whose change would change the tables.
    """
    database = settings.DATABASES["default"]
    session: Any = psycopg2.connect(
        dbname="postgres",
        user=database["USER"],
        password=database["PASSWORD"],
        host=database["HOST"],
        port=database["PORT"] or None,
    )
    session.autocommit = True
    name = _PREFIX + _state()
    try:
        with session.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
            cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [_PREFIX + "%"])
            known = {row[0] for row in cursor.fetchall()}
            if name not in known:
                for other in known:
                    cursor.execute(f'DROP DATABASE IF EXISTS "{other}" WITH (FORCE)')
                _make(cursor, name)
    finally:
        session.close()
    return name


def _make(cursor: Any, name: str) -> None:
    unfinished = f"{name}_unfinished"
    cursor.execute(f'CREATE DATABASE "{unfinished}"')
    subprocess.run(
        [sys.executable, "-c", _MIGRATE, unfinished],
        cwd=ROOT,
        env=os.environ | {"STATEMENT_TIMEOUT_MS": "0"},
        check=True,
        timeout=_SECONDS,
    )
    cursor.execute(f'ALTER DATABASE "{unfinished}" RENAME TO "{name}"')


_MIGRATE: Final = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "deploy.settings"
import django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
django.setup()
from django.core.management import call_command
call_command("migrate", interactive=False, verbosity=0)
"""


def _state() -> str:
    """What the tables depend on: Django, and every migration."""
    seen = sha256(django.get_version().encode())
    folders = (ROOT / name for name in ("commerce", "schema", "webhooks", "plugins", "deploy"))
    for path in sorted(path for folder in folders for path in folder.glob("**/migrations/*.py")):
        seen.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return seen.hexdigest()[:16]
