"""Finding one row by whichever of its names the caller gave."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet

from commerce.catalog.groupings import categories_by_id
from commerce.catalog.queries import visible_collections
from commerce.catalog.reads import products_by_id
from commerce.catalog.rows import ProductRow
from commerce.catalog.slug_lookup import category_by_slug, collection_by_slug, product_by_slug
from commerce.channels.models import Channel
from commerce.core.actor import Actor
from commerce.core.errors import InvalidInput
from commerce.core.text import is_storable
from commerce.pricing.entrance import product_in_channel
from schema.cache import tags
from schema.catalog.sources import AnyCategory, AnyCollection
from schema.channels.scope import asks_with_channel, chosen_channel, remember_channel
from schema.context import RequestContext
from schema.enums import LanguageCodeEnum
from schema.ids import id_of, ids_of

M = TypeVar("M", bound=Model)

MOST_IDS: Final = 50


def find(rows: QuerySet[M], type_name: str, *, id: str | None, **names: str | None) -> M | None:
    """The row with this global id, or with this slug, SKU or the like; None if there is none.

    Raises InvalidInput unless exactly one of them is given, and InvalidId for the id of another type.
    """
    name, value = only_name(type_name, id=id, **names)
    return rows.filter(**{name: value}).first() if can_exist(value) else None


def find_product(
    context: RequestContext,
    channel: Channel | None,
    *,
    id: str | None,
    slug: str | None,
    language: LanguageCodeEnum | None,
) -> ProductRow | None:
    """The product with this global id or slug that exists for the caller in the channel. Raises as find does.

    It says what the answer depends on, too: on the product alone unless another one may come to answer to the slug.
    """
    _, value = only_name("Product", id=id, slug=slug)
    if channel is not None and isinstance(value, UUID):
        row = products_by_id([value], channel=channel, actor=context.actor).get(value)
        return _depended_on(context, row, for_good=True)
    named = None
    if channel is not None and can_exist(value):
        named = product_by_slug(str(value), language=language_tag(language), channel=channel, actor=context.actor)
    return _depended_on(context, *(named or (None, False)))


def find_product_in(
    context: RequestContext,
    channel_slug: str | None,
    *,
    id: str | None,
    slug: str | None,
    language: LanguageCodeEnum | None,
) -> tuple[Channel | None, ProductRow | None]:
    """The channel that an argument names (see chosen_channel), and find_product in it; one statement where it can be.

    Raises as both do.
    """
    by_slug_alone = id is None and slug is not None and can_exist(slug)
    if by_slug_alone and channel_slug is not None and asks_with_channel(context, channel_slug):
        there, taxes, named = product_in_channel(channel_slug, str(slug), language=language_tag(language))
        remember_channel(context, channel_slug, there, taxes)
        return there, _depended_on(context, *(named or (None, False)))
    channel = chosen_channel(context, channel_slug)
    return channel, find_product(context, channel, id=id, slug=slug, language=language)


def _depended_on(context: RequestContext, row: ProductRow | None, for_good: bool) -> ProductRow | None:
    if row is not None:
        context.depends_on.add(tags.product(row.id))
    if row is None or not for_good:
        context.depends_on.add(tags.PRODUCTS)
    return row


def products_in_order(context: RequestContext, channel: Channel | None, ids: Sequence[str]) -> list[ProductRow]:
    """The products with these global ids that exist for the caller in the channel, in the order of the ids, each once.

    Raises InvalidInput for more than MOST_IDS, and InvalidId for the id of another type.
    """
    if len(ids) > MOST_IDS:
        raise InvalidInput(f"At most {MOST_IDS} ids.", path=("ids",))
    asked = list(dict.fromkeys(ids_of("Product", ids, path=("ids",))))
    if channel is None or not asked:
        return []
    found = products_by_id(asked, channel=channel, actor=context.actor)
    rows = [found[key] for key in asked if key in found]
    context.enter_each(rows, [channel] * len(rows))
    return rows


def find_category(*, id: str | None, slug: str | None, language: LanguageCodeEnum | None) -> AnyCategory | None:
    """The category with this global id or slug. Raises as find does."""
    _, value = only_name("Category", id=id, slug=slug)
    if isinstance(value, UUID):
        return categories_by_id([value]).get(str(value))
    named = category_by_slug(value, language=language_tag(language)) if can_exist(value) else None
    return named.row if named else None


def find_collection(
    channel: Channel | None, actor: Actor, *, id: str | None, slug: str | None, language: LanguageCodeEnum | None
) -> AnyCollection | None:
    """The collection with this global id or slug that exists for the actor in the channel. Raises as find does."""
    _, value = only_name("Collection", id=id, slug=slug)
    if isinstance(value, UUID):
        return visible_collections(channel=channel, actor=actor).filter(id=value).first()
    if channel is None or not can_exist(value):
        return None
    named = collection_by_slug(value, language=language_tag(language), channel=channel, actor=actor)
    return named.row if named else None


def language_tag(language: LanguageCodeEnum | None) -> str | None:
    """The language as it is stored."""
    return language.value if language is not None else None


def only_name(type_name: str, *, id: str | None, **names: str | None) -> tuple[str, str | UUID]:
    """The one name that is given, with its value: a primary key for an id. Raises InvalidInput or InvalidId."""
    given = {name: value for name, value in {"id": id, **names}.items() if value is not None}
    if len(given) != 1:
        raise InvalidInput(f"Give exactly one of {', '.join(['id', *names])}.")
    name, value = given.popitem()
    return (name, id_of(type_name, value)) if name == "id" else (name, value)


def can_exist(value: str | UUID) -> bool:
    """Whether a row could have this name."""
    # What PostgreSQL cannot store would be a fault instead of "not found".
    return isinstance(value, UUID) or is_storable(value)
