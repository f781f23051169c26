"""The statements by which PostgreSQL searches. In each, $1 is the channel and $2 whether hidden products count, too.

A product counts if the channel lists it now. Each arm looks at so many products at most, whatever the words are: what
is as common as that is narrowed down by shoppers, and told to be capped.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from commerce.catalog.product_statements import PUBLISHED_NOW
from commerce.core.statements import Statement

MOST_WEIGHED: Final = 2_200
"""How many products a statement ranks at most before the best of them are taken."""

IS_CODE: Final = 1_000_000
IS_NAME: Final = 900_000
BEGINS_NAME: Final = 800_000
IN_NAME: Final = 700_000
"""What a product's rank begins with, by the best that is true of it; anything else ranks below the last of them.
A shorter name comes before a longer one, by 100 for each letter."""
ELSEWHERE: Final = 600_000
INSIDE: Final = 1_000
"""Ranks below this are for words that are only parts of longer ones."""

_LISTED: Final = """
          JOIN catalog_productchannellisting AS listing
            ON listing.product_id = document.product_id AND listing.channel_id = $1
         WHERE ($2 OR (listing.visible_in_listings AND {published}))"""


def _sql(template: str, **words: int) -> str:
    """`template` with the constants above filled in."""
    published = PUBLISHED_NOW.format("listing")
    return template.format(
        listed=_LISTED.format(published=published),
        published=published,
        most_weighed=MOST_WEIGHED,
        is_code=IS_CODE,
        is_name=IS_NAME,
        begins_name=BEGINS_NAME,
        in_name=IN_NAME,
        elsewhere=ELSEWHERE,
        inside=INSIDE,
        most_elsewhere=ELSEWHERE - INSIDE - 1,
        **words,
    )


class HitRow(NamedTuple):
    """A product and how well it matches."""

    product_id: str
    rank: int


class WordRow(NamedTuple):
    """A word and in how many products that count it is, up to a bound."""

    word: str
    products: int


class SimilarRow(NamedTuple):
    """A word that was asked for, one that is much like it, and in how many products of the whole shop that is."""

    asked: str
    word: str
    documents: int


class LongerRow(NamedTuple):
    """A word that was asked for, and one that has it inside."""

    asked: str
    word: str


class CompletionRow(NamedTuple):
    """A word that goes on as the begun one."""

    word: str


class NamedRow(NamedTuple):
    """Something with a name and a page."""

    id: str
    name: str


_IN_NAMES: Final = """
SELECT product_id::text, rank
  FROM (
        (SELECT document.product_id, {is_code} AS rank
           FROM search_document AS document {listed} AND document.title @@ $3
          LIMIT 100)
         UNION ALL
        (SELECT document.product_id,
                CASE WHEN strpos(document.names, E'\\n' || $6 || E'\\n') > 0 THEN {is_name} ELSE {begins_name} END
                + 80000 - 100 * least(length(document.names), 800)
           FROM search_document AS document {listed} AND document.title @@ $4
          LIMIT {most})
         UNION ALL
        (SELECT document.product_id, {in_name} + 80000 - 100 * least(length(document.names), 800)
           FROM search_document AS document {listed} AND document.title @@ $5 AND NOT document.title @@ $4
          LIMIT {most})
         LIMIT {most}
       ) AS hit
 ORDER BY hit.rank DESC, hit.product_id DESC
"""


def _in_names(name: str, most: int) -> Statement[HitRow]:
    sql = _sql(_IN_NAMES, most=most)
    return Statement(name, HitRow, sql, "uuid", "bool", "tsquery", "tsquery", "tsquery", "text")


# $3 is the whole search as a code, $4 as the beginning of a name, $5 all its words, $6 the search as text.
IN_NAMES: Final = _in_names("search_in_names", MOST_WEIGHED)
FIRST_IN_NAMES: Final = _in_names("search_first_in_names", 300)
"""The same for a handful of suggestions."""
# $3 is what is looked for, $4 what to leave out because its names have it.
ANYWHERE: Final = Statement(
    "search_anywhere",
    HitRow,
    _sql("""
SELECT product_id::text, rank
  FROM (
        SELECT document.product_id,
               {inside}
               + least({most_elsewhere}, {elsewhere} * ts_rank('{{0.05, 0.2, 0.6, 1}}', document.body, $3))::int AS rank
          FROM search_document AS document {listed} AND document.body @@ $3 AND NOT document.title @@ $4
         LIMIT {most_weighed}
       ) AS hit
 ORDER BY hit.rank DESC, hit.product_id DESC
"""),
    "uuid",
    "bool",
    "tsquery",
    "tsquery",
)
# $3 are words, $4 the same as queries.
KNOWN_WORDS: Final = Statement(
    "search_known_words",
    WordRow,
    _sql("""
SELECT asked.word, found.products::int
  FROM unnest($3, $4) AS asked(word, query)
 CROSS JOIN LATERAL (
        SELECT count(*) AS products
          FROM (
                SELECT FROM search_document AS document {listed} AND document.body @@ asked.query::tsquery
                 LIMIT 20
               ) AS counted
       ) AS found
 WHERE found.products > 0
"""),
    "uuid",
    "bool",
    "text[]",
    "text[]",
)
SIMILAR_WORDS: Final = Statement(
    "search_similar_words",
    SimilarRow,
    """
SELECT asked.word, near.word, near.documents
  FROM unnest($1) AS asked(word)
 CROSS JOIN LATERAL (
        SELECT known.word, known.documents
          FROM search_word AS known
         WHERE known.deletions && search_deletions(asked.word)
           AND length(known.word) BETWEEN length(asked.word) - 2 AND length(asked.word) + 2
         LIMIT 500
       ) AS near
""",
    "text[]",
)
LONGER_WORDS: Final = Statement(
    "search_longer_words",
    LongerRow,
    """
SELECT asked.word, longer.word
  FROM unnest($1) AS asked(word)
 CROSS JOIN LATERAL (
        SELECT known.word
          FROM search_word AS known
         WHERE known.word LIKE '%_' || asked.word || '%'
         ORDER BY known.documents DESC, known.word
         LIMIT 20
       ) AS longer
""",
    "text[]",
)
# $3 is how the word begins, $4 is true or what comes before it as a query, $5 how many are wanted.
COMPLETIONS: Final = Statement(
    "search_completions",
    CompletionRow,
    _sql("""
SELECT likely.word
  FROM (
        SELECT word, documents
          FROM search_word
         WHERE is_suggested AND word >= $3 AND word < $3 || chr(1114111)
         ORDER BY documents DESC, word
         LIMIT 30
       ) AS likely
 WHERE EXISTS (
        SELECT FROM search_document AS document {listed}
           AND document.body @@ ($4 || '''' || likely.word || '''')::tsquery
       )
 ORDER BY likely.documents DESC, likely.word
 LIMIT $5
"""),
    "uuid",
    "bool",
    "text",
    "text",
    "int",
)
# $3 is the language of the names, $4 the products.
PRODUCT_NAMES: Final = Statement(
    "search_names_of_products",
    NamedRow,
    """
SELECT product.id::text, coalesce(translation.name, product.name)
  FROM catalog_product AS product
  LEFT JOIN catalog_producttranslation AS translation
         ON translation.product_id = product.id AND translation.language = $1
 WHERE product.id = ANY($2)
""",
    "text",
    "uuid[]",
)
# $1 is the language, in which things are named if they have a name in it, $2 a pattern, $3 how many are wanted.
_NAMED: Final = """
SELECT named.id::text, coalesce(shown.name, named.name) AS name
  FROM (
        SELECT id, name FROM catalog_{kind} WHERE ' ' || search_phrase(name) LIKE $2
         UNION
        SELECT owner.id, owner.name
          FROM catalog_{kind}translation AS translation
          JOIN catalog_{kind} AS owner ON owner.id = translation.{kind}_id
         WHERE translation.language = $1 AND ' ' || search_phrase(translation.name) LIKE $2
       ) AS named
  LEFT JOIN catalog_{kind}translation AS shown ON shown.{kind}_id = named.id AND shown.language = $1
 {where}
 ORDER BY length(coalesce(shown.name, named.name)), named.id
 LIMIT $3
"""
_PUBLISHED_COLLECTION: Final = """WHERE EXISTS (
        SELECT FROM catalog_collectionchannellisting AS listing
         WHERE listing.collection_id = named.id AND listing.channel_id = $4 AND {published}
       )"""
CATEGORIES: Final = Statement(
    "search_categories", NamedRow, _NAMED.format(kind="category", where=""), "text", "text", "int"
)
COLLECTIONS: Final = Statement(
    "search_collections",
    NamedRow,
    _NAMED.format(kind="collection", where=_sql(_PUBLISHED_COLLECTION)),
    "text",
    "text",
    "int",
    "uuid",
)
