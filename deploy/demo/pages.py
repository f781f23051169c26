"""The demo shop's pages, and the two menus that storefronts ask for: `navbar` and `footer`."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from commerce.catalog.models import Category, Collection
from commerce.content.services import create_menu, create_menu_item, create_page, create_page_type
from commerce.core.actor import SYSTEM

# Slug, title, and what stands there, a paragraph each.
PAGES: Final = (
    (
        "about",
        "About us",
        (
            "We make and choose things for the house and the garden that are used every day and last.",
            "Most of it comes from workshops that we know by name. What breaks can be mended, and we help with that.",
        ),
    ),
    (
        "shipping-and-returns",
        "Shipping and returns",
        (
            "Parcels leave the house on the next working day.",
            "What you do not like, you may send back within thirty days, and you get your money back.",
        ),
    ),
    (
        "terms",
        "Terms",
        ("This is a demo shop: nothing is sold here, and nothing is sent.",),
    ),
)


def make_pages_and_menus() -> None:
    """Three published pages; the navbar with departments and collections, the footer with the pages."""
    kind = create_page_type(changes={"name": "Plain page", "slug": "plain-page"}, actor=SYSTEM)
    pages: list[tuple[str, UUID]] = []
    for slug, title, paragraphs in PAGES:
        blocks = [{"type": "paragraph", "data": {"text": text}} for text in paragraphs]
        page = create_page(
            page_type_id=kind.id,
            changes={"title": title, "slug": slug, "content": {"blocks": blocks}, "is_published": True},
            actor=SYSTEM,
        )
        pages.append((title, page.id))
    navbar = create_menu(changes={"name": "Navigation", "slug": "navbar"}, actor=SYSTEM)
    for root in Category.objects.filter(parent=None).order_by("sort_order", "name", "id"):
        item = create_menu_item(menu_id=navbar.id, changes={"name": root.name, "category_id": root.id}, actor=SYSTEM)
        for child in root.children.order_by("sort_order", "name", "id"):
            create_menu_item(
                menu_id=navbar.id,
                parent_id=item.id,
                changes={"name": child.name, "category_id": child.id},
                actor=SYSTEM,
            )
    collections = create_menu_item(menu_id=navbar.id, changes={"name": "Collections"}, actor=SYSTEM)
    for each in Collection.objects.order_by("name", "id"):
        create_menu_item(
            menu_id=navbar.id,
            parent_id=collections.id,
            changes={"name": each.name, "collection_id": each.id},
            actor=SYSTEM,
        )
    footer = create_menu(changes={"name": "Footer", "slug": "footer"}, actor=SYSTEM)
    for title, page_id in pages:
        create_menu_item(menu_id=footer.id, changes={"name": title, "page_id": page_id}, actor=SYSTEM)
