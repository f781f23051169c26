"""What keeps the slugs that rows give up. A slug belongs to who had it last."""

from collections.abc import Iterator

_KEEP = """
CREATE FUNCTION {app}_{kind}_keep_slug() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO {app}_{kind}formerslug (slug, {kind}_id) VALUES (OLD.slug, OLD.id)
    ON CONFLICT (slug) DO UPDATE SET {kind}_id = excluded.{kind}_id, until = excluded.until;
    RETURN NULL;
END
$$
"""
_ON_CHANGE = """
CREATE TRIGGER keep_slug AFTER UPDATE OF slug ON {app}_{kind}
FOR EACH ROW WHEN (OLD.slug IS DISTINCT FROM NEW.slug) EXECUTE FUNCTION {app}_{kind}_keep_slug()
"""

_OWNER = """
ALTER TABLE {app}_{kind}formertranslatedslug ADD CONSTRAINT {kind}_former_translated_slug_owner
FOREIGN KEY ({kind}_id) REFERENCES {app}_{kind} (id) ON DELETE CASCADE
"""
# A translation that goes with its owner leaves nothing behind.
_KEEP_TRANSLATED = """
CREATE FUNCTION {app}_{kind}_keep_translated_slug() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO {app}_{kind}formertranslatedslug (slug, language, {kind}_id)
    SELECT OLD.slug, OLD.language, OLD.{kind}_id
     WHERE EXISTS (SELECT FROM {app}_{kind} WHERE id = OLD.{kind}_id)
    ON CONFLICT (slug, language) DO UPDATE SET {kind}_id = excluded.{kind}_id, until = excluded.until;
    RETURN NULL;
END
$$
"""
_ON_TRANSLATED_CHANGE = """
CREATE TRIGGER keep_slug AFTER UPDATE OF slug, language ON {app}_{kind}translation
FOR EACH ROW WHEN (OLD.slug IS NOT NULL AND (OLD.slug, OLD.language) IS DISTINCT FROM (NEW.slug, NEW.language))
EXECUTE FUNCTION {app}_{kind}_keep_translated_slug()
"""
_ON_TRANSLATED_DELETION = """
CREATE TRIGGER keep_slug_of_deleted AFTER DELETE ON {app}_{kind}translation
FOR EACH ROW WHEN (OLD.slug IS NOT NULL) EXECUTE FUNCTION {app}_{kind}_keep_translated_slug()
"""


def keeping(app: str, kind: str) -> Iterator[str]:
    """What keeps the slugs of a kind of rows."""
    for statement in (_KEEP, _ON_CHANGE):
        yield statement.format(app=app, kind=kind)


def keeping_translated(app: str, kind: str) -> Iterator[str]:
    """What keeps the slugs of their translations."""
    for statement in (_OWNER, _KEEP_TRANSLATED, _ON_TRANSLATED_CHANGE, _ON_TRANSLATED_DELETION):
        yield statement.format(app=app, kind=kind)
