"""`manage.py import_products`, as a merchant types it."""

import io

import pytest
from django.core.management import CommandError, call_command

from commerce.catalog.models import Product
from commerce.inventory.models import Stock
from tests.commerce.importing.conftest import MUG, as_csv
from tests.factories import make_warehouse


@pytest.fixture
def run(warehouse, tmp_path):
    """`run(row, ...)` writes a file, imports it and gives what was printed."""

    def run(*rows, options=("--channel", "default-channel"), fails_with=None):
        path = tmp_path / "products.csv"
        path.write_bytes(as_csv(*rows))
        out = io.StringIO()
        if fails_with is None:
            call_command("import_products", str(path), *options, stdout=out)
        else:
            with pytest.raises(CommandError) as failed:
                call_command("import_products", str(path), *options, stdout=out)
            assert failed.value.returncode == fails_with
        return out.getvalue()

    return run


def test_a_sound_file_is_counted(run):
    assert "1 rows: 1 created, 0 updated, 0 unchanged, 0 failed" in run(MUG)


def test_a_bad_product_is_named_with_line_column_and_reason_and_the_exit_code_says_so(run):
    said = run(MUG | {"Variant Price": "-3"}, fails_with=1)
    assert "line 2, column 'Variant Price' (mug): '-3' is not an amount of money." in said
    assert not Product.objects.exists()


def test_a_dry_run_says_that_it_was_one(run):
    said = run(MUG, options=("--channel", "default-channel", "--dry-run"))
    assert "1 created" in said
    assert "nothing was changed" in said
    assert not Product.objects.exists()


@pytest.mark.parametrize(
    "options",
    [("--channel", "nowhere"), ("--channel", "default-channel", "--warehouse", "nowhere"),
     ("--channel", "default-channel", "--encoding", "klingon")],
)  # fmt: skip
def test_what_does_not_exist_is_said_before_anything_is_read(run, options):
    run(MUG, options=options, fails_with=2)
    assert not Product.objects.exists()


def test_quantities_go_to_the_warehouse_that_was_named(run):
    make_warehouse("second")
    run(MUG, options=("--channel", "default-channel", "--warehouse", "second"))
    assert Stock.objects.get().warehouse.slug == "second"


def test_a_missing_file_is_no_stack_trace(warehouse):
    with pytest.raises(CommandError) as failed:
        call_command("import_products", "/nowhere.csv", "--channel", "default-channel")
    assert failed.value.returncode == 2
