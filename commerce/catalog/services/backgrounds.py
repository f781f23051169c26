"""The pictures behind the pages of categories and collections."""

from __future__ import annotations

from uuid import UUID

from django.core.files.base import ContentFile
from django.db import transaction

from commerce.catalog.errors import CategoryNotFound, CollectionNotFound
from commerce.catalog.models import Category, Collection
from commerce.catalog.pictures import checked_picture
from commerce.catalog.services.categories import update_category
from commerce.catalog.services.collections import update_collection
from commerce.catalog.stored_files import dropped_if_refused
from commerce.core.actor import Actor
from commerce.core.errors import NotFound
from commerce.core.ids import uuid7
from commerce.core.permission import Permission


def set_background(
    *, of: type[Category] | type[Collection], row_id: UUID, content: bytes, alt: str, version: int | None, actor: Actor
) -> Category | Collection:
    """Check and store a picture, and show it behind the page of a category or collection instead of what was there.

    Raises PictureRefused, CategoryNotFound or CollectionNotFound, InvalidInput (alt), Conflict (no longer at
    `version`) or PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_PRODUCTS)
    picture = checked_picture(content)
    row = of._default_manager.filter(id=row_id).first()
    if row is None:
        missing: type[NotFound] = CategoryNotFound if of is Category else CollectionNotFound
        raise missing("There is no such thing to put a picture behind.", path=("id",))
    # The file is stored before the transaction: no lock is held while a bucket answers.
    row.background_image.save(f"{uuid7().hex}.{picture.extension}", ContentFile(picture.content), save=False)
    name = str(row.background_image.name)
    with dropped_if_refused(name), transaction.atomic():
        of._default_manager.filter(id=row_id).update(background_image=name)
        said = alt.strip()
        if of is Category:
            return update_category(
                category_id=row_id, changes={"background_image_alt": said}, version=version, actor=actor
            )
        return update_collection(
            collection_id=row_id, changes={"background_image_alt": said}, version=version, actor=actor
        )
