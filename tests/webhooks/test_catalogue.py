"""Partners find every event of the shop in webhooks/README.md."""

import inspect
from dataclasses import is_dataclass
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import commerce
import webhooks

README = Path(webhooks.__file__).with_name("README.md").read_text()


def event_types() -> set[str]:
    """The wire names of all events that any domain can emit."""
    modules = [found.name for found in walk_packages(commerce.__path__, "commerce.") if found.name.endswith(".events")]
    classes = [
        found
        for name in [*modules, "webhooks.events"]
        for _, found in inspect.getmembers(import_module(name), inspect.isclass)
        if is_dataclass(found) and found.__module__ == name
    ]
    names = [getattr(found, "type", None) for found in classes]
    return {name for name in names if isinstance(name, str)}


def test_every_event_is_in_the_catalogue() -> None:
    types = event_types()
    assert "webhook.ping" in types
    assert {name for name in types if f"| `{name}` |" not in README} == set()


def test_the_catalogue_names_no_event_that_does_not_exist() -> None:
    catalogue = README.split("## Events", 1)[1]
    listed = {line.split("`")[1] for line in catalogue.splitlines() if line.startswith("| `")}
    assert listed - event_types() == set()
