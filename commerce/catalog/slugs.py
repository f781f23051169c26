"""Slugs: what products and categories are called in addresses."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Final

from django.core.validators import validate_unicode_slug
from django.utils.text import slugify

from commerce.core.errors import InvalidInput, Required

MAX_LENGTH: Final = 255


def checked_slug(slug: str) -> str:
    """`slug` as it may be stored. Raises Required or InvalidInput with the path `slug`."""
    slug = unicodedata.normalize("NFC", slug.strip())
    if not slug:
        raise Required("A slug is needed.", path=("slug",))
    # Django's own rule for slugs: letters of any language, digits, - and _.
    if len(slug) > MAX_LENGTH or not validate_unicode_slug.regex.search(slug):  # type: ignore[union-attr]
        raise InvalidInput("A slug has letters, digits, - and _, at most 255 of them.", path=("slug",))
    return slug


def slug_from(name: str, *, fallback: str = "item", max_length: int = MAX_LENGTH) -> str:
    """A slug made of `name`: ASCII where the letters have a Latin form, `fallback` where nothing is left."""
    text = slugify(name) or slugify(name, allow_unicode=True) or fallback
    return text[:max_length].strip("-_") or fallback


def free_slug(name: str, *, taken: Callable[[str], bool]) -> str:
    """`slug_from(name)`, with a number behind it if that one is taken. Two writers at once still need UNIQUE."""
    slug = slug_from(name, max_length=MAX_LENGTH - 6)
    candidate, number = slug, 1
    while taken(candidate):
        number += 1
        candidate = f"{slug}-{number}"
    return candidate
