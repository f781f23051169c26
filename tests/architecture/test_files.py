"""Small files with one reason to exist, and names that say which."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LONGEST_FILE = 400
PACKAGES = ("commerce", "schema", "webhooks", "plugins", "deploy", "tests")
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "base", "misc", "core_utils"}
# Django looks the connection wrapper up under this name.
NAMED_BY_DJANGO = {"deploy/database/base.py"}
TOP_LEVEL = {
    ".ci", ".gitignore", "CHANGELOG.md", "LICENSE", "Makefile", "README.md", "commerce", "deploy", "manage.py",
    "plugins", "pyproject.toml", "requirements-test.in", "requirements-test.lock", "requirements.in",
    "requirements.lock", "schema", "tests", "webhooks",
}  # fmt: skip
NOT_PYTHON_OF_OURS = ("/node_modules/", "/__pycache__/")

FILES = sorted(
    path.relative_to(ROOT).as_posix()
    for package in PACKAGES
    for path in (ROOT / package).rglob("*.py")
    if not any(part in path.as_posix() for part in NOT_PYTHON_OF_OURS)
)


def test_every_file_fits_into_a_head() -> None:
    lengths = {file: len((ROOT / file).read_text(encoding="utf-8").splitlines()) for file in FILES}
    assert {f: n for f, n in lengths.items() if n > LONGEST_FILE} == {}


def test_every_name_says_what_is_inside() -> None:
    named = [Path(file) for file in FILES if file not in NAMED_BY_DJANGO]
    assert [str(path) for path in named if EMPTY_NAMES & {path.stem, *path.parts[:-1]}] == []


def tracked() -> list[str]:
    """What belongs to the project: what git tracks, or would track."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    return listed.stdout.splitlines()


def test_the_top_level_is_fixed() -> None:
    assert {file.split("/")[0] for file in tracked()} <= TOP_LEVEL


def test_no_wall_of_static_files_is_committed_but_the_explorer() -> None:
    heavy = [file for file in tracked() if (ROOT / file).is_file() and (ROOT / file).stat().st_size > 1_000_000]
    assert all(file.startswith("schema/explorer/") for file in heavy), heavy


def test_every_package_says_what_it_is() -> None:
    silent = [
        file
        for file in FILES
        if not file.startswith("tests/")
        and "/migrations/" not in file
        and not file.endswith("__init__.py")
        and not (ROOT / file).read_text(encoding="utf-8").lstrip().startswith(('"""', "#!"))
    ]
    assert silent == []
