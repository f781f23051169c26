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
    for kind in ("product", "category", "collection"):
        statements += [
            f"""INSERT INTO catalog_{kind}translation ({_COLUMNS}, {kind}_id, name, slug)
                SELECT {_ROW}, owner.id, owner.name, spoken.language || owner.slug
                  FROM catalog_{kind} AS owner, {_LANGUAGES}""",
            f"""INSERT INTO catalog_{kind}formerslug (slug, {kind}_id)
                SELECT 'old-' || owner.slug, owner.id FROM catalog_{kind} AS owner""",
            f"ANALYZE catalog_{kind}translation, catalog_{kind}formerslug",
        ]
    statements.append(f"ANALYZE {', '.join([*_NAMED, 'catalog_productmediatranslation'])}")
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
