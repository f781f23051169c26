"""Ending what an earlier run left behind, and nothing else."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.supervisor import orphans
from tests.webhooks.processes import until

SLEEPER = [sys.executable, "-c", "import time; time.sleep(60)"]


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    """A process that would live for a minute."""
    process = subprocess.Popen(SLEEPER)
    yield process
    process.kill()
    process.wait()


def test_a_child_of_an_earlier_run_is_ended(tmp_path: Path, sleeper: subprocess.Popen[bytes]) -> None:
    child = orphans.describe("worker", sleeper.pid)
    assert child is not None
    orphans.write(tmp_path, [child])
    assert orphans.end_orphans(tmp_path) == ["worker"]
    assert sleeper.poll() is not None


def test_a_stranger_that_got_the_same_process_id_is_left_alone(
    tmp_path: Path, sleeper: subprocess.Popen[bytes]
) -> None:
    started = orphans.start_time(sleeper.pid)
    assert started is not None
    orphans.write(tmp_path, [orphans.Recorded("worker", sleeper.pid, started - 1, orphans.boot_id())])
    assert orphans.end_orphans(tmp_path) == []
    assert sleeper.poll() is None


def test_after_a_restart_of_the_machine_nothing_is_ours(tmp_path: Path, sleeper: subprocess.Popen[bytes]) -> None:
    started = orphans.start_time(sleeper.pid)
    assert started is not None
    orphans.write(tmp_path, [orphans.Recorded("worker", sleeper.pid, started, "another boot")])
    assert orphans.end_orphans(tmp_path) == []
    assert sleeper.poll() is None


def test_the_workers_of_a_leader_that_was_killed_are_ended(tmp_path: Path) -> None:
    leader = subprocess.Popen(
        ["/bin/sh", "-c", "sleep 60 & echo $!; wait"],
        env={"HANDCART_HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
        start_new_session=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert leader.stdout is not None
    worker = int(leader.stdout.readline())
    until(lambda: Path(f"/proc/{worker}/cmdline").read_bytes().startswith(b"sleep"))  # until then it is half a shell
    child = orphans.describe("web", leader.pid)
    assert child is not None
    orphans.write(tmp_path, [child])
    leader.kill()
    leader.wait()
    assert orphans.start_time(worker) is not None
    assert orphans.end_orphans(tmp_path) == ["web"]
    assert orphans.start_time(worker) is None


@pytest.mark.parametrize("record", ["", "{", '[{"name": "web"}]'])
def test_a_record_that_was_cut_off_stops_nobody(tmp_path: Path, record: str) -> None:
    (tmp_path / "processes.json").write_text(record)
    assert orphans.end_orphans(tmp_path) == []
