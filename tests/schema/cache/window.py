"""Somebody who looks at the shop without saying who they are."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from django.test import Client

from tests.statements import recorded_statements

FRESH = {"X-Handcart-Version": "whatever you have now"}
"""A version that is none of ours: such a caller is answered without cache."""

CARD = """fragment Card on Product {
  id name slug description seoTitle seoDescription created updatedAt isAvailable
  metadata { key value } thumbnail { url alt } media { id url alt sortOrder type focalPoint { x y } }
  category { id name slug level ancestors(first: 5) { nodes { name } } }
  productType { id name slug isShippingRequired productAttributes { ...A } variantAttributes { ...A } }
  collections { id name slug }
  attributes { attribute { slug name unit } values { id name slug value plainText } }
  pricing { onSale displayGrossPrices priceRange { start { gross { amount currency } net { amount } } } }
  defaultVariant { id }
  variants { id name sku quantityAvailable trackInventory quantityLimitPerCustomer weight { value } media { id }
    attributes { attribute { slug } values { name } } metadata { key value }
    pricing { onSale price { gross { amount } net { amount } } priceUndiscounted { gross { amount } } } }
}
fragment A on Attribute { slug choices(first: 5) { nodes { name } } }"""
LOOKS: dict[str, tuple[str, dict[str, Any]]] = {
    "list": (
        "query($channel: String!) { products(first: 20, channel: $channel) { totalCount nodes { ...Card } } }" + CARD,
        {"channel": "default-channel"},
    ),
    "names": ('{ products(first: 20, channel: "default-channel") { nodes { name } } }', {}),
    "available": (
        (
            "query($filter: ProductFilterInput)"
            ' { products(first: 20, channel: "default-channel", filter: $filter) { totalCount nodes { name } } }'
        ),
        {"filter": {"isAvailable": True}},
    ),
    "searches": (
        """{ synonym: products(first: 20, channel: "default-channel", search: "beaker") { nodes { name } }
          other: products(first: 20, channel: "default-channel", search: "goblet") { nodes { name } }
          stop: products(first: 20, channel: "default-channel", search: "large mug") { search { isPartial } }
          own: products(first: 20, channel: "default-channel", search: "huge mug") { search { isPartial } } }""",
        {},
    ),
    "detail": ('query One { product(slug: "mug", channel: "default-channel") { ...Card } }' + CARD, {}),
    "beside": (
        (
            '{ product(slug: "mug", channel: "default-channel") { relatedProducts(first: 5) { name } '
            "accessories: relatedProducts(kind: ACCESSORY) { name isAvailable } } }"
        ),
        {},
    ),
    "bundle": (
        (
            '{ product(slug: "breakfast", channel: "default-channel") { isAvailable variants { quantityAvailable '
            "pricing { price { gross { amount } } } bundle { components { quantity variant { sku } } } } } }"
        ),
        {},
    ),
    "missing": ('{ product(slug: "not-yet", channel: "default-channel") { name } }', {}),
    "variant": (
        (
            '{ productVariant(sku: "MUG-1", channel: "default-channel") { id name sku quantityAvailable '
            "product { name variants { sku } } pricing { price { gross { amount } } } } }"
        ),
        {},
    ),
    "category": (
        (
            '{ category(slug: "kitchen") { id name description metadata { key value } '
            'children(first: 5) { nodes { name } } products(first: 5, channel: "default-channel") { totalCount '
            "nodes { name slug } } } }"
        ),
        {},
    ),
    "tree": ("{ categories(first: 20) { totalCount nodes { slug name parent { slug } } } }", {}),
    "collection": (
        (
            '{ collection(slug: "summer", channel: "default-channel") { id name description'
            " products(first: 5) { nodes { name isAvailable } } } }"
        ),
        {},
    ),
    "collections": ('{ collections(first: 20, channel: "default-channel") { nodes { slug name } } }', {}),
    "in German": (
        """{ products(first: 20, channel: "default-channel") { nodes { translation(languageCode: DE) { name }
          slugs { slug } media { translation(languageCode: DE) { alt } }
          variants { translation(languageCode: DE) { name } }
          attributes { attribute { translation(languageCode: DE) { name } }
                       values { translation(languageCode: DE) { name } } } } }
          categories(first: 20) { nodes { translation(languageCode: DE) { name } } }
          collections(first: 20, channel: "default-channel") { nodes { translation(languageCode: DE) { name } } }
          pages(first: 20) { nodes { slugs { slug } translation(languageCode: DE) { title } } }
          menu(slug: "main", channel: "default-channel") { items { translation(languageCode: DE) { name } } } }""",
        {},
    ),
    "by a German slug": (
        """{ product(slug: "becher", slugLanguageCode: DE, channel: "default-channel") { slug }
          category(slug: "garten", slugLanguageCode: DE) { slug }
          collection(slug: "sommer", slugLanguageCode: DE, channel: "default-channel") { slug }
          page(slug: "geschichte", slugLanguageCode: DE) { slug } }""",
        {},
    ),
    "by an old slug": (
        """{ product(slug: "old-mug", channel: "default-channel") { slug } category(slug: "old-kitchen") { slug }
          collection(slug: "old-summer", channel: "default-channel") { slug } page(slug: "old-story") { slug } }""",
        {},
    ),
    "by an old German slug": (
        """{ product(slug: "alt-product", slugLanguageCode: DE, channel: "default-channel") { slug }
          category(slug: "alt-category", slugLanguageCode: DE) { slug }
          collection(slug: "alt-collection", slugLanguageCode: DE, channel: "default-channel") { slug }
          page(slug: "alt-page", slugLanguageCode: DE) { slug } }""",
        {},
    ),
    "page": (
        (
            '{ page(slug: "story") { id title content pageType { name attributes { name } }'
            " attributes { attribute { name } values { name } } metadata { key } } }"
        ),
        {},
    ),
    "pages": ("{ pages(first: 20, where: {OR: [{}]}) { totalCount nodes { title pageType { slug } } } }", {}),
    "menu": (
        (
            '{ menu(slug: "main", channel: "default-channel") { name items { ...i children { ...i } } } } '
            "fragment i on MenuItem { name level url category { name } collection { name } page { title } }"
        ),
        {},
    ),
    "no menu": ('{ menu(slug: "footer", channel: "default-channel") { name } }', {}),
    "channels": ("{ channels { id slug name currencyCode countries { code } displayGrossPrices } }", {}),
}


@dataclass
class Window:
    """Looks through the storefront's doorway."""

    client: Client = field(default_factory=Client)

    def look(self, name: str, **headers: str) -> bytes:
        """The answer to one of LOOKS, as bytes."""
        return self.ask(*LOOKS[name], **headers)

    def ask(self, document: str, variables: dict[str, Any] | None = None, /, **headers: str) -> bytes:
        """The answer to an operation, as bytes."""
        response = self.client.post(
            "/graphql/",
            data=json.dumps({"query": document, "variables": variables or {}}),
            content_type="application/json",
            headers=headers,
        )
        body: bytes = response.content
        assert b'"errors"' not in body, body
        return body

    def all(self, **headers: str) -> dict[str, bytes]:
        """Everything that can be seen."""
        return {name: self.look(name, **headers) for name in LOOKS}

    def is_kept(self, document: str, variables: dict[str, Any] | None = None, /, **headers: str) -> bool:
        """Whether the operation is answered without reading any row of the shop."""
        with recorded_statements() as statements:
            self.ask(document, variables, **headers)
        return not [each for each in statements if "response_cache" not in each]
