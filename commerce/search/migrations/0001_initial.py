"""Documents of products and the words in them, synonyms and stop words, and what was searched for; how words are folded."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import migrations, models
from django.db.models.functions import Now

from commerce.core.ids import uuid7
from commerce.core.migrations.statements import run
from commerce.core.migrations.tables import TablesMigration
from commerce.search.models import check_language

# Characters that nobody sees: soft hyphen, zero-width ones, marks of direction, byte order mark.
INVISIBLE = (
    "U&'\\00AD\\034F\\061C\\180E\\200B\\200C\\200D\\200E\\200F\\202A\\202B\\202C\\202D\\202E\\2060\\2061\\2062\\2063"
    "\\2064\\2066\\2067\\2068\\2069\\FEFF'"
)
FOLD = f"""
CREATE FUNCTION search_fold(given text) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT lower(unaccent(normalize(translate(given, {INVISIBLE}, ''), NFKC)))
$$
"""
# Lexemes may have 2,046 bytes; nobody types a word of more than 60 letters.
WORDS = """
CREATE FUNCTION search_words(folded text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(array_agg(left(word, 60) ORDER BY place), '{}')
      FROM string_to_table(regexp_replace(folded, '[^[:alnum:]]+', ' ', 'g'), ' ')
           WITH ORDINALITY AS split(word, place)
     WHERE word <> ''
$$
"""
PHRASE = """
CREATE FUNCTION search_phrase(given text) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT array_to_string(search_words(search_fold(given)), ' ')
$$
"""
# Deleting letters from both words finds all that are so many edits apart, two swapped letters included. The first seven
# letters are enough for that: https://github.com/wolfgarbe/SymSpell (MIT) explains why.
DELETIONS = """
CREATE FUNCTION search_deletions(word text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    WITH start AS (SELECT left(word, 7) AS letters),
         one AS (
            SELECT DISTINCT left(letters, place - 1) || substr(letters, place + 1) AS letters
              FROM start, generate_series(1, length(letters)) AS place
             WHERE length(word) >= 4
         ),
         two AS (
            SELECT left(letters, place - 1) || substr(letters, place + 1) AS letters
              FROM one, generate_series(1, length(letters)) AS place
             WHERE length(word) >= 8
         )
    SELECT array_agg(letters) FROM (SELECT * FROM start UNION SELECT * FROM one UNION SELECT * FROM two) AS every
$$
"""
FOLD_SYNONYM = """
CREATE FUNCTION search_fold_synonym() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.folded_terms := ARRAY(SELECT phrase FROM unnest(NEW.terms) AS term, search_phrase(term) AS phrase
                               WHERE phrase <> '');
    NEW.folded_synonyms := ARRAY(SELECT phrase FROM unnest(NEW.synonyms) AS term, search_phrase(term) AS phrase
                                  WHERE phrase <> '');
    RETURN NEW;
END
$$
"""
FOLD_STOP_WORD = """
CREATE FUNCTION search_fold_stop_word() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.folded_word := search_phrase(NEW.word);
    RETURN NEW;
END
$$
"""
ON_WRITE = """
CREATE TRIGGER search_fold BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {function}()
"""


class Migration(TablesMigration):
    initial = True
    dependencies = [("catalog", "0001_initial"), ("channels", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="ChangedProduct",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("product_id", models.UUIDField()),
            ],
        ),
        migrations.CreateModel(
            name="DueProduct",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("product_id", models.UUIDField()),
            ],
        ),
        migrations.CreateModel(
            name="UntoldProduct",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("product_id", models.UUIDField()),
            ],
        ),
        migrations.CreateModel(
            name="Document",
            fields=[
                (
                    "product",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=models.DO_NOTHING,
                        primary_key=True,
                        related_name="search_document",
                        serialize=False,
                        to="catalog.product",
                    ),
                ),
                ("names", models.TextField(default="")),
                ("codes", models.TextField(default="")),
                ("title", SearchVectorField()),
                ("body", SearchVectorField()),
            ],
            options={
                "indexes": [
                    GinIndex(fastupdate=False, fields=["title"], name="search_document_title"),
                    GinIndex(fastupdate=False, fields=["body"], name="search_document_body"),
                ],
            },
        ),
        migrations.CreateModel(
            name="StopWord",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("version", models.BigIntegerField(default=1)),
                ("language", models.CharField(help_text="A BCP 47 tag.", max_length=20, validators=[check_language])),
                ("word", models.CharField(max_length=60)),
                (
                    "is_ignored",
                    models.BooleanField(
                        default=True, help_text="Off: it is searched for although the language has it."
                    ),
                ),
                ("folded_word", models.TextField(default="", editable=False, help_text="Made by a trigger.")),
            ],
            options={
                "ordering": ["language", "word"],
                "constraints": [
                    models.UniqueConstraint(fields=("language", "word"), name="search_stop_word_unique"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Synonym",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("version", models.BigIntegerField(default=1)),
                (
                    "language",
                    models.CharField(
                        blank=True,
                        help_text="A BCP 47 tag; empty for all languages.",
                        max_length=20,
                        validators=[check_language],
                    ),
                ),
                ("terms", ArrayField(base_field=models.CharField(max_length=100), size=50)),
                (
                    "synonyms",
                    ArrayField(base_field=models.CharField(max_length=100), blank=True, default=list, size=50),
                ),
                (
                    "folded_terms",
                    ArrayField(
                        base_field=models.TextField(),
                        default=list,
                        editable=False,
                        help_text="Made by a trigger.",
                        size=None,
                    ),
                ),
                (
                    "folded_synonyms",
                    ArrayField(
                        base_field=models.TextField(),
                        default=list,
                        editable=False,
                        help_text="Made by a trigger.",
                        size=None,
                    ),
                ),
            ],
            options={
                "ordering": ["created_at", "id"],
                "indexes": [
                    GinIndex(fastupdate=False, fields=["folded_terms"], name="search_synonym_terms"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Word",
            fields=[
                ("word", models.CharField(db_collation="C", max_length=60, primary_key=True, serialize=False)),
                (
                    "is_suggested",
                    models.BooleanField(default=False, help_text="It is more than part of a description."),
                ),
                ("documents", models.PositiveIntegerField(default=0, help_text="How many products have it.")),
                (
                    "deletions",
                    ArrayField(
                        base_field=models.TextField(),
                        default=list,
                        help_text="The word with letters left out.",
                        size=None,
                    ),
                ),
            ],
            options={
                "indexes": [
                    GinIndex(fastupdate=False, fields=["deletions"], name="search_word_deletions"),
                    GinIndex(fastupdate=False, fields=["word"], name="search_word_inside", opclasses=["gin_trgm_ops"]),
                ],
            },
        ),
        migrations.CreateModel(
            name="SearchedText",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("day", models.DateField(db_default=Now())),
                ("language", models.CharField(blank=True, max_length=20)),
                ("text", models.CharField(max_length=100)),
                ("searches", models.PositiveIntegerField(default=0)),
                (
                    "without_results",
                    models.PositiveIntegerField(default=0, help_text="How many of them found nothing."),
                ),
                (
                    "results",
                    models.PositiveBigIntegerField(default=0, help_text="How many products they found together."),
                ),
                ("last_searched_at", models.DateTimeField(db_default=Now())),
                ("channel", models.ForeignKey(on_delete=models.CASCADE, related_name="+", to="channels.channel")),
            ],
            options={
                "indexes": [
                    models.Index(fields=["channel", "day"], name="searched_text_of_channel"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("day", "channel", "language", "text"), name="searched_text_unique"),
                    models.CheckConstraint(
                        condition=models.Q(("without_results__lte", models.F("searches"))), name="searched_text_sums"
                    ),
                ],
            },
        ),
        run(FOLD, WORDS, PHRASE, DELETIONS),
        run(
            FOLD_SYNONYM,
            ON_WRITE.format(table="search_synonym", function="search_fold_synonym"),
            FOLD_STOP_WORD,
            ON_WRITE.format(table="search_stopword", function="search_fold_stop_word"),
        ),
    ]
