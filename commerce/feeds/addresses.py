"""Where a channel's storefront shows things: addresses made of patterns.

A pattern comes from the channel's public metadata, else from the settings:

| metadata | setting | must have | default |
|---|---|---|---|
| `storefront.url` | `STOREFRONT_URL` | http(s) and a host | none: the channel has no addresses |
| `storefront.product` | `STOREFRONT_PRODUCT_PATH` | `{slug}` | `/products/{slug}` |
| `storefront.variant` | `STOREFRONT_VARIANT_PATH` | `{slug}` | `/products/{slug}?variant={variant}` |
| `storefront.category` | `STOREFRONT_CATEGORY_PATH` | `{slug}` | `/categories/{slug}` |
| `storefront.collection` | `STOREFRONT_COLLECTION_PATH` | `{slug}` | `/collections/{slug}` |
| `storefront.page` | `STOREFRONT_PAGE_PATH` | `{slug}` | `/pages/{slug}` |
| `storefront.translated` | `STOREFRONT_TRANSLATED_PREFIX` | `{language}` | `/{language}` |
| `storefront.language` | `STOREFRONT_LANGUAGE` | a BCP 47 tag | none |

`{channel}` may stand anywhere. The prefix goes between the address of the shop and the path of a translated slug.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlsplit

from django.conf import settings

from commerce.channels.models import Channel
from commerce.core.errors import InvalidInput
from commerce.core.languages import LANGUAGE_TAGS

KINDS: Final = ("product", "category", "collection", "page")
_NEEDED: Final = {**dict.fromkeys((*KINDS, "variant"), "slug"), "translated": "language"}
_PLACES: Final = {
    **{kind: {"channel", "slug"} for kind in KINDS},
    "variant": {"channel", "slug", "variant", "sku"},
    "translated": {"channel", "language"},
    "url": {"channel"},
}
_PLACE: Final = re.compile(r"\{([a-z]+)\}")
_LONGEST: Final = 300
_TAGS: Final = frozenset(LANGUAGE_TAGS.values())


class NoStorefront(InvalidInput):
    """The channel has no address of a storefront, or a pattern of it cannot be used."""


@dataclass(frozen=True, slots=True)
class Storefront:
    """The addresses of one channel's storefront."""

    channel: str
    language: str | None
    """The language of the texts that are not translated; None if nobody has said."""
    patterns: Mapping[str, str]

    @property
    def home(self) -> str:
        """Where the storefront begins, without a slash at the end."""
        return self._filled(self.patterns["url"])

    def address(self, kind: str, slug: str, *, language: str | None = None) -> str:
        """Where the product, category, collection or page `slug` is; with `language` it is a slug of that language."""
        prefix = "" if language is None else self._filled(self.patterns["translated"], language=language)
        return self.home + prefix + self._filled(self.patterns[kind], slug=slug)

    def variant_address(self, slug: str, *, variant: str, sku: str | None) -> str:
        """Where a variant of the product `slug` is chosen already; `variant` is its id as frontends know it."""
        return self.home + self._filled(self.patterns["variant"], slug=slug, variant=variant, sku=sku or "")

    def _filled(self, pattern: str, **values: str) -> str:
        known = {"channel": self.channel, **values}
        return _PLACE.sub(lambda place: quote(known[place[1]], safe=""), pattern)


def storefront_of(channel: Channel) -> Storefront:
    """The storefront of a channel. Raises NoStorefront, which names what is missing or cannot be used."""
    own = channel.metadata
    patterns = {name: str(own.get(f"storefront.{name}") or default) for name, default in settings.STOREFRONT.items()}
    language = patterns.pop("language") or None
    check_patterns(patterns, language)
    patterns["url"] = patterns["url"].rstrip("/")
    return Storefront(channel.slug, language, patterns)


def check_patterns(patterns: Mapping[str, str], language: str | None) -> None:
    """Raise NoStorefront unless every pattern can be used."""
    if not patterns["url"]:
        raise NoStorefront("The channel has no storefront.url, and STOREFRONT_URL is not set.", path=("url",))
    try:
        parts = urlsplit(patterns["url"])
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.query and not parts.fragment
    except ValueError:
        usable = False
    if not usable:
        raise NoStorefront("storefront.url is an http(s) address.", path=("url",))
    if language is not None and language not in _TAGS:
        raise NoStorefront("storefront.language is a BCP 47 tag that the shop knows.", path=("language",))
    for name, pattern in patterns.items():
        places = set(_PLACE.findall(pattern))
        needed = _NEEDED.get(name)
        starts = name == "url" or pattern.startswith("/")
        if len(pattern) > _LONGEST or not starts or places - _PLACES[name] or (needed and needed not in places):
            raise NoStorefront(f"storefront.{name} is no pattern that can be used.", path=(name,))
