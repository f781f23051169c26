"""The table of settings is complete."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
READERS = ("deploy/settings.py", "deploy/outside_services.py", "deploy/up.py", "deploy/supervisor/processes.py")
READ = re.compile(r'(?:text|flag|number|words|choice|get)\(\s*"([A-Z][A-Z0-9_]+)"')
NOT_FOR_OPERATORS = {"HANDCART_PROCESS"}  # set for each process by whoever starts it


def test_the_readme_lists_every_setting_that_is_read_and_no_other() -> None:
    read = {name for file in READERS for name in READ.findall((ROOT / file).read_text(encoding="utf-8"))}
    table = (
        (ROOT / "deploy" / "README.md").read_text(encoding="utf-8").partition("## Settings")[2].partition("\n## ")[0]
    )
    first_cells = [row.split("|")[1] for row in table.splitlines() if row.startswith("| `")]
    listed = {name for cell in first_cells for name in re.findall(r"`([A-Z][A-Z0-9_]+)`", cell)}
    assert listed == (read | {"HANDCART_HOME"}) - NOT_FOR_OPERATORS
