"""Parameters with which every named statement is tried on the large catalog."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from commerce.catalog.product_order import ParentKind, ProductSort
from commerce.catalog.product_statements import Shape, page_statement
from commerce.core.statements import Parameter, uuid_array
from commerce.inventory.around_products import Around

NOBODY: Final = "01890000-0000-7000-8000-000000000000"

Parameters = tuple[Parameter, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """What the large catalog has. Ids are text; of categories and collections the largest comes first."""

    channel: str
    products: list[str]
    slug: str
    variants: list[str]
    skus: list[str]
    pictures: list[str]
    categories: list[str]
    department: list[str]
    collections: list[str]
    product_types: list[str]
    media: list[str]
    attributes: list[str]
    values: list[str]
    pages: list[str]
    menus: list[str]
    items: list[str]


def look_around(session: Any) -> Known:
    """Twenty products as a page has them, and what hangs on them."""

    def column(sql: str, *parameters: Any) -> list[str]:
        with session.cursor() as cursor:
            cursor.execute(sql, parameters)
            return [row[0] for row in cursor.fetchall()]

    products = column("SELECT id::text FROM catalog_product ORDER BY sort_name LIMIT 20 OFFSET 1000")
    variants = "FROM catalog_productvariant WHERE product_id = ANY(%s::uuid[])"
    return Known(
        channel=column("SELECT id::text FROM channels_channel WHERE slug = 'default-channel'")[0],
        products=products,
        slug=column("SELECT slug FROM catalog_product WHERE id = %s::uuid", products[0])[0],
        variants=column(f"SELECT id::text {variants}", products),
        skus=column(f"SELECT sku {variants}", products),
        pictures=column("SELECT file FROM catalog_productmedia WHERE product_id = ANY(%s::uuid[])", products),
        categories=column(
            "SELECT category_id::text FROM catalog_product WHERE category_id IS NOT NULL"
            " GROUP BY category_id ORDER BY count(*) DESC"
        ),
        department=column(
            "SELECT id::text FROM catalog_category WHERE ancestors[1] ="
            " (SELECT id FROM catalog_category WHERE parent_id IS NULL ORDER BY sort_order DESC LIMIT 1)"
        ),
        collections=column(
            "SELECT collection_id::text FROM catalog_collectionproduct GROUP BY collection_id ORDER BY count(*) DESC"
        ),
        product_types=column("SELECT id::text FROM catalog_producttype"),
        media=column("SELECT id::text FROM catalog_productmedia WHERE product_id = ANY(%s::uuid[])", products),
        attributes=column("SELECT id::text FROM attributes_attribute LIMIT 20"),
        values=column("SELECT id::text FROM attributes_attributevalue LIMIT 60"),
        pages=column("SELECT id::text FROM content_page ORDER BY title LIMIT 20 OFFSET 1000"),
        menus=column("SELECT id::text FROM content_menu ORDER BY slug LIMIT 1"),
        items=column("SELECT id::text FROM content_menuitem ORDER BY id LIMIT 20"),
    )


def _around(known: Known) -> Parameters:
    return (
        uuid_array(known.products[:1]),
        uuid_array(known.department),
        known.channel,
        False,
        256,
        "WEBP",
        256,
        "WEBP",
        "US",
        [part.value for part in Around],
    )


SAMPLES: Final[dict[str, Callable[[Known], Parameters]]] = {
    "channel_by_slug": lambda known: ("default-channel",),
    "channel_with_its_taxes": lambda known: ("default-channel",),
    "taxes_of_places": lambda known: (uuid_array([known.channel]), ["US"], ["CA"], ["94043"], uuid_array(["NULL"])),
    "tax_classes_of_products": lambda known: (uuid_array(known.products),),
    "product_by_slug": lambda known: (known.slug, "de", known.channel, False),
    "product_with_its_channel": lambda known: ("default-channel", known.slug, "de", ["channel", "product"]),
    "category_by_slug": lambda known: (known.slug, "de"),
    "collection_by_slug": lambda known: (known.slug, "de", known.channel, False),
    "translations_of_products": lambda known: (uuid_array(known.products), "de"),
    "translations_of_variants": lambda known: (uuid_array(known.variants), "de"),
    "translations_of_media": lambda known: (uuid_array(known.media), "de"),
    "translations_of_categories": lambda known: (uuid_array(known.department), "de"),
    "translations_of_collections": lambda known: (uuid_array(known.collections[:20]), "de"),
    "translations_of_attributes": lambda known: (uuid_array(known.attributes), "de"),
    "translations_of_values": lambda known: (uuid_array(known.values), "de"),
    "slugs_of_products": lambda known: (uuid_array(known.products),),
    "slugs_of_categories": lambda known: (uuid_array(known.department),),
    "slugs_of_collections": lambda known: (uuid_array(known.collections[:20]),),
    "products_by_id": lambda known: (uuid_array(known.products), known.channel, False),
    "products_of_variants": lambda known: (uuid_array(known.products),),
    "variants_of_products": lambda known: (uuid_array(known.products), known.channel, False),
    "variants_of_products_in_brief": lambda known: (uuid_array(known.products), known.channel, False),
    "prices_of_variants": lambda known: (
        uuid_array(known.variants),
        uuid_array([known.channel] * len(known.variants)),
    ),
    "cards_of_products": lambda known: (
        uuid_array(known.products),
        uuid_array([known.channel] * len(known.products)),
    ),
    "attribute_values_by_id": lambda known: (uuid_array(known.values),),
    "attribute_values_named": lambda known: (["colour", "size"], ["red", "m"], False),
    "media_of_products": lambda known: (uuid_array(known.products),),
    "media_of_variants": lambda known: (uuid_array(known.variants),),
    "focal_points": lambda known: (uuid_array(known.media),),
    "first_pictures_of_products": lambda known: (uuid_array(known.products), 256, "WEBP"),
    "copies_of_pictures": lambda known: (known.pictures, 256, "WEBP"),
    "around_products": lambda known: _around(known),
    "around_products_in_brief": lambda known: _around(known),
    "attributes_of_products_in_brief": lambda known: (uuid_array(known.products),),
    "attributes_of_variants_in_brief": lambda known: (uuid_array(known.variants),),
    "collections_of_products_in_brief": lambda known: (uuid_array(known.products), known.channel, False),
    "attributes_of_products": lambda known: (uuid_array(known.products),),
    "attributes_of_variants": lambda known: (uuid_array(known.variants),),
    "categories_by_id": lambda known: (uuid_array(known.department),),
    "categories_by_id_in_brief": lambda known: (uuid_array(known.department),),
    "collections_of_products": lambda known: (uuid_array(known.products), known.channel, False),
    "related_products": lambda known: (uuid_array(known.products), known.channel, False, "related", 20, True),
    "categories_below": lambda known: (known.department[0],),
    "page_by_slug": lambda known: (known.slug, "de", False),
    "translations_of_pages": lambda known: (uuid_array(known.pages), "de"),
    "translations_of_menu_items": lambda known: (uuid_array(known.items), "de"),
    "slugs_of_pages": lambda known: (uuid_array(known.pages),),
    "pages_by_id": lambda known: (uuid_array(known.pages), False),
    "attributes_of_pages": lambda known: (uuid_array(known.pages),),
    "items_of_menus": lambda known: (uuid_array(known.menus), known.channel, False),
    "collections_by_id": lambda known: (uuid_array(known.collections[:20]), known.channel, False),
    "variants_by_id": lambda known: (
        uuid_array(known.variants),
        uuid_array([known.channel] * len(known.variants)),
        f"{{{','.join(['false'] * len(known.variants))}}}",
    ),
    "parts_of_bundles": lambda known: (uuid_array(known.variants),),
    "checkout_by_id": lambda known: (known.channel,),
    "checkout_locked": lambda known: (known.channel,),
    "checkout_locked_for_payment": lambda known: (known.channel,),
    "checkout_lines_of_carts": lambda known: (uuid_array([known.channel]),),
    "payment_attempt_by_id": lambda known: (known.channel,),
    "payment_attempt_locked": lambda known: (known.channel,),
    "payment_attempt_live": lambda known: (known.channel, ["submitted", "charged"]),
    "events_to_hand_on": lambda known: (),
    "event_to_hand_on": lambda known: (known.channel,),
    "active_order_promotions": lambda known: (uuid_array([known.channel]), uuid_array([])),
    "account_of_payment": lambda known: (known.channel,),
    "orders_behind_their_payments": lambda known: (uuid_array([known.channel]),),
    "cart_of_payment_locked": lambda known: (known.channel,),
    "carts_with_channel": lambda known: (known.channel,),
    "paid_cart": lambda known: (
        known.channel,
        True,
        ["cart", "attempt", "lines", "addresses", "held", "number"],
    ),
    "opened_cart": lambda known: (
        known.channel,
        known.channel,
        [
            *("cart", "lines", "offers", "addresses", "deliveries", "live", "uses", "place", "taxes", "promotions"),
            *("listings", "offered", "named", "units", "available", "held", "seen", "parts", "rows", "number"),
        ],
    ),
    "shelves_for_checkout": lambda known: (
        known.channel,
        uuid_array(known.variants),
        known.channel,
        "US",
        None,
        ["held", "seen", "parts", "rows"],
    ),
    "reservations_seen": lambda known: (known.channel,),
    "reservations_with_stocks_locked": lambda known: (known.channel,),
    "what_a_cart_holds": lambda known: (
        known.channel,
        known.channel,
        uuid_array([known.channel]),
        uuid_array([known.channel]),
        ["lines", "offers", "addresses", "deliveries"],
    ),
    "terms_of_a_cart": lambda known: (
        uuid_array([known.channel]),
        ["US"],
        ["NY"],
        ["10001"],
        uuid_array(["NULL"]),
        None,
        uuid_array(known.products),
        known.channel,
        known.channel,
        ["taxes", "promotions", "listings", "offered", "named"],
    ),
    "goods_for_a_cart": lambda known: (
        "default-channel",
        None,
        known.channel,
        *[uuid_array(known.variants)] * 3,
        ["US"],
        ["NY"],
        ["10001"],
        uuid_array(["NULL"]),
        ["channel", "variants", "offers", "held", "parts", "taxes", "promotions"],
    ),
    "what_carts_can_get": lambda known: (
        uuid_array([known.channel]),
        uuid_array(known.variants),
        known.channel,
        "US",
        ["held", "parts"],
    ),
    "units_held_by_checkouts": lambda known: (uuid_array([known.channel]),),
    "parts_of_variants": lambda known: (uuid_array(known.variants), known.channel),
    "next_order_number": lambda known: (True,),
    "addresses_by_id": lambda known: (uuid_array([known.channel]),),
    "shipping_listings_of_channels": lambda known: (uuid_array([known.channel]), None, uuid_array(known.products)),
    "places_of_addresses": lambda known: (uuid_array([known.channel]),),
    "chosen_deliveries": lambda known: (uuid_array([known.channel]),),
    "variants_to_buy": lambda known: (uuid_array(known.variants),),
    "stocks_that_channel_sells_from": lambda known: (uuid_array(known.variants), known.channel, "US", None),
    "delivery_offered_to_checkout": lambda known: (known.channel, known.channel),
    "warehouse_or_method": lambda known: (known.channel,),
    "promotion_uses_of_checkout": lambda known: (known.channel,),
    "offers_of_variants": lambda known: (uuid_array(known.variants), uuid_array([known.channel] * len(known.variants))),
    "gifts_that_carts_could_get": lambda known: (
        uuid_array([known.channel] * len(known.variants)),
        uuid_array([known.channel] * len(known.variants)),
        ["US"] * len(known.variants),
        uuid_array(["NULL"] * len(known.variants)),
        uuid_array(["NULL"] * len(known.variants)),
        uuid_array(known.variants),
        ["gift", "bought"] * (len(known.variants) // 2) + ["gift"] * (len(known.variants) % 2),
    ),
    "purchase_limits_of_carts": lambda known: (
        uuid_array([known.channel] * len(known.variants)),
        uuid_array([NOBODY] * len(known.variants)),
        ["ada@example.com"] * len(known.variants),
        uuid_array(known.variants),
        [1] * len(known.variants),
    ),
    "translations_of_promotions": lambda known: (uuid_array([known.channel]), "de"),
    "voucher_terms_of_carts": lambda known: (
        uuid_array([known.channel] * 3),
        uuid_array(known.variants[:3]),
        uuid_array([known.channel] * 3),
        uuid_array([known.channel, "NULL", "NULL"]),
        ["ada@example.com", "", ""],
    ),
    "gift_cards_of_carts": lambda known: (
        uuid_array([known.channel] * 3),
        uuid_array(known.variants[:3]),
        uuid_array([known.channel] * 3),
        ["USD", "USD", "EUR"],
    ),
    "public_list_prices": lambda known: (uuid_array(known.variants), uuid_array([known.channel])),
    "list_prices_of_customers": lambda known: (
        uuid_array(known.variants),
        uuid_array([known.channel]),
        uuid_array([NOBODY]),
    ),
    "own_prices_of_products": lambda known: (
        uuid_array(known.products),
        uuid_array([known.channel] * len(known.products)),
        NOBODY,
    ),
    "origins_of_prices": lambda known: (uuid_array(known.variants), uuid_array([known.channel] * len(known.variants))),
    "lowest_prior_prices": lambda known: (
        uuid_array(known.variants),
        uuid_array([known.channel] * len(known.variants)),
    ),
    "contents_of_variants": lambda known: (uuid_array(known.variants),),
    "preorders_of_variants": lambda known: (
        uuid_array(known.variants),
        uuid_array([known.channel] * len(known.variants)),
    ),
    "available_quantities_of_variants": lambda known: (uuid_array(known.variants), known.channel, "US"),
    "available_quantities_in_places": lambda known: (
        uuid_array(known.variants),
        uuid_array([known.channel] * len(known.variants)),
        ["US"] * len(known.variants),
    ),
    "search_reading": lambda known: ("harbour mug", ["en"]),
    "search_in_names": lambda known: (known.channel, False, "'=mug'", "'^harbour mug':*", "'harbour' & 'mug':*", "x"),
    "search_first_in_names": lambda known: (known.channel, False, "'=mug'", "'^mug':*", "'mug':*", "mug"),
    "search_anywhere": lambda known: (known.channel, False, "'kitchen' & 'navy':*", "'navy':*"),
    "search_known_words": lambda known: (known.channel, False, ["mug", "lamp"], ["'mug'", "'lamp':*"]),
    "search_similar_words": lambda known: (["blankte", "lmap"],),
    "search_longer_words": lambda known: (["mug", "ouse"],),
    "search_completions": lambda known: (known.channel, False, "s", "'cotton' & ", 5),
    "search_names_of_products": lambda known: ("de", uuid_array(known.products)),
    "search_categories": lambda known: ("de", "% kitchen%", 2),
    "search_collections": lambda known: ("de", "% collection%", 2, known.channel),
}
"""One call of each statement whose name does not begin with `products_`."""

_MIDDLE: Final[dict[ProductSort, Parameter]] = {
    ProductSort.NAME: "meadow",
    ProductSort.PRICE: 3000,
    ProductSort.PUBLISHED_AT: "2025-07-01T00:00:00+00:00",
    ProductSort.CREATED_AT: "2025-07-01T00:00:00+00:00",
    ProductSort.LAST_MODIFIED: "2025-07-01T00:00:00+00:00",
    ProductSort.COLLECTION: 100,
}


def page_samples(known: Known, shape: Shape) -> Iterator[tuple[str, Parameters]]:
    """The statement of a shape with parents of every size, and cursors from the middle of the list."""
    statement = page_statement(shape)
    assert statement is not None
    cursors = (_MIDDLE[shape.sort], known.products[0]) * (shape.after + shape.before)
    parents: list[Parameters] = [()]
    if shape.parent is ParentKind.CATEGORY:
        parents = [(uuid_array(keys),) for keys in (*_some([[key] for key in known.categories]), known.department)]
    elif shape.parent is ParentKind.COLLECTION:
        parents = [(key,) for key in _some(known.collections)]
    for parent in parents:
        yield statement.name, (known.channel, False, 21, *parent, *cursors)


def _some(keys: list[Any]) -> list[Any]:
    """The largest, one in the middle and the smallest."""
    return [keys[0], keys[len(keys) // 2], keys[-1]]
