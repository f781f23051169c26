"""Finding the plugins of a kind: those that settings name, and those of installed packages."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import entry_points
from typing import Any, Final

from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

GROUP: Final = "handcart.plugins"
"""The group of entry points in which packages register what they bring, as `<prefix><anything>`."""


def plugin_classes(paths: Sequence[str], *, prefix: str, kind: str) -> dict[str, Any]:
    """The classes at the dotted `paths` and behind entry points that begin with `prefix`, by their `id`.

    Raises ImproperlyConfigured if two share one; `kind` is what they are, in the plural.
    """
    found = sorted(entry_points(group=GROUP), key=lambda point: point.name)
    classes = [import_string(path) for path in paths]
    classes += [point.load() for point in found if point.name.startswith(prefix)]
    by_id: dict[str, Any] = {}
    for made in classes:
        if made.id in by_id:
            raise ImproperlyConfigured(f"Two {kind} have the id {made.id!r}.")
        by_id[made.id] = made
    return by_id
