"""Partners find every event of the shop in webhooks/README.md."""

from pathlib import Path

import webhooks
from webhooks.catalogue import event_types

README = Path(webhooks.__file__).with_name("README.md").read_text()


def test_every_event_is_in_the_catalogue() -> None:
    types = event_types()
    assert "webhook.ping" in types
    assert {name for name in types if f"| `{name}` |" not in README} == set()


def test_the_catalogue_names_no_event_that_does_not_exist() -> None:
    catalogue = README.split("## Events", 1)[1]
    listed = {line.split("`")[1] for line in catalogue.splitlines() if line.startswith("| `")}
    assert listed - event_types() == set()
