"""PostgreSQL and Redis for one run: in a folder of their own, with durable commits, gone afterwards."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.embedded import background


@contextmanager
def own_servers(**settings: str) -> Iterator[Path]:
    """Point this process at fresh servers with an empty, migrated database, and set Django up. Gives their home."""
    with tempfile.TemporaryDirectory(prefix="handcart-bench-") as folder:
        home = Path(folder)
        os.environ.update({"HANDCART_HOME": folder, "HANDCART_ENV": "local", "STATEMENT_TIMEOUT_MS": "0"} | settings)
        try:
            places = background.start(home, durable=True)
            os.environ.update({"DATABASE_URL": places.database_url, "REDIS_URL": places.redis_url})
            set_up_django()
            yield home
        finally:
            background.remove(home)


def set_up_django() -> None:
    """Read the settings and make the tables."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "deploy.settings"
    import django

    django.setup()
    from deploy.prepare import migrate

    migrate()
