"""Verbs that change pages and menus. Each opens its own transaction and says what happened in it."""

from commerce.content.services.menu_items import (
    create_menu_item,
    delete_menu_item,
    move_menu_item,
    update_menu_item,
)
from commerce.content.services.menus import create_menu, delete_menu, update_menu
from commerce.content.services.page_types import create_page_type, delete_page_type, update_page_type
from commerce.content.services.pages import create_page, delete_page, update_page
from commerce.content.services.translations import translate_menu_item, translate_page

__all__ = [
    "create_menu",
    "create_menu_item",
    "create_page",
    "create_page_type",
    "delete_menu",
    "delete_menu_item",
    "delete_page",
    "delete_page_type",
    "move_menu_item",
    "translate_menu_item",
    "translate_page",
    "update_menu",
    "update_menu_item",
    "update_page",
    "update_page_type",
]
