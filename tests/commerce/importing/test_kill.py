"""kill -9 in the middle of a file: whoever goes on neither repeats nor skips anything."""

import io
from datetime import timedelta

import pytest
from django.db.models.functions import Now
from pytest_django import Settings

from commerce.catalog.models import Product
from commerce.core.actor import SYSTEM
from commerce.events.models import Event, Schedule
from commerce.importing import runs
from commerce.importing.models import CatalogImport, ImportStatus
from commerce.inventory.models import StockMovement
from tests.commerce.importing.conftest import MUG, as_csv
from tests.factories import make_channel, make_warehouse
from tests.webhooks.processes import PYTHON, SWEEP, WORKER, OwnRedis, running, until

pytestmark = [pytest.mark.usefixtures("durable"), pytest.mark.timeout(180)]
COUNT = 400


@pytest.fixture
def home(tmp_path, settings: Settings):
    """A home whose private files this process and its children share, and small batches."""
    private = settings.STORAGES["private"] | {"OPTIONS": {"location": tmp_path / "private"}}
    settings.STORAGES = settings.STORAGES | {"private": private}
    return tmp_path


def of_home(home, command):
    return ["env", f"HANDCART_HOME={home}", "IMPORT_BATCH_ROWS=10", *command]


def started(**options) -> CatalogImport:
    rows = [MUG | {"Handle": f"mug-{n}", "Variant SKU": f"MUG-{n}"} for n in range(COUNT)]
    channel = make_channel()
    return runs.start_import(
        file=io.BytesIO(as_csv(*rows)), name="mugs.csv", channel=channel, warehouse=make_warehouse(channels=[channel]),
        actor=SYSTEM, **options,
    )  # fmt: skip


def standing(run: CatalogImport) -> int:
    run.refresh_from_db()
    return run.position


def time_passes() -> None:
    """As if a minute had gone by since the last sign of life, and the sweep were due."""
    CatalogImport.objects.filter(leased_until__isnull=False).update(leased_until=Now())
    CatalogImport.objects.update(updated_at=Now() - timedelta(minutes=1))
    Schedule.objects.filter(name="importing.runs").update(next_run_at=Now())


def assert_whole_up_to(run: CatalogImport) -> None:
    """What the import says is in the catalog, and nothing else."""
    run.refresh_from_db()
    assert run.created == run.position == Product.objects.count() == StockMovement.objects.count()
    assert (run.unchanged, run.updated, run.failed) == (0, 0, 0)
    assert Event.objects.filter(type="product.created").count() == run.position


def test_the_command_is_killed_and_goes_on_with_resume(home) -> None:
    run = started(is_background=False)
    command = of_home(home, [PYTHON, "manage.py", "import_products", "--resume", str(run.id)])
    with running(command) as (first,):
        until(lambda: standing(run) >= 40, seconds=60)
        first.kill()
    assert 40 <= standing(run) < COUNT
    assert_whole_up_to(run)
    time_passes()
    with running(command) as (second,):
        until(lambda: second.exit_code is not None, seconds=90)
        assert second.exit_code == 0, second.output
        assert f"{COUNT} rows: {COUNT} created, 0 updated, 0 unchanged, 0 failed" in second.output
    assert_whole_up_to(run)
    assert (standing(run), run.status) == (COUNT, ImportStatus.SUCCEEDED)


def test_the_worker_is_killed_and_the_sweep_finds_another_one(home, settings: Settings) -> None:
    redis = OwnRedis()
    settings.REDIS_BROKER_URL = redis.url
    worker = of_home(home, WORKER)
    try:
        run = started()
        time_passes()
        with running(SWEEP) as _:
            with running(worker) as (first,):
                until(lambda: standing(run) >= 40, seconds=60)
                first.kill()
            assert 40 <= standing(run) < COUNT
            assert_whole_up_to(run)
            time_passes()
            with running(worker):
                until(lambda: standing(run) == COUNT and run.status == ImportStatus.SUCCEEDED, seconds=90)
        assert_whole_up_to(run)
    finally:
        redis.close()
