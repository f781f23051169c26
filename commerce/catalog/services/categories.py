"""The category tree. Every node stores the ids from its root down to itself, so a subtree is one index lookup."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, TypedDict
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, Max, Min
from django.utils import timezone

from commerce.catalog.duplicates import refusing_duplicates
from commerce.catalog.errors import CategoryLoop, CategoryNotFound
from commerce.catalog.events import CategoryCreated, CategoryDeleted, CategoryUpdated
from commerce.catalog.keeping import locked_for_deletion
from commerce.catalog.models import Category, Product
from commerce.catalog.named_changes import checked_changes
from commerce.catalog.ordering import Move, reorder
from commerce.catalog.slugs import checked_slug, free_slug
from commerce.catalog.versions import changed_row
from commerce.core.actor import Actor
from commerce.core.errors import InvalidInput
from commerce.core.permission import Permission
from commerce.events.emit import emit, emit_many

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

# What lay below a category that goes lies one level higher.
_LIFT_SUBTREE: Final = """
UPDATE catalog_category
   SET ancestors = array_remove(ancestors, %(id)s::uuid)
 WHERE ancestors @> ARRAY[%(id)s::uuid] AND id <> %(id)s::uuid
"""


class CategoryChanges(TypedDict, total=False):
    """What can be changed of a category besides its place."""

    name: str
    slug: str
    description: dict[str, Any] | None
    seo_title: str
    seo_description: str
    background_image_alt: str
    sort_order: int
    metadata: dict[str, str]
    private_metadata: dict[str, str]


def create_category(
    *, name: str, slug: str | None = None, parent_id: UUID | None = None, actor: Actor, **changes: Any
) -> Category:
    """Add a category below `parent_id`, or a root. Raises NotUnique, CategoryNotFound, Required or PermissionDenied."""
    actor.require_everywhere(Permission.MANAGE_PRODUCTS)
    values = checked_changes({"name": name, **changes}, noun="A category")
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


def update_category(
    *, category_id: UUID, changes: CategoryChanges, version: int | None = None, actor: Actor
) -> Category:
    """Change what a category is called and says.

    Raises CategoryNotFound, Conflict (no longer at `version`), NotUnique, Required, InvalidInput or PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_PRODUCTS)
    values = checked_changes(changes, noun="A category")
    with refusing_duplicates(), transaction.atomic():
        return _changed(category_id, version, **values)


def move_category(*, category_id: UUID, parent_id: UUID | None, version: int | None = None, actor: Actor) -> Category:
    """Put a category and everything below it under another one (None: make it a root).

    Raises CategoryNotFound, CategoryLoop, InvalidInput (too deep), Conflict (no longer at `version`) or
    PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_PRODUCTS)
    with transaction.atomic():
        _lock_tree()
        above = _ancestors_of(parent_id)
        if category_id in above:
            raise CategoryLoop("A category cannot lie below itself.", path=("parent",))
        _check_depth(category_id, len(above))
        category = _changed(category_id, version, parent_id=parent_id)
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


def delete_category(*, category_id: UUID, version: int | None = None, actor: Actor) -> None:
    """Delete a category. What lay in it or below it, products too, moves to the one above, if there is one.

    Raises CategoryNotFound, Conflict (no longer at `version`) or PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_PRODUCTS)
    with transaction.atomic():
        _lock_tree()
        category = changed_row(Category, category_id, expected_version=version)
        if category is None:
            raise CategoryNotFound("There is no such category.", path=("id",))
        locked_for_deletion(category)
        now = timezone.now()
        children = Category.objects.filter(parent=category)
        moved = list(children.values_list("id", flat=True))
        children.update(parent=category.parent_id, version=F("version") + 1, updated_at=now)
        with connection.cursor() as cursor:
            cursor.execute(_LIFT_SUBTREE, {"id": str(category_id)})
        products = Product.objects.filter(category=category)
        products.update(category=category.parent_id, version=F("version") + 1, updated_at=now)
        event = CategoryDeleted(category_id=category.id, slug=category.slug, parent_id=category.parent_id)
        emit(event, aggregate=("category", category.id), sequence=category.version)
        if moved:
            emit_many([_updated(child) for child in Category.objects.filter(id__in=moved)])
        category.delete()


def reorder_categories(*, parent_id: UUID | None, moves: Sequence[Move], actor: Actor) -> Category | None:
    """Put the categories right below another one (None: the roots) into another order; returns that one.

    Raises CategoryNotFound (path `parent`, or `moves`, index, `id`), InvalidInput or PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_PRODUCTS)
    with transaction.atomic():
        _lock_tree()
        parent = Category.objects.filter(id=parent_id).first() if parent_id else None
        if parent_id is not None and parent is None:
            raise CategoryNotFound("There is no such category.", path=("parent",))
        reorder(Category.objects.filter(parent=parent_id), moves, missing=CategoryNotFound)
        moved = [move.id for move in moves]
        Category.objects.filter(id__in=moved).update(version=F("version") + 1, updated_at=timezone.now())
        emit_many([_updated(category) for category in Category.objects.filter(id__in=moved)])
    return parent


def _updated(category: Category) -> tuple[CategoryUpdated, tuple[str, UUID], int]:
    event = CategoryUpdated(category_id=category.id, slug=category.slug, parent_id=category.parent_id)
    return event, ("category", category.id), category.version


def _check_depth(category_id: UUID, above: int) -> None:
    """Raise InvalidInput if what is below a category would be too deep with so many above it."""
    subtree = Category.objects.filter(ancestors__contains=[category_id])
    depths = subtree.aggregate(deepest=Max("ancestors__len"), own=Min("ancestors__len"))
    if depths["own"] and above + 1 + depths["deepest"] - depths["own"] > MAX_DEPTH:
        raise InvalidInput(f"The tree is {MAX_DEPTH} levels deep at most.", path=("parent",))


def _changed(category_id: UUID, version: int | None, **values: Any) -> Category:
    category = changed_row(Category, category_id, expected_version=version, **values)
    if category is None:
        raise CategoryNotFound("There is no such category.", path=("id",))
    event, aggregate, sequence = _updated(category)
    emit(event, aggregate=aggregate, sequence=sequence)
    return category


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
