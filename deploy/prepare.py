"""What has to be true before the shop opens: fit servers, current tables, and on a new machine something to sell.

Run as `python -m deploy.prepare`; running it again changes nothing.
"""

import os
import sys

import django
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

# Any fixed number: processes that migrate the same database at the same time take turns under it.
MIGRATION_LOCK = 7_232_105


def prepare() -> None:
    """Check the servers, migrate if needed, and load the demo shop into an empty local database."""
    from deploy.checks import exit_on_unfit_servers

    exit_on_unfit_servers()
    migrate()
    if settings.IS_LOCAL:
        call_command("load_demo")


def migrate() -> None:
    """Apply the migrations that are missing; one process at a time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
        try:
            executor = MigrationExecutor(connection)
            refuse_half_migrated(executor)
            missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
            if missing:
                print(f"Applying {len(missing)} migrations", flush=True)
                call_command("migrate", interactive=False, verbosity=0)
            executor.check_replacements()  # notes those that took the place of others
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [MIGRATION_LOCK])


def refuse_half_migrated(executor: MigrationExecutor) -> None:
    """Raise CommandError when the database stands between two migrations that one has taken the place of since."""
    noted, loader = executor.recorder.applied_migrations(), executor.loader
    apps = sorted({key[0] for key in loader.replacements if key in noted and key not in loader.applied_migrations})
    if apps:
        raise CommandError(
            f"An older version has not finished the tables of {', '.join(apps)}, and this one cannot go on from there."
            " Start the last version before this one once, which finishes them, or use an empty database."
        )


def main() -> None:
    """Prepare, and turn refusals into one readable message."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "deploy.settings")
    os.environ.setdefault("STATEMENT_TIMEOUT_MS", "0")
    os.environ.setdefault("LOCK_TIMEOUT_MS", "60000")
    try:
        django.setup()
        prepare()
    except (ImproperlyConfigured, CommandError) as refusal:
        sys.exit(str(refusal))


if __name__ == "__main__":
    main()
