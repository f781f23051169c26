"""Every event that a partner can be told of, by its wire name."""

from __future__ import annotations

import inspect
from dataclasses import is_dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps


@cache
def event_types() -> frozenset[str]:
    """The wire names in the `events` modules of all installed apps, such as `order.placed`."""
    modules = [f"{app.name}.events" for app in apps.get_app_configs() if find_spec(f"{app.name}.events")]
    names = [
        getattr(found, "type", None)
        for module in modules
        for _, found in inspect.getmembers(import_module(module), inspect.isclass)
        if is_dataclass(found) and found.__module__ == module
    ]
    return frozenset(name for name in names if isinstance(name, str))
