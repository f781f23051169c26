"""What somebody may see of pages and menus.

For shoppers a page that is not published, or not yet, does not exist: not by slug, not by id, not through a menu or a
reference. Staff and apps with MANAGE_PAGES see all pages, and with MANAGE_MENUS all items of menus.
"""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from commerce.attributes.models import AttributeValue
from commerce.catalog.queries import published_condition
from commerce.content.models import Page, PageAttributeValue
from commerce.core.actor import Actor
from commerce.core.permission import Permission
from commerce.core.text import is_storable


def sees_unpublished_pages(actor: Actor) -> bool:
    """Whether the actor works on pages instead of reading them."""
    return actor.has(Permission.MANAGE_PAGES)


def sees_hidden_items(actor: Actor) -> bool:
    """Whether the actor works on menus: then also the items that lead to what is not published are there."""
    return actor.has(Permission.MANAGE_MENUS)


def visible_pages(*, actor: Actor) -> QuerySet[Page]:
    """The pages that exist for this actor."""
    if sees_unpublished_pages(actor):
        return Page.objects.all()
    return Page.objects.filter(published_condition())


def has_attribute(slug: str, matching: Q | None, *, actor: Actor) -> Q:
    """That a page has a value of the attribute `slug` that is `matching`, a condition on AttributeValue; None: any."""
    if not is_storable(slug):
        return Q(pk__in=[])
    links = PageAttributeValue.objects.filter(
        page=OuterRef("pk"),
        value__attribute__slug=slug,
        # A type may have lost the attribute: what is not shown cannot be asked for.
        value__attribute__page_type_links__page_type=OuterRef("page_type"),
    )
    if matching is not None:
        links = links.filter(value__in=AttributeValue.objects.filter(matching, attribute__slug=slug))
    if not sees_unpublished_pages(actor):
        links = links.filter(value__attribute__visible_in_storefront=True)
    return Q(Exists(links))
