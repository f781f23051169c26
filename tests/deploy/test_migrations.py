"""Shops of an older version, whose migrations were put together since."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from deploy import prepare
from tests.deploy.migrations_before import BEFORE

REPLACED = MigrationLoader(None).replacements
# What came since is a matter of its own: a shop that has been at it all the time has applied it.
SINCE = {
    "accounts": ["0002_fewer_indexes"],
    "checkout": ["0002_fewer_indexes"],
    "inventory": ["0003_fewer_indexes", "0004_taken_at_commit", "0005_steady_statistics"],
    "orders": ["0002_fewer_indexes"],
}


def noted() -> set[tuple[str, str]]:
    """What the database has noted as applied, of our own apps."""
    return {key for key in MigrationRecorder(connection).applied_migrations() if key[0] in BEFORE}


def note_only(names: dict[str, list[str]]) -> None:
    """Let the database be one that an older version has migrated so far."""
    migrations = MigrationRecorder(connection).Migration.objects
    migrations.filter(app__in=BEFORE).delete()
    migrations.bulk_create(
        MigrationRecorder.Migration(app=app, name=name)
        for app, of_app in names.items()
        for name in [*of_app, *SINCE.get(app, ())]
    )


def missing() -> list[tuple[str, str]]:
    """What is still to be applied, in its order."""
    executor = MigrationExecutor(connection)
    executor.loader.check_consistent_history(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [(migration.app_label, migration.name) for migration, _ in plan]


def test_a_shop_of_the_version_before_has_everything(db: None) -> None:
    note_only(BEFORE)
    assert missing() == []
    told = StringIO()
    call_command("migrate", interactive=False, stdout=told)
    assert "No migrations to apply" in told.getvalue()


def test_its_start_notes_what_took_the_place_of_what_it_had(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    note_only(BEFORE)
    prepare.migrate()
    assert capsys.readouterr().out == ""
    ours = {key for key in MigrationExecutor(connection).loader.disk_migrations if key[0] in BEFORE}
    assert ours <= noted()


@pytest.mark.parametrize("app", sorted({app for app, _ in REPLACED}))
def test_a_shop_that_stopped_half_way_is_refused_before_anything_is_done(db: None, app: str) -> None:
    last = {name for _, name in REPLACED[app, "0001_initial"].replaces}
    note_only(BEFORE | {app: [name for name in BEFORE[app] if name not in last]})
    before = noted()
    with pytest.raises(CommandError, match=rf"has not finished the tables of {app},"):
        prepare.migrate()
    assert noted() == before


def test_a_first_start_that_was_interrupted_goes_on_where_it_was(db: None) -> None:
    MigrationRecorder(connection).flush()
    executor = MigrationExecutor(connection)
    plan = [migration for migration, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]
    for place, migration in enumerate(plan):
        left = [(migration.app_label, migration.name) for migration in plan[place:]]
        assert missing() == left
        executor.record_migration(migration)
    assert missing() == []


def test_no_two_migrations_take_the_place_of_the_same_one() -> None:
    replaced = [key for migration in REPLACED.values() for key in migration.replaces]
    assert len(replaced) == len(set(replaced))
    assert all(name in BEFORE[app] for app, name in replaced)
