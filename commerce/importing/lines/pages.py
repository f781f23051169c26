"""Page types, pages and menus."""

from __future__ import annotations

from typing import Any, Final

from commerce.attributes.models import Attribute
from commerce.catalog.models import Category, Collection
from commerce.content.models import Menu, MenuItem, Page, PageType
from commerce.content.services.menu_items import create_menu_item, delete_menu_item
from commerce.content.services.menus import create_menu, update_menu
from commerce.content.services.page_types import AttributeOfType, create_page_type, update_page_type
from commerce.content.services.pages import create_page, update_page
from commerce.content.services.translations import translate_menu_item, translate_page
from commerce.core.actor import Actor
from commerce.core.errors import Conflict, Required
from commerce.importing.lines.line import Line
from commerce.importing.lines.upsert import (
    METADATA,
    SEARCH,
    Read,
    bring_translations,
    different,
    document,
    found_by_slug,
    given,
    outcome_of,
    trimmed,
    values_of,
)
from commerce.importing.report import Outcome

_NAMED: Final[dict[str, tuple[str, Read]]] = {"name": ("name", trimmed), **METADATA}
_PAGE: Final[dict[str, tuple[str, Read]]] = {
    "title": ("title", trimmed),
    "content": ("content", document),
    "isPublished": ("is_published", Line.flag),
    "publishedAt": ("published_at", Line.moment_or_none),
    **SEARCH,
    **METADATA,
}
_TEXTS: Final[dict[str, tuple[str, Read]]] = {
    "title": ("title", Line.text_or_none),
    "slug": ("slug", Line.text_or_none),
    "content": ("content", document),
    "seoTitle": ("seo_title", Line.text_or_none),
    "seoDescription": ("seo_description", Line.text_or_none),
}
_TARGETS: Final[dict[str, Any]] = {"category": Category, "collection": Collection, "page": Page}


def bring_page_type(line: Line, actor: Actor) -> Outcome:
    """A page type by its slug; `attributes` replace those that it has."""
    slug = line.slug()
    row = PageType.objects.filter(slug=slug).first()
    values = given(line, _NAMED)
    attributes = None
    if "attributes" in line:
        attributes = [
            AttributeOfType(
                found_by_slug(Attribute, entry.text("attribute"), (*entry.path, "attribute")).id,
                entry.flag("required") if "required" in entry else False,
            )
            for entry in line.lines("attributes")
        ]
    if row is None:
        create_page_type(changes={**values, "slug": slug}, attributes=attributes or (), actor=actor)  # type: ignore[typeddict-item]
        return Outcome.CREATED
    links = row.attribute_links.order_by("sort_order", "id").values_list("attribute_id", "required")
    there = [AttributeOfType(*link) for link in links]
    new = attributes if attributes is not None and attributes != there else None
    changes = different(row, values)
    if changes or new is not None:
        update_page_type(page_type_id=row.id, changes=changes, attributes=new, actor=actor)  # type: ignore[arg-type]
    return outcome_of(False, bool(changes) or new is not None)


def bring_page(line: Line, actor: Actor) -> Outcome:
    """A page by its slug; its type is chosen once."""
    slug = line.slug()
    row = Page.objects.filter(slug=slug).first()
    values = given(line, _PAGE)
    page_type = found_by_slug(PageType, line.text("pageType"), ("pageType",)) if "pageType" in line else None
    value_ids = values_of(line) if "values" in line else None
    if row is None:
        if page_type is None:
            raise Required("A new page has a type.", path=("pageType",))
        changes: Any = {**values, "slug": slug}
        row = create_page(page_type_id=page_type.id, changes=changes, attribute_value_ids=value_ids or (), actor=actor)
        _translate(line, row, actor)
        return Outcome.CREATED
    if page_type is not None and page_type.id != row.page_type_id:
        raise Conflict("The page has another type.", path=("pageType",))
    there = list(row.attribute_values.order_by("sort_order", "id").values_list("value_id", flat=True))
    new = value_ids if value_ids is not None and value_ids != there else None
    changes = different(row, values)
    if changes or new is not None:
        update_page(page_id=row.id, changes=changes, attribute_value_ids=new, actor=actor)
    translated = _translate(line, row, actor)
    return outcome_of(False, bool(changes) or new is not None or translated)


def _translate(line: Line, page: Page, actor: Actor) -> bool:
    def say(tag: str, texts: Any) -> object:
        return translate_page(page_id=page.id, language=tag, texts=texts, actor=actor)

    return bring_translations(line, page, _TEXTS, say)


def bring_menu(line: Line, actor: Actor) -> Outcome:
    """A menu by its slug; `items` (each with `children`) replace those that it has."""
    slug = line.slug()
    row = Menu.objects.filter(slug=slug).first()
    values = given(line, _NAMED)
    is_new = row is None
    changed = False
    if row is None:
        row = create_menu(changes={**values, "slug": slug}, actor=actor)  # type: ignore[typeddict-item]
    elif changes := different(row, values):
        update_menu(menu_id=row.id, changes=changes, actor=actor)  # type: ignore[arg-type]
        changed = True
    if "items" in line:
        wanted = [_item(entry) for entry in line.lines("items")]
        if wanted != _tree(row):
            for item in row.items.filter(parent=None):
                delete_menu_item(item_id=item.id, actor=actor)
            _add(row, None, wanted, actor)
            changed = True
    return outcome_of(is_new, changed)


def _item(entry: Line) -> dict[str, Any]:
    """An item as the verbs take it, with those below it."""
    item: dict[str, Any] = {"category_id": None, "collection_id": None, "page_id": None, "url": ""}
    item |= {"metadata": {}, "private_metadata": {}} | given(entry, _NAMED)
    if "url" in entry:
        item["url"] = entry.text("url")
    for name, model in _TARGETS.items():
        if name in entry:
            item[f"{name}_id"] = found_by_slug(model, entry.text(name), (*entry.path, name)).id
    item["translations"] = (
        {tag: texts.text("name") for tag, texts in entry.named_lines("translations")} if "translations" in entry else {}
    )
    item["children"] = [_item(child) for child in entry.lines("children")] if "children" in entry else []
    return item


def _tree(menu: Menu) -> list[dict[str, Any]]:
    below: dict[Any, list[MenuItem]] = {}
    for item in menu.items.order_by("sort_order", "id").prefetch_related("translations"):
        below.setdefault(item.parent_id, []).append(item)
    columns = ("name", "category_id", "collection_id", "page_id", "url", "metadata", "private_metadata")

    def branch(parent_id: Any) -> list[dict[str, Any]]:
        return [
            {column: getattr(item, column) for column in columns}
            | {"translations": _names(item), "children": branch(item.id)}
            for item in below.get(parent_id, [])
        ]

    return branch(None)


def _names(item: MenuItem) -> dict[str, str]:
    return {each.language: each.name for each in item.translations.all() if each.name}


def _add(menu: Menu, parent_id: Any, items: list[dict[str, Any]], actor: Actor) -> None:
    for item in items:
        changes: Any = {column: value for column, value in item.items() if column not in ("children", "translations")}
        made = create_menu_item(menu_id=menu.id, parent_id=parent_id, changes=changes, actor=actor)
        for tag, name in item["translations"].items():
            translate_menu_item(item_id=made.id, language=tag, texts={"name": name}, actor=actor)
        _add(menu, made.id, item["children"], actor)
