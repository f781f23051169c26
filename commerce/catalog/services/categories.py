"""The category tree. Every node stores the ids from its root down to itself, so a subtree is one index lookup."""

from __future__ import annotations

from typing import Any, Final, TypedDict
from uuid import UUID

from django.db import connection, transaction

from commerce.catalog.duplicates import refusing_duplicates
from commerce.catalog.errors import CategoryLoop, CategoryNotFound
from commerce.catalog.events import CategoryCreated, CategoryUpdated
from commerce.catalog.models import Category
from commerce.catalog.rich_text import clean_blocks
from commerce.catalog.slugs import checked_slug, free_slug
from commerce.catalog.versions import changed_row
from commerce.core.actor import Actor
from commerce.core.errors import InvalidInput, Required
from commerce.core.metadata import require_metadata
from commerce.core.permission import Permission
from commerce.core.text import require_text
from commerce.events.emit import emit

MAX_DEPTH: Final = 20

# One mover at a time: two moves that cross would otherwise close a circle that neither of them can see.
_TREE_LOCK: Final = "SELECT pg_advisory_xact_lock(hashtext('catalog.category.tree'))"

# The ids above the moved node are replaced in its whole subtree at once: %(above)s are the new ones, and `depth` old
# ones are cut off.
_MOVE_SUBTREE: Final = """
UPDATE catalog_category
   SET ancestors = %(above)s::uuid[] || ancestors[%(depth)s + 1:]
 WHERE ancestors @> ARRAY[%(id)s::uuid]
"""


class CategoryChanges(TypedDict, total=False):
    """What can be changed of a category besides its place."""

    name: str
    slug: str
    description: dict[str, Any] | None
    seo_title: str
    seo_description: str
    sort_order: int
    metadata: dict[str, str]
    private_metadata: dict[str, str]


def create_category(
    *, name: str, slug: str | None = None, parent_id: UUID | None = None, actor: Actor, **changes: Any
) -> Category:
    """Add a category below `parent_id`, or a root. Raises NotUnique, CategoryNotFound, Required or PermissionDenied."""
    actor.require_everywhere(Permission.MANAGE_PRODUCTS)
    values = _checked({"name": name, **changes})  # type: ignore[typeddict-item]
    slug = checked_slug(slug) if slug else free_slug(name, taken=lambda s: Category.objects.filter(slug=s).exists())
    with refusing_duplicates(), transaction.atomic():
        _lock_tree()
        above = _ancestors_of(parent_id)
        category = Category(**{**values, "slug": slug, "parent_id": parent_id})
        category.ancestors = [*above, category.id]
        category.save(force_insert=True)
        event = CategoryCreated(category_id=category.id, slug=category.slug, parent_id=parent_id)
        emit(event, aggregate=("category", category.id), sequence=category.version)
    return category


def update_category(*, category_id: UUID, changes: CategoryChanges, actor: Actor) -> Category:
    """Change what a category is called and says. Raises CategoryNotFound, NotUnique, Required or PermissionDenied."""
    actor.require_everywhere(Permission.MANAGE_PRODUCTS)
    values = _checked(changes)
    with refusing_duplicates(), transaction.atomic():
        return _changed(category_id, **values)


def move_category(*, category_id: UUID, parent_id: UUID | None, actor: Actor) -> Category:
    """Put a category and everything below it under another one (None: make it a root).

    Raises CategoryNotFound, CategoryLoop, InvalidInput (too deep) or PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_PRODUCTS)
    with transaction.atomic():
        _lock_tree()
        above = _ancestors_of(parent_id)
        if category_id in above:
            raise CategoryLoop("A category cannot lie below itself.", path=("parent",))
        category = _changed(category_id, parent_id=parent_id)
        with connection.cursor() as cursor:
            cursor.execute(
                _MOVE_SUBTREE,
                {
                    "above": [str(ancestor) for ancestor in above],
                    "depth": len(category.ancestors) - 1,
                    "id": str(category_id),
                },
            )
        category.refresh_from_db()
    return category


def _changed(category_id: UUID, **values: Any) -> Category:
    category = changed_row(Category, category_id, **values)
    if category is None:
        raise CategoryNotFound("There is no such category.", path=("id",))
    event = CategoryUpdated(category_id=category.id, slug=category.slug, parent_id=category.parent_id)
    emit(event, aggregate=("category", category.id), sequence=category.version)
    return category


def _checked(changes: CategoryChanges) -> dict[str, Any]:
    values: dict[str, Any] = dict(changes)
    require_metadata(values)
    if "name" in values and not values["name"].strip():
        raise Required("A category has a name.", path=("name",))
    for field, path, longest in (
        ("name", "name", 250),
        ("seo_title", "seoTitle", 70),
        ("seo_description", "seoDescription", 300),
    ):
        require_text(values.get(field), longest, path=(path,))
    if "slug" in values:
        values["slug"] = checked_slug(values["slug"])
    if "description" in values:
        values["description"] = clean_blocks(values["description"])
    return values


def _lock_tree() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_TREE_LOCK)


def _ancestors_of(parent_id: UUID | None) -> list[UUID]:
    if parent_id is None:
        return []
    parent = Category.objects.filter(id=parent_id).first()
    if parent is None:
        raise CategoryNotFound("There is no such category.", path=("parent",))
    if len(parent.ancestors) >= MAX_DEPTH:
        raise InvalidInput(f"The tree is {MAX_DEPTH} levels deep at most.", path=("parent",))
    return list(parent.ancestors)
