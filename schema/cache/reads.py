"""What an operation reads, worked out once for each prepared document: whether its answer is the same for every
anonymous caller, and the tags that it depends on whatever comes out.

Both lists here are closed: an operation with a root field or a type that is not in them is private, so that what
nobody has thought of is never shared.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    get_named_type,
    is_composite_type,
)

from schema.cache.tags import ATTRIBUTES, CATEGORIES, COLLECTIONS, MENUS, PAGES, PRODUCTS, SHOP, STOCK, THUMBNAILS

INTROSPECTION: Final = frozenset({"__schema", "__type"})
PUBLIC_ROOT_FIELDS: Final = INTROSPECTION | {
    "__typename",
    "addressValidationRules",
    "categories",
    "category",
    "channel",
    "channels",
    "collection",
    "collections",
    "menu",
    "page",
    "pages",
    "product",
    "productVariant",
    "products",
    "searchSuggestions",
}
ONE_PRODUCT: Final = frozenset({"product", "productVariant"})
"""Root fields that find one product or none, and say in the request's context which."""
OTHER_PRODUCTS: Final = frozenset({"relatedProducts", "bundle"})
"""Fields of a product or variant that lead to other products."""
PRODUCT_TYPES: Final = frozenset({"Product", "ProductVariant"})
LISTED: Final = frozenset({PRODUCTS, CATEGORIES, COLLECTIONS, ATTRIBUTES})
"""What decides which products a list has, and what it shows of them."""
STOCK_FILTERS: Final = frozenset({"isAvailable", "stockAvailability"})
"""Keys of filters that ask for stock."""

_NOTHING: Final[frozenset[str]] = frozenset()
_CONNECTION: Final = ("CountableConnection", "CountableEdge")

TYPES: Final[Mapping[str, frozenset[str]]] = {
    **dict.fromkeys(("Product", "ProductVariant"), _NOTHING),  # they depend on how they were come to
    **dict.fromkeys(("Category", "CategoryTranslation"), frozenset({CATEGORIES})),
    **dict.fromkeys(("Collection", "CollectionTranslation"), frozenset({COLLECTIONS})),
    **dict.fromkeys(("Menu", "MenuItemTranslation"), frozenset({MENUS})),
    "MenuItem": frozenset({MENUS, PAGES, COLLECTIONS}),  # what leads to something hidden is not there
    "Page": frozenset({PAGES, ATTRIBUTES}),  # lists can be filtered by attributes
    **dict.fromkeys(("PageTranslation", "PageType"), frozenset({PAGES})),
    "ProductHighlights": frozenset({PRODUCTS}),  # synonyms count, too
    "SearchSuggestion": LISTED,
    "ProductFacets": LISTED | {STOCK},
    "AttributeFacet": frozenset({ATTRIBUTES}),
    "AttributeValueFacet": frozenset({ATTRIBUTES}),
    "CategoryFacet": frozenset({CATEGORIES}),
    "CollectionFacet": frozenset({COLLECTIONS}),
    "AvailabilityFacet": frozenset({STOCK}),
    **dict.fromkeys(("PriceFacet", "PriceFacetBucket"), _NOTHING),
    **dict.fromkeys(("Image", "ProductMedia"), frozenset({THUMBNAILS})),
    **dict.fromkeys(
        (
            "Attribute", "AttributeTranslation", "AttributeValue", "AttributeValueTranslation", "ProductType",
            "SelectedAttribute", "AssignedAttribute", "AssignedBooleanAttribute", "AssignedChoiceAttributeValue",
            "AssignedDateAttribute", "AssignedDateTimeAttribute", "AssignedFileAttribute",
            "AssignedMultiCategoryReferenceAttribute", "AssignedMultiChoiceAttribute",
            "AssignedMultiCollectionReferenceAttribute", "AssignedMultiPageReferenceAttribute",
            "AssignedMultiProductReferenceAttribute", "AssignedSinglePageReferenceAttribute",
            "AssignedMultiProductVariantReferenceAttribute", "AssignedNumericAttribute",
            "AssignedPlainTextAttribute", "AssignedSingleCategoryReferenceAttribute",
            "AssignedSingleChoiceAttribute", "AssignedSingleCollectionReferenceAttribute",
            "AssignedSingleProductReferenceAttribute", "AssignedSingleProductVariantReferenceAttribute",
            "AssignedSwatchAttribute", "AssignedSwatchAttributeValue", "AssignedTextAttribute",
        ),
        frozenset({ATTRIBUTES}),
    ),
    **dict.fromkeys(
        (
            "AddressValidationData", "Bundle", "BundleComponent", "Channel", "ChoiceValue", "CountryDisplay", "File",
            "FocalPoint", "LanguageDisplay", "PreorderData",
            "MetadataItem", "Money", "PageInfo", "PriceStep", "PriceTier", "UnitPrice",
            "ProductMediaTranslation", "ProductPricingInfo", "ProductSearch",
            "ProductTranslation", "ProductVariantTranslation", "SlugInLanguage", "TaxedMoney", "TaxedMoneyRange",
            "VariantPricingInfo", "Weight",
        ),
        _NOTHING,
    ),
}  # fmt: skip
"""Type -> the tags of its rows, beyond those of SHOP, on which every answer depends."""


@dataclass(frozen=True, slots=True)
class Reads:
    """What a public operation depends on."""

    tags: frozenset[str]
    declared: frozenset[str]
    """The variables that it declares; others change nothing."""
    filters: frozenset[str]
    """The variables that may hold a filter of products."""

    def tags_with(self, variables: Mapping[str, Any]) -> frozenset[str]:
        """The tags of one request."""
        asks_stock = any(_mentions_stock(variables.get(name)) for name in self.filters)
        return self.tags | {STOCK} if asks_stock else self.tags


def reads_of(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode) -> Reads | None:
    """What `operation` of a valid document reads; None if its answer is not the same for everybody."""
    root = schema.query_type
    if operation.operation is not OperationType.QUERY or root is None:
        return None
    walk = _Walk(schema, document)
    walk.selections(operation.selection_set, root, own=False)
    if walk.is_private:
        return None
    for variable in operation.variable_definitions or ():
        if variable.default_value is not None:
            walk.asked(variable.default_value)
    declared = frozenset(variable.variable.name.value for variable in operation.variable_definitions or ())
    return Reads(frozenset(walk.tags), declared, frozenset(walk.filters))


@dataclass(slots=True)
class _Walk:
    schema: GraphQLSchema
    document: DocumentNode
    tags: set[str] = field(default_factory=lambda: {SHOP})
    filters: set[str] = field(default_factory=set)
    is_private: bool = False
    fragments: dict[str, FragmentDefinitionNode] = field(init=False)
    seen: set[tuple[str, str, bool]] = field(default_factory=set)

    def __post_init__(self) -> None:
        nodes = (node for node in self.document.definitions if isinstance(node, FragmentDefinitionNode))
        self.fragments = {node.name.value: node for node in nodes}

    def selections(self, selected: SelectionSetNode, parent: GraphQLNamedType, *, own: bool) -> None:
        """`own`: `parent` belongs to the one product that the root field has found."""
        for node in selected.selections:
            if isinstance(node, FieldNode):
                self.field(node, parent, own=own)
            elif isinstance(node, InlineFragmentNode):
                condition = node.type_condition
                inner = self.schema.get_type(condition.name.value) if condition else parent
                self.selections(node.selection_set, inner or parent, own=own)
            elif isinstance(node, FragmentSpreadNode):
                self.spread(node.name.value, own=own)

    def spread(self, name: str, *, own: bool) -> None:
        fragment = self.fragments[name]
        condition = fragment.type_condition.name.value
        inner = self.schema.get_type(condition)
        if inner is None or (name, condition, own) in self.seen:
            return
        self.seen.add((name, condition, own))
        self.selections(fragment.selection_set, inner, own=own)

    def field(self, node: FieldNode, parent: GraphQLNamedType, *, own: bool) -> None:
        name = node.name.value
        is_root = parent is self.schema.query_type
        if is_root and name not in PUBLIC_ROOT_FIELDS:
            self.is_private = True
        if name == "__typename" or (is_root and name in INTROSPECTION):
            return
        definition = parent.fields[name]  # type: ignore[attr-defined]
        if _is_marked(definition):
            self.is_private = True
        kind = get_named_type(definition.type)
        if node.selection_set is None or not is_composite_type(kind):
            return
        row_type = _without(kind.name, _CONNECTION)
        tags = TYPES.get(row_type)
        if tags is None:
            self.is_private = True
            return
        self.tags |= tags
        own = own and name not in OTHER_PRODUCTS
        own = row_type in PRODUCT_TYPES and (own or (is_root and name in ONE_PRODUCT))
        if row_type in PRODUCT_TYPES and not own:
            self.tags |= LISTED
            self.filtered(node)
        self.selections(node.selection_set, kind, own=own)

    def filtered(self, node: FieldNode) -> None:
        for argument in node.arguments or ():
            self.asked(argument.value)

    def asked(self, given: ValueNode) -> None:
        for value in _values(given):
            if isinstance(value, VariableNode):
                self.filters.add(value.name.value)
            elif isinstance(value, ObjectValueNode) and any(each.name.value in STOCK_FILTERS for each in value.fields):
                self.tags.add(STOCK)


def _is_marked(definition: Any) -> bool:
    """Whether a field is for staff, or depends on who asks."""
    declared = definition.extensions.get("strawberry-definition")
    metadata = declared.metadata if declared is not None else {}
    return any(metadata.get(mark) for mark in ("audience", "permission", "viewer"))


def _without(name: str, endings: tuple[str, ...]) -> str:
    for ending in endings:
        name = name.removesuffix(ending)
    return name


def _values(value: ValueNode) -> Iterator[ValueNode]:
    yield value
    if isinstance(value, ObjectValueNode):
        for entry in value.fields:
            yield from _values(entry.value)
    elif isinstance(value, ListValueNode):
        for item in value.values:
            yield from _values(item)


def _mentions_stock(value: object) -> bool:
    pending = [value]
    while pending:
        each = pending.pop()
        if isinstance(each, dict):
            if STOCK_FILTERS & each.keys():
                return True
            pending += each.values()
        elif isinstance(each, list):
            pending += each
    return False
