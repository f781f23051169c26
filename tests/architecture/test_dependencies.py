"""Foreign keys point downwards, like imports."""

import tomllib
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).resolve().parents[2]
FLOORS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]


def height_of(label: str) -> int:
    """The floor of an application: 0 for the lowest domain, higher for what stands on it."""
    (domains,) = (contract["layers"] for contract in FLOORS if contract["name"] == "The domains of the shop")
    for height, layer in enumerate(reversed(domains)):
        if label in [name.strip("() ") for name in layer.split("|")]:
            return height
    return len(domains)


OURS = [model for model in apps.get_models(include_auto_created=True) if not model.__module__.startswith("django.")]


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_foreign_keys_point_downwards(model: type) -> None:
    label = model._meta.app_label
    for field in model._meta.get_fields():
        if field.is_relation and field.concrete and field.related_model is not None:
            target = field.related_model._meta.app_label
            if target in ("contenttypes", "auth", "sessions", "admin"):
                continue
            assert target == label or height_of(target) < height_of(label), (
                f"{model._meta.label}.{field.name} points up (or sideways) to {field.related_model._meta.label};"
                " a plain indexed UUID does it"
            )


def test_every_domain_has_its_floor() -> None:
    for config in apps.get_app_configs():
        if config.name.startswith("commerce."):
            assert height_of(config.label) < height_of("nowhere"), config.name
