"""Saying the texts of the catalog in other languages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Generic, TypedDict, TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import Model

from commerce.attributes.models import Attribute, AttributeValue
from commerce.attributes.translation_models import AttributeTranslation, AttributeValueTranslation
from commerce.catalog import models
from commerce.catalog import translation_models as tables
from commerce.catalog.duplicates import CATALOG_FIELDS, refusing_duplicates
from commerce.catalog.errors import (
    CategoryNotFound,
    CollectionNotFound,
    MediaNotFound,
    ProductNotFound,
    VariantNotFound,
)
from commerce.catalog.events import TranslationCreated, TranslationDeleted, TranslationUpdated
from commerce.catalog.rich_text import clean_blocks
from commerce.catalog.slugs import checked_slug
from commerce.core.actor import Actor
from commerce.core.errors import InvalidInput, NotFound
from commerce.core.permission import Permission
from commerce.core.text import require_text
from commerce.core.translation import Translation
from commerce.events.emit import emit

M = TypeVar("M", bound=Model)

MAX_TEXT: Final = 50_000
Texts = Mapping[str, Any]


class PageTexts(TypedDict, total=False):
    """The texts of a product, category or collection; None takes one away, a key that is missing leaves it."""

    name: str | None
    slug: str | None
    description: dict[str, Any] | None
    seo_title: str | None
    seo_description: str | None


class NameTexts(TypedDict, total=False):
    """The text of a variant or attribute."""

    name: str | None


class AltTexts(TypedDict, total=False):
    """The text of a picture or video."""

    alt: str | None


class ValueTexts(TypedDict, total=False):
    """The texts of an attribute value: its name, and what it says if its attribute is a text."""

    name: str | None
    plain_text: str | None
    rich_text: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Kind(Generic[M]):
    """Whose texts, in which table under which foreign key, and how long each may be (None: blocks)."""

    name: str
    owner: type[M]
    table: type[Translation]
    key: str
    texts: Mapping[str, int | None]
    not_found: type[NotFound] = NotFound
    unique: Mapping[str, str] = field(default_factory=lambda: CATALOG_FIELDS)
    """The constraints of the table and the fields that they are about, for refusing_duplicates."""


_PAGE: Final = {"name": 250, "slug": 255, "description": None, "seo_title": 70, "seo_description": 300}
_PRODUCT: Final = Kind("product", models.Product, tables.ProductTranslation, "product", _PAGE, ProductNotFound)
_CATEGORY: Final = Kind("category", models.Category, tables.CategoryTranslation, "category", _PAGE, CategoryNotFound)
_COLLECTION: Final = Kind(
    "collection", models.Collection, tables.CollectionTranslation, "collection", _PAGE, CollectionNotFound
)
_VARIANT: Final = Kind(
    "variant", models.ProductVariant, tables.ProductVariantTranslation, "variant", {"name": 255}, VariantNotFound
)
_MEDIA: Final = Kind(
    "product_media", models.ProductMedia, tables.ProductMediaTranslation, "media", {"alt": 250}, MediaNotFound
)
_ATTRIBUTE: Final = Kind("attribute", Attribute, AttributeTranslation, "attribute", {"name": 250})
_VALUE: Final = Kind(
    "attribute_value",
    AttributeValue,
    AttributeValueTranslation,
    "value",
    {"name": 250, "plain_text": MAX_TEXT, "rich_text": None},
)


def translate_product(*, product_id: UUID, language: str, texts: PageTexts, actor: Actor) -> models.Product:
    """Say a product's texts in `language`. Raises ProductNotFound, NotUnique, InvalidInput or PermissionDenied."""
    return translate(_PRODUCT, product_id, language, texts, actor)


def translate_category(*, category_id: UUID, language: str, texts: PageTexts, actor: Actor) -> models.Category:
    """Say a category's texts in `language`. Raises CategoryNotFound and what translate_product raises."""
    return translate(_CATEGORY, category_id, language, texts, actor)


def translate_collection(*, collection_id: UUID, language: str, texts: PageTexts, actor: Actor) -> models.Collection:
    """Say a collection's texts in `language`. Raises CollectionNotFound and what translate_product raises."""
    return translate(_COLLECTION, collection_id, language, texts, actor)


def translate_variant(*, variant_id: UUID, language: str, texts: NameTexts, actor: Actor) -> models.ProductVariant:
    """Say a variant's name in `language`. Raises VariantNotFound, InvalidInput or PermissionDenied."""
    return translate(_VARIANT, variant_id, language, texts, actor)


def translate_media(*, media_id: UUID, language: str, texts: AltTexts, actor: Actor) -> models.ProductMedia:
    """Say what is in a picture in `language`. Raises MediaNotFound, InvalidInput, PermissionDenied."""
    return translate(_MEDIA, media_id, language, texts, actor)


def translate_attribute(*, attribute_id: UUID, language: str, texts: NameTexts, actor: Actor) -> Attribute:
    """Say an attribute's name in `language`. Raises NotFound, InvalidInput or PermissionDenied."""
    return translate(_ATTRIBUTE, attribute_id, language, texts, actor)


def translate_attribute_value(*, value_id: UUID, language: str, texts: ValueTexts, actor: Actor) -> AttributeValue:
    """Say an attribute value's name or text in `language`.

    Raises NotFound, InvalidInput (a text where the attribute has none, too) or PermissionDenied.
    """
    return translate(_VALUE, value_id, language, texts, actor, fits=_fits_attribute)


def _fits_attribute(value: AttributeValue, texts: Texts) -> None:
    kind = value.attribute.input_type
    for name, needed in (("plain_text", Attribute.InputType.PLAIN_TEXT), ("rich_text", Attribute.InputType.RICH_TEXT)):
        if texts.get(name) is not None and kind != needed:
            raise InvalidInput(f"Values of {needed.name} attributes have this text.", path=(_camel(name),))


def translate(
    kind: Kind[M],
    owner_id: UUID,
    language: str,
    texts: Texts,
    actor: Actor,
    fits: Callable[[M, Texts], None] | None = None,
) -> M:
    """Write `texts` over what is there; what has no text left has no translation. Returns the owner.

    Raises what `kind` says for no owner, NotUnique (a slug), InvalidInput or PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_TRANSLATIONS)
    given = checked_texts(texts, kind.texts)
    with refusing_duplicates(kind.unique), transaction.atomic():
        # Its lock lets one translator at a time decide whether a row is new, and orders the events.
        owner = kind.owner._default_manager.select_for_update(no_key=True).filter(pk=owner_id).first()
        if owner is None:
            raise kind.not_found(f"There is no such {kind.name.replace('_', ' ')}.", path=("id",))
        if fits is not None:
            fits(owner, given)
        of_owner = {f"{kind.key}_id": owner_id, "language": language}
        row = kind.table._default_manager.filter(**of_owner).first()
        before = {text: getattr(row, text, None) for text in kind.texts}
        after = {**before, **given}
        if before != after:
            _write(kind, row or kind.table(version=0, **of_owner), after, owner_id)
    return owner


def _write(kind: Kind[M], row: Translation, texts: Texts, owner_id: UUID) -> None:
    for name, text in texts.items():
        setattr(row, name, text)
    write_translation(row, kind.name, owner_id, is_gone=all(text is None for text in texts.values()))


def write_translation(row: Translation, object_type: str, owner_id: UUID, *, is_gone: bool = False) -> None:
    """Save the next version of a translation, or delete it if it `is_gone`, and emit what happened.

    A new one has the version 0. Call it in a transaction.
    """
    is_new = row.version == 0
    row.version += 1
    event: type[TranslationCreated | TranslationUpdated | TranslationDeleted]
    if is_gone:
        event, key = TranslationDeleted, row.pk
        row.delete()
        row.pk = key  # Django takes it away
    else:
        event = TranslationCreated if is_new else TranslationUpdated
        row.save(force_insert=is_new)
    emit(
        event(translation_id=row.id, object_type=object_type, object_id=owner_id, language=row.language),
        aggregate=("translation", row.id),
        sequence=row.version,
    )


def checked_texts(texts: Texts, limits: Mapping[str, int | None]) -> dict[str, Any]:
    """`texts` as they are stored: None for nothing, blocks cleaned. Raises InvalidInput with the path of the text."""
    given: dict[str, Any] = {}
    for name, text in texts.items():
        limit = limits[name]
        if limit is None:
            given[name] = _clean(text, _camel(name))
            continue
        given[name] = (text or "").strip() or None
        require_text(given[name], limit, path=(_camel(name),))
    if given.get("slug") is not None:
        given["slug"] = checked_slug(given["slug"])
    return given


def _clean(document: object, field: str) -> dict[str, Any] | None:
    try:
        return clean_blocks(document)
    except InvalidInput as error:
        error.path = (field, *error.path[1:])
        raise


def _camel(field: str) -> str:
    first, *rest = field.split("_")
    return first + "".join(word.title() for word in rest)
