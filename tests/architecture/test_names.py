"""What merchants read on their screens is English."""

from __future__ import annotations

import re

from django.apps import apps

_BROKEN_PLURAL = re.compile(r"([^aeiou]y|s|x|z|ch|sh)s$")
"""Django only puts an s behind a name: entrys, ratess, boxs, touchs."""


def test_every_plural_is_one() -> None:
    names = {model._meta.label: str(model._meta.verbose_name_plural) for model in apps.get_models()}
    wrong = {label: name for label, name in names.items() if _BROKEN_PLURAL.search(name)}
    assert not wrong, f"say verbose_name_plural: {wrong}"


def test_broken_plurals_are_found() -> None:
    assert all(map(_BROKEN_PLURAL.search, ["gift card entrys", "asked ratess", "boxs", "touchs", "classs"]))
    assert not any(map(_BROKEN_PLURAL.search, ["keys", "entries", "addresses", "taxes", "touches", "product media"]))
