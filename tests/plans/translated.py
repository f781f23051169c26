"""The large catalog in three languages, with a slug that each page had before."""

from __future__ import annotations

from typing import Final

from django.db import connection

_LANGUAGES: Final = "unnest(ARRAY['de', 'fr', 'pt-BR']) AS spoken(language)"
_ROW: Final = "gen_random_uuid(), now(), now(), 1, spoken.language"
_COLUMNS: Final = "id, created_at, updated_at, version, language"
_NAMED: Final = {
    "catalog_productvarianttranslation": ("variant_id", "catalog_productvariant"),
    "attributes_attributetranslation": ("attribute_id", "attributes_attribute"),
    "attributes_attributevaluetranslation": ("value_id", "attributes_attributevalue"),
    "content_menuitemtranslation": ("item_id", "content_menuitem"),
}


def translate_everything() -> None:
    """Write it past the services, and count it."""
    statements = [
        f"INSERT INTO {table} ({_COLUMNS}, {owner}, name)"
        f" SELECT {_ROW}, owner.id, spoken.language || owner.name FROM {owners} AS owner, {_LANGUAGES}"
        for table, (owner, owners) in _NAMED.items()
    ]
    statements.append(
        f"INSERT INTO catalog_productmediatranslation ({_COLUMNS}, media_id, alt)"
        f" SELECT {_ROW}, owner.id, spoken.language FROM catalog_productmedia AS owner, {_LANGUAGES}"
    )
    for table, kind, name in (
        ("catalog_product", "product", "name"),
        ("catalog_category", "category", "name"),
        ("catalog_collection", "collection", "name"),
        ("content_page", "page", "title"),
    ):
        statements += [
            f"""INSERT INTO {table}translation ({_COLUMNS}, {kind}_id, {name}, slug)
                SELECT {_ROW}, owner.id, owner.{name}, spoken.language || owner.slug
                  FROM {table} AS owner, {_LANGUAGES}""",
            f"""INSERT INTO {table}formerslug (slug, {kind}_id)
                SELECT 'old-' || owner.slug, owner.id FROM {table} AS owner""",
            f"""INSERT INTO {table}formertranslatedslug (slug, language, {kind}_id)
                SELECT 'old-' || owner.slug, spoken.language, owner.id FROM {table} AS owner, {_LANGUAGES}""",
            f"ANALYZE {table}translation, {table}formerslug, {table}formertranslatedslug",
        ]
    statements.append(f"ANALYZE {', '.join([*_NAMED, 'catalog_productmediatranslation'])}")
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
