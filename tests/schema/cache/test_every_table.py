"""No table that public answers are made from is without the triggers that tell of a change."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.utils import timezone
from graphql import (
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    OperationDefinitionNode,
    get_named_type,
    is_composite_type,
    is_required_argument,
    parse,
    validate,
)

from commerce.catalog.models import ProductMedia
from schema.cache.boundary import NEXT
from schema.cache.reads import PUBLIC_ROOT_FIELDS, TYPES, reads_of
from schema.context import Audience
from schema.storefront import schema
from tests.content import make_item, make_page, make_page_type
from tests.factories import make_attribute, make_category, make_channel, make_collection, make_variant
from tests.schema.shop import Asker
from tests.statements import recorded_statements

CORE = schema._schema
assert CORE.query_type is not None
ROOTS = CORE.query_type.fields
DEPTH = 5
GIVEN = {
    "slug": '"x"', "search": '"v"',
    "languageCode": "EN", "countryCode": "DE", "first": "2", "channel": '"default-channel"',
}  # fmt: skip
# Written in the transaction of what it is made of, or by a sweep that takes its products off a watched table.
WATCHED_BY_ITS_PARTS = {"catalog_productcard", "pricing_publicprice"}
EXECUTE = re.compile(r"EXECUTE (\w+)")
READ = re.compile(r'\b(?:FROM|JOIN)\s+\(?"?([a-z]+_[a-z_]+)\b(?!\()', re.IGNORECASE)


def everything(kind: GraphQLNamedType, depth: int) -> str:
    """A selection of all that `kind` has, so many levels deep."""
    assert isinstance(kind, GraphQLObjectType | GraphQLInterfaceType)
    parts = ["__typename"]
    for name, field in kind.fields.items():
        inner = get_named_type(field.type)
        given = [
            f"{argument}: {GIVEN[argument]}"
            for argument, definition in field.args.items()
            if is_required_argument(definition) or argument in ("first", "channel")
        ]
        arguments = f"({', '.join(given)})" if given else ""
        if not is_composite_type(inner):
            parts.append(f"{name}{arguments}")
        elif depth:
            parts.append(f"{name}{arguments} {everything(inner, depth - 1)}")
    if isinstance(kind, GraphQLInterfaceType) and depth:
        for possible in CORE.get_possible_types(kind):
            # Their fields `value` have one name and many types.
            own = [
                f"{possible.name}_{name}: {name} "
                + (everything(inner, 0) if is_composite_type(inner := get_named_type(field.type)) else "")
                for name, field in possible.fields.items()
                if name == "value"
            ]
            parts.append(f"... on {possible.name} {{ __typename {' '.join(own)} }}")
    return f"{{ {' '.join(parts)} }}"


def written_out(statement: str) -> str:
    """The text of a statement that may be sent by its name alone. Some only a session knows."""
    named = EXECUTE.match(statement)
    if named is None:
        return statement
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements WHERE name = %s", [named[1]])
        (text,) = cursor.fetchone()
        return str(text)


def test_every_table_behind_public_answers_is_watched(db: None) -> None:
    channel = make_channel()
    kitchen = make_category("kitchen")
    mug = make_variant(channel=channel)
    mug.product.category = make_category("mugs", parent=kitchen)
    mug.product.save()
    make_collection("summer", products=[mug.product])
    material = make_attribute("material", "Clay")
    story = make_page(page_type=make_page_type(attributes=[material]), attribute_values=material.values.all())
    make_item("Story", parent=make_item("Shop", category=kitchen), page=story)
    make_item("Summer", collection=make_collection())
    ProductMedia.objects.create(product=mug.product, file="products/mug.png")
    ask = Asker(schema, Audience.STOREFRONT)
    with recorded_statements() as statements:
        for root in (
            "products(first: 2, channel: %s)",
            "pages(first: 2, channel: %s)",
            'menu(slug: "main", channel: %s)',
            "collections(first: 2, channel: %s)",
            "categories(first: 2)",
            'searchSuggestions(query: "v", channel: %s)',
            'products(search: "vatiant", first: 2, channel: %s)',
        ):
            kind = get_named_type(ROOTS[root.partition("(")[0]].type)
            answer = ask(f"{{ {root.replace('%s', GIVEN['channel'])} {everything(kind, DEPTH)} channels {{ slug }} }}")
            assert answer.data
    read = {table.lower() for statement in statements for table in READ.findall(written_out(statement))}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, count(*) FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
            " WHERE tgname LIKE 'response_cache_%' GROUP BY relname"
        )
        watched = dict(cursor.fetchall())
    assert len(read) > 15, read
    assert read - WATCHED_BY_ITS_PARTS <= watched.keys(), f"no trigger on {read - watched.keys()}"
    assert set(watched.values()) == {4}, "INSERT, UPDATE, DELETE and TRUNCATE"


def test_every_type_that_public_fields_reach_has_its_tags() -> None:
    reached: set[str] = set()
    pending = [ROOTS[name].type for name in PUBLIC_ROOT_FIELDS if not name.startswith("__")]
    while pending:
        kind = get_named_type(pending.pop())
        if kind.name in reached or not is_composite_type(kind):
            continue
        reached.add(kind.name)
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            pending += [field.type for field in kind.fields.values()]
        if isinstance(kind, GraphQLInterfaceType):
            pending += CORE.get_possible_types(kind)
    rows = {re.sub("Countable(Connection|Edge)$", "", name) for name in reached}
    assert rows - {"PageInfo"} == TYPES.keys() - {"PageInfo"}


@pytest.mark.parametrize(
    ("query", "tags"),
    [
        ('{ product(slug: "a", channel: "c") { name variants { sku product { name } } } }', {"shop"}),
        ('{ product(slug: "a", channel: "c") { thumbnail { url } } }', {"shop", "thumbnails"}),
        ('{ product(slug: "a", channel: "c") { category { name } } }', {"shop", "categories"}),
        (
            '{ product(slug: "a", channel: "c") { category { products(first: 1) { nodes { name } } } } }',
            {"shop", "products", "categories", "collections", "attributes"},
        ),
        (
            """{ product(slug: "a", channel: "c") { ...p } products(channel: "c") { nodes { ...p } } }
            fragment p on Product { variants { sku } }""",
            {"shop", "products", "categories", "collections", "attributes"},
        ),
        (
            """{ product(slug: "a", channel: "c") { assignedAttributes {
            ... on AssignedSingleProductReferenceAttribute { value { name } } } } }""",
            {"shop", "products", "categories", "collections", "attributes"},
        ),
        (
            '{ product(slug: "a", channel: "c") { relatedProducts { name } } }',
            {"shop", "products", "categories", "collections", "attributes"},
        ),
        (
            '{ productVariant(sku: "a", channel: "c") { bundle { components { variant { sku } } } } }',
            {"shop", "products", "categories", "collections", "attributes"},
        ),
        (
            '{ products(channel: "c", where: {OR: [{isAvailable: true}]}) { totalCount } }',
            {"shop", "products", "categories", "collections", "attributes", "stock"},
        ),
        (
            """query($f: ProductFilterInput = {stockAvailability: IN_STOCK})
            { products(channel: "c", filter: $f) { totalCount } }""",
            {"shop", "products", "categories", "collections", "attributes", "stock"},
        ),
        ('{ menu(slug: "a", channel: "c") { name } }', {"shop", "menus"}),
        ('{ menu(slug: "a", channel: "c") { items { name } } }', {"shop", "menus", "pages", "collections"}),
        ("{ pages(first: 1) { totalCount nodes { title } } }", {"shop", "pages", "attributes"}),
        (
            """{ product(slug: "a", channel: "c") { assignedAttributes {
            ... on AssignedSinglePageReferenceAttribute { value { title } } } } }""",
            {"shop", "pages", "attributes"},
        ),
        ("{ channels { slug } __schema { queryType { name } } }", {"shop"}),
    ],
)
def test_what_an_operation_depends_on(query: str, tags: set[str]) -> None:
    document = parse(query)
    assert validate(CORE, document) == []
    operation = next(node for node in document.definitions if isinstance(node, OperationDefinitionNode))
    reads = reads_of(CORE, document, operation)
    assert reads is not None
    assert reads.tags == tags


def test_a_filter_in_a_variable_is_looked_into() -> None:
    document = parse('query($w: ProductWhereInput) { products(channel: "c", where: $w) { totalCount } }')
    operation = document.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    reads = reads_of(CORE, document, operation)
    assert reads is not None
    assert "stock" in reads.tags_with({"w": {"AND": [{"name": {"eq": "a"}}, {"stockAvailability": "IN_STOCK"}]}})
    assert "stock" not in reads.tags_with({"w": {"AND": [{"name": {"eq": "isAvailable"}}]}})


def test_the_next_moment_of_publication_is_one_step_into_an_index(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {NEXT}", {"now": timezone.now()})
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "response_cache_publication" in plan, plan
    assert "response_cache_sale" in plan, plan
    assert "response_cache_page" in plan, plan
    assert "card_boundary" in plan, plan
