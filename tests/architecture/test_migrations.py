"""The migrations say what the models say, and can be taken back."""

from io import StringIO

import pytest
from django.contrib.postgres.operations import CreateExtension
from django.core.management import call_command
from django.db.migrations import CreateModel, Migration, RunSQL
from django.db.migrations.loader import MigrationLoader

from commerce.core.migrations.statements import run
from commerce.core.migrations.tables import TablesMigration

# In one order for all test processes: Django reads them as a set.
OURS = [
    migration
    for _, migration in sorted(MigrationLoader(None).disk_migrations.items())
    if not migration.__module__.startswith("django.")
]


def named(migration: Migration) -> str:
    return f"{migration.app_label}-{migration.name}"


def test_no_model_change_lacks_its_migration(db: None) -> None:
    output = StringIO()
    try:
        call_command("makemigrations", check=True, dry_run=True, stdout=output)
    except SystemExit:
        pytest.fail(output.getvalue())


@pytest.mark.parametrize("migration", OURS, ids=named)
def test_a_migration_can_be_taken_back(migration: Migration) -> None:
    assert [operation for operation in migration.operations if not operation.reversible] == []


@pytest.mark.parametrize("migration", [one for one in OURS if isinstance(one, TablesMigration)], ids=named)
def test_a_migration_of_tables_changes_nothing_that_was_there(migration: Migration) -> None:
    others = [one for one in migration.operations if not isinstance(one, CreateModel | RunSQL | CreateExtension)]
    assert others == []


def test_statements_are_taken_back_from_the_last_to_the_first() -> None:
    made = run(
        "CREATE FUNCTION shelf_moved(shelf uuid, goods text[]) RETURNS trigger LANGUAGE plpgsql AS $$BEGIN END$$",
        "CREATE TRIGGER moved AFTER UPDATE OF place\nON shelf FOR EACH ROW EXECUTE FUNCTION shelf_moved()",
    )
    assert made.reverse_sql == [
        "DROP TRIGGER moved ON shelf",
        "DROP FUNCTION shelf_moved(shelf uuid, goods text[])",
    ]


def test_a_statement_that_nobody_knows_how_to_take_back_is_refused() -> None:
    with pytest.raises(ValueError, match="Nothing is known that undoes 'VACUUM shelf'"):
        run("VACUUM shelf")
