"""An import is something that can be watched, stopped, and taken up again where it stood."""

import csv
import io
import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db.models.functions import Now

from commerce.catalog.models import Category, Product
from commerce.core.actor import SYSTEM
from commerce.core.errors import InvalidInput, PermissionDenied
from commerce.core.permission import Permission
from commerce.core.private_files import private_files
from commerce.events.models import Event
from commerce.importing import running, runs
from commerce.importing.models import CatalogImport, ImportStatus
from commerce.importing.progress import MAX_ATTEMPTS, LeaseLost, Progress
from commerce.importing.report import ImportReport
from tests.commerce.importing.conftest import MUG, as_csv
from tests.factories import make_channel, staff_actor


def mugs(count, **cells):
    return [MUG | {"Handle": f"mug-{n}", "Variant SKU": f"MUG-{n}"} | cells for n in range(count)]


@pytest.fixture
def start(channel, warehouse, settings):
    settings.IMPORT_BATCH_ROWS = 10

    def start(*rows, **options):
        options = {"channel": channel, "warehouse": warehouse, "actor": SYSTEM, "name": "mugs.csv"} | options
        return runs.start_import(file=io.BytesIO(as_csv(*rows)), **options)

    return start


def counts(run):
    run.refresh_from_db()
    return {name: getattr(run, name) for name in ("created", "updated", "unchanged", "failed") if getattr(run, name)}


def test_an_import_says_how_far_it_is_and_ends_with_a_report(start):
    bad = MUG | {"Handle": "bad", "Variant SKU": "=BAD()", "Variant Price": "-3"}
    run = start(*mugs(24, **{"Gift Card": "no"}), bad)
    assert (run.status, run.rows, run.bytes_total) == (ImportStatus.PENDING, 0, private_files().size(run.file))
    seen = []
    assert running.run_import(run.id, on_progress=lambda **standing: seen.append(standing["rows"]))
    assert seen == [10, 20, 25]
    assert counts(run) == {"created": 24, "failed": 1}
    assert (run.status, run.position, run.rows, run.bytes_read) == (ImportStatus.SUCCEEDED, 25, 25, run.bytes_total)
    assert (run.problem_count, run.lease_owner) == (1, None)
    with private_files().open(run.report_file, "r") as file:
        (problem,) = csv.DictReader(file)
    assert (problem["severity"], problem["line"], problem["column"]) == ("failure", "26", "Variant Price")
    assert runs.report_of(run).lines()[-1] == "25 rows: 24 created, 0 updated, 0 unchanged, 1 failed"
    assert not running.run_import(run.id)


def test_who_dies_in_the_middle_leaves_whole_batches_and_the_next_one_goes_on_behind_them(start, monkeypatch):
    run = start(*mugs(35), MUG | {"Handle": "mug-2", "Variant SKU": "AGAIN"})
    saved = []
    save = Progress.save

    def dies(self, report, **standing):
        if len(saved) == 2:
            raise KeyboardInterrupt
        saved.append(standing["position"])
        save(self, report, **standing)

    monkeypatch.setattr(Progress, "save", dies)
    with pytest.raises(KeyboardInterrupt):
        running.run_import(run.id)
    assert (counts(run), run.position, Product.objects.count()) == ({"created": 20}, 20, 20)
    monkeypatch.setattr(Progress, "save", save)
    assert running.run_import(run.id)
    assert counts(run) == {"created": 35, "failed": 1}, "the handle of line 4 is still known for a double"
    assert run.rows == 36
    assert Event.objects.filter(type="product.created").count() == 35


def test_what_is_cancelled_stops_and_takes_its_last_batch_back(start):
    run = start(*mugs(35))
    assert running.run_import(run.id, on_progress=lambda **standing: runs.cancel_import(run_id=run.id, actor=SYSTEM))
    assert counts(run) == {"created": 10}
    assert (run.status, Product.objects.count()) == (ImportStatus.CANCELLED, 10)
    with pytest.raises(runs.ImportFinished):
        runs.cancel_import(run_id=run.id, actor=SYSTEM)


def test_two_workers_never_work_on_one_import(start):
    run = start(*mugs(1))
    first, second = Progress(run.id), Progress(run.id)
    assert first.claim()
    assert second.claim() is None
    CatalogImport.objects.update(leased_until=Now() - timedelta(seconds=1))
    assert second.claim()
    with pytest.raises(LeaseLost):
        first.save(ImportReport(), position=1, rows=1, bytes_read=1, not_kept={})


def test_a_file_that_kills_its_readers_is_given_up(start):
    run = start(*mugs(1))
    for _ in range(MAX_ATTEMPTS):
        assert Progress(run.id).claim()
        CatalogImport.objects.update(leased_until=Now() - timedelta(seconds=1))
    running.run_import(run.id)
    run.refresh_from_db()
    assert run.status == ImportStatus.FAILED
    assert "never came on" in run.failure


def test_a_file_that_is_none_fails_with_the_reason(start, channel, warehouse):
    run = runs.start_import(file=io.BytesIO(b"a,b\n1,2\n"), name="x.csv", channel=channel, warehouse=warehouse,
                            actor=SYSTEM)  # fmt: skip
    running.run_import(run.id)
    run.refresh_from_db()
    assert (run.status, run.failure[:21]) == (ImportStatus.FAILED, "The file lacks the co")


def test_a_dry_run_counts_and_changes_nothing(start):
    run = start(*mugs(12), is_dry_run=True)
    running.run_import(run.id)
    assert counts(run) == {"created": 12}
    assert not Product.objects.exists()


def test_the_sweep_hints_at_what_nobody_works_on_and_at_nothing_else(start, monkeypatch):
    waiting, by_hand, running_now, old = start(*mugs(1)), start(*mugs(1), is_background=False), start(*mugs(1)), None
    assert Progress(running_now.id).claim()
    old = start(*mugs(1))
    runs.cancel_import(run_id=old.id, actor=SYSTEM)
    hinted = []
    monkeypatch.setattr(runs, "_hint", hinted.append)
    runs.resume_imports()
    CatalogImport.objects.update(updated_at=Now() - timedelta(minutes=1))
    runs.resume_imports()
    runs.resume_imports()
    assert hinted == [[], [waiting.id], []]
    assert by_hand.status == ImportStatus.PENDING


def test_old_imports_go_with_their_files(start):
    run = start(*mugs(1))
    running.run_import(run.id)
    run.refresh_from_db()
    assert runs.purge_old_imports() == 0
    CatalogImport.objects.update(finished_at=Now() - timedelta(days=31))
    assert runs.purge_old_imports() == 1
    assert not private_files().exists(run.file)
    assert not private_files().exists(run.report_file)


@pytest.mark.parametrize("options", [{"encoding": "klingon"}, {"encoding": "zip"}, {"name": "a\0b"}])
def test_what_cannot_be_is_refused_before_the_file_is_kept(start, options):
    with pytest.raises(InvalidInput):
        start(*mugs(1), **options)
    assert not CatalogImport.objects.exists()


def test_an_import_needs_both_permissions_in_its_channel_and_is_seen_by_who_has_them(start, channel):
    both = (Permission.MANAGE_PRODUCTS, Permission.MANAGE_STOCK)
    elsewhere = staff_actor(*both, channels=[make_channel("other")])
    for actor in (staff_actor(both[0]), staff_actor(both[1]), elsewhere):
        with pytest.raises(PermissionDenied):
            start(*mugs(1), actor=actor)
    run = start(*mugs(1), actor=staff_actor(*both, channels=[channel]))
    assert not runs.imports_visible_to(elsewhere).exists()
    with pytest.raises(runs.ImportNotFound):
        runs.cancel_import(run_id=run.id, actor=elsewhere)
    assert running.run_import(run.id)
    assert counts(run) == {"created": 1}


def test_resuming_nothing_and_everything_is_refused(warehouse):
    for arguments in (
        [],
        ["a.csv", "--resume", "x"],
        ["--resume", "x"],
        ["--resume", "01a218a6-f0a2-765d-8b4e-1169cf6c8fea"],
    ):
        with pytest.raises(CommandError) as refused:
            call_command("import_products", *arguments)
        assert refused.value.returncode == 2


def test_lines_are_counted_and_taken_up_again_like_rows(db, settings, monkeypatch):
    settings.IMPORT_BATCH_ROWS = 10
    lines = [{"type": "category", "slug": f"c-{number}", "name": "C", "colour": "blue"} for number in range(35)]
    content = "".join(json.dumps(line) + "\n" for line in lines).encode()
    run = runs.start_import(
        file=io.BytesIO(content), name="c.jsonl", format="json_lines", channel=None, warehouse=None, actor=SYSTEM
    )
    save = Progress.save

    def dies(self, report, *, position, **standing):
        if position == 30:
            raise KeyboardInterrupt
        save(self, report, position=position, **standing)

    monkeypatch.setattr(Progress, "save", dies)
    with pytest.raises(KeyboardInterrupt):
        running.run_import(run.id)
    assert (counts(run), Category.objects.count(), run.not_kept) == ({"created": 20}, 20, {"category.colour": 20})
    monkeypatch.setattr(Progress, "save", save)
    assert running.run_import(run.id)
    assert (counts(run), run.rows, run.not_kept) == ({"created": 35}, 35, {"category.colour": 35})
    assert (run.status, run.bytes_read) == (ImportStatus.SUCCEEDED, len(content))
