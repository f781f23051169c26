"""What the names of this domain's UNIQUE columns mean to a caller."""

from __future__ import annotations

from typing import Final

UNIQUE_FIELDS: Final = {
    "content_pagetype_slug_key": "slug",
    "content_page_slug_key": "slug",
    "content_menu_slug_key": "slug",
}
"""For commerce.catalog.duplicates.refusing_duplicates."""
