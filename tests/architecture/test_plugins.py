"""A plugin knows the provider interfaces and the core, and nothing else of the shop."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ALLOWED = re.compile(r"commerce\.core(\.|$)|commerce\.\w+\.provider$|plugins(\.|$)")
OURS = re.compile(r"(commerce|schema|webhooks|deploy|plugins|django)(\.|$)")


def imports_of(file: Path) -> Iterator[str]:
    """Every module that a file names in an import, `from commerce.payments import provider` spelled out."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            is_domain = re.fullmatch(r"commerce(\.\w+)?", node.module)
            yield from (f"{node.module}.{alias.name}" for alias in node.names) if is_domain else (node.module,)


@pytest.mark.parametrize(
    "file", sorted((ROOT / "plugins").rglob("*.py")), ids=lambda file: file.relative_to(ROOT).as_posix()
)
def test_a_plugin_imports_providers_and_the_core_only(file: Path) -> None:
    strangers = [name for name in imports_of(file) if OURS.match(name) and not ALLOWED.match(name)]
    assert strangers == []
