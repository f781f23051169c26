"""What the supervisor does with children that die."""

import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.supervisor import child as child_module
from deploy.supervisor.keeper import GiveUp, Keeper, StopRequested
from deploy.supervisor.output import Lines, Output
from deploy.supervisor.processes import Process


@pytest.fixture
def keeper(tmp_path: Path) -> Iterator[Keeper]:
    """A keeper whose signal handlers are taken back afterwards."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD)
    before = [signal.getsignal(number) for number in numbers]
    made = Keeper(tmp_path, Output())
    yield made
    made.stop_all()
    signal.set_wakeup_fd(-1)
    for number, handler in zip(numbers, before, strict=True):
        signal.signal(number, handler)


def python(name: str, program: str) -> Process:
    return Process(name, [sys.executable, "-c", program])


def test_a_child_that_cannot_live_brings_the_shop_down_with_its_last_words(
    keeper: Keeper, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(child_module, "FIRST_PAUSE_SECONDS", 0.01)
    keeper.start(python("relay", "import sys; print('no such table', file=sys.stderr); sys.exit(3)").again)
    with pytest.raises(GiveUp, match="relay keeps dying: it ended with status 3"):
        keeper.keep_running()
    assert capfd.readouterr().out.count("relay    | no such table") == child_module.QUICK_DEATHS_ALLOWED + 1


def test_a_preparation_that_fails_is_a_reason_to_give_up(keeper: Keeper, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(GiveUp, match="setup ended with status 1"):
        keeper.run_to_end(python("setup", "import sys; sys.exit('the database is too old')"))
    assert "setup    | the database is too old" in capfd.readouterr().out


def test_a_child_that_does_not_listen_is_killed_when_its_patience_is_over(keeper: Keeper) -> None:
    deaf = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"
    )
    process = Process("worker", [sys.executable, "-c", deaf], patience=0.3)
    child = keeper.start(process.again)
    keeper.wait_until(lambda: child.lines.rest == b"" and child.pid is not None, what="worker", seconds=5)
    time.sleep(0.3)
    began = time.monotonic()
    keeper.stop_all()
    assert child.pid is None
    assert time.monotonic() - began < 5


def test_a_flood_of_output_does_not_hold_a_child_up(keeper: Keeper, capfd: pytest.CaptureFixture[str]) -> None:
    keeper.run_to_end(python("setup", "for number in range(20000): print('line', number)"))
    lines = capfd.readouterr().out.splitlines()
    assert len(lines) == 20000
    assert lines[-1] == "setup    | line 19999"


def test_lines_are_cut_at_line_ends_only() -> None:
    lines = Lines()
    assert lines.feed("Grüße ".encode()[:4]) == []
    assert lines.feed("Grüße ".encode()[4:] + b"aus\nK") == ["Grüße aus"]
    assert lines.feed(b"") == ["K"]


def test_signals_only_count(keeper: Keeper) -> None:
    threading.Timer(0.05, signal.raise_signal, [signal.SIGTERM]).start()
    with pytest.raises(StopRequested):
        keeper.keep_running()
