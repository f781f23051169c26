"""What merchants do to keep the catalog in order and in other languages: each with something that shoppers can see."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from commerce.promotions.models import Promotion
from tests.commerce.promotions.promoting import percent, promote
from tests.schema.doing import gid

Shop = Any


def _ids(kind: str, *rows: Any) -> dict[str, Any]:
    return {"ids": [gid(kind, row.id) for row in rows]}


def _up(kind: str, row: Any) -> list[dict[str, Any]]:
    return [{"id": gid(kind, row.id), "sortOrder": -1}]


def _sale(*rules: dict[str, Any], **changes: Any) -> Promotion:
    """A promotion of the catalogue."""
    return promote(*rules, **changes)


KEEPING: dict[str, Callable[[Shop], dict[str, Any]]] = {
    "promotionRuleCreate": lambda s: {
        "promotion": gid("Promotion", _sale().id), "input": {"reward": {"percentage": "10"}},
    },
    "promotionUpdate": lambda s: {
        "id": gid("Promotion", _sale(percent(10), is_active=False).id), "input": {"isActive": True},
    },
    "promotionRuleUpdate": lambda s: {
        "id": gid("PromotionRule", _sale(percent(1)).rules.get().id), "input": {"reward": {"percentage": "50"}},
    },
    "productVariantDelete": lambda s: {"id": gid("ProductVariant", s.second.id)},
    "productVariantReorder": lambda s: {
        "productId": gid("Product", s.mug.id), "moves": _up("ProductVariant", s.second),
    },
    "productVariantChannelListingDelete": lambda s: {
        "id": gid("ProductVariant", s.variant.id), "channel": "default-channel",
    },
    "categoryMove": lambda s: {"id": gid("Category", s.kitchen.id), "parent": gid("Category", s.bath.id)},
    "categoryDelete": lambda s: {"id": gid("Category", s.kitchen.id)},
    "categoryReorder": lambda s: {"moves": [{"id": gid("Category", s.kitchen.id), "sortOrder": -1}]},
    "collectionUpdate": lambda s: {"id": gid("Collection", s.summer.id), "input": {"name": "Winter"}},
    "collectionDelete": lambda s: {"id": gid("Collection", s.summer.id)},
    "collectionRemoveProducts": lambda s: {
        "collectionId": gid("Collection", s.summer.id), "products": [gid("Product", s.mug.id)],
    },
    "collectionReorderProducts": lambda s: {
        "collectionId": gid("Collection", s.summer.id), "moves": _up("Product", s.plate),
    },
    "collectionChannelListingUpdate": lambda s: {
        "id": gid("Collection", s.summer.id), "input": {"channel": "default-channel", "isPublished": False},
    },
    "productMediaCreate": lambda s: {
        "input": {"product": gid("Product", s.mug.id), "url": "https://videos.example/mug", "type": "VIDEO"},
    },
    "productMediaUpdate": lambda s: {
        "id": gid("ProductMedia", s.picture.id), "input": {"focalPoint": {"x": 0.1, "y": 0.9}},
    },
    "productMediaDelete": lambda s: {"id": gid("ProductMedia", s.back.id)},
    "productMediaReorder": lambda s: {
        "productId": gid("Product", s.mug.id), "moves": _up("ProductMedia", s.back),
    },
    "variantMediaAssign": lambda s: {
        "variantId": gid("ProductVariant", s.variant.id), "mediaId": gid("ProductMedia", s.picture.id),
    },
    "variantMediaUnassign": lambda s: {
        "variantId": gid("ProductVariant", s.variant.id), "mediaId": gid("ProductMedia", s.back.id),
    },
    "attributeUpdate": lambda s: {"id": gid("Attribute", s.material.id), "input": {"visibleInStorefront": False}},
    "attributeValueCreate": lambda s: {"attribute": gid("Attribute", s.material.id), "input": {"name": "Glass"}},
    "attributeValueUpdate": lambda s: {
        "id": gid("AttributeValue", s.material.values.get().id), "input": {"name": "Loam"},
    },
    "attributeValueDelete": lambda s: {"id": gid("AttributeValue", s.blue.id)},
    "attributeReorderValues": lambda s: {
        "attributeId": gid("Attribute", s.colour.id), "moves": _up("AttributeValue", s.blue),
    },
    "productTypeUpdate": lambda s: {
        "id": gid("ProductType", s.mug.product_type_id), "input": {"isShippingRequired": False},
    },
    "productAttributeAssign": lambda s: {
        "productTypeId": gid("ProductType", s.mug.product_type_id),
        "operations": [{"id": gid("Attribute", s.colour.id), "type": "PRODUCT"}],
    },
    "productAttributeUnassign": lambda s: {
        "productTypeId": gid("ProductType", s.mug.product_type_id),
        "attributeIds": [gid("Attribute", s.material.id)],
    },
    "productTypeReorderAttributes": lambda s: {
        "productTypeId": gid("ProductType", s.mug.product_type_id), "type": "PRODUCT",
        "moves": _up("Attribute", s.feel),
    },
    "attributeBulkUpdate": lambda s: {
        "attributes": [{"id": gid("Attribute", s.material.id), "name": "Stuff"}],
    },
    "productBulkCreate": lambda s: {
        "products": [{
            "productType": gid("ProductType", s.mug.product_type_id), "name": "Jug",
            "channelListings": [{"channel": "default-channel", "isPublished": True}],
        }],
    },
    "productBulkUpdate": lambda s: {"products": [{"id": gid("Product", s.mug.id), "name": "Beaker"}]},
    "productBulkDelete": lambda s: _ids("Product", s.cup),
    "productVariantBulkCreate": lambda s: {
        "product": gid("Product", s.mug.id),
        "variants": [{"sku": "MUG-3", "attributes": [{"slug": "colour", "values": ["Blue"]}]}],
    },
    "productVariantBulkUpdate": lambda s: {
        "variants": [{"id": gid("ProductVariant", s.variant.id), "name": "Huge"}],
    },
    "productVariantBulkDelete": lambda s: _ids("ProductVariant", s.second),
    "categoryBulkDelete": lambda s: _ids("Category", s.kitchen, s.bath),
    "collectionBulkDelete": lambda s: _ids("Collection", s.summer),
}  # fmt: skip

TRANSLATING: dict[str, Callable[[Shop], dict[str, Any]]] = {
    "productTranslate": lambda s: {
        "id": gid("Product", s.mug.id), "languageCode": "DE", "input": {"slug": "becher"},
    },
    "productVariantTranslate": lambda s: {
        "id": gid("ProductVariant", s.variant.id), "languageCode": "DE", "input": {"name": "Riesig"},
    },
    "productMediaTranslate": lambda s: {
        "id": gid("ProductMedia", s.picture.id), "languageCode": "DE", "input": {"alt": "Ein Becher"},
    },
    "categoryTranslate": lambda s: {
        "id": gid("Category", s.kitchen.id), "languageCode": "DE", "input": {"name": "Küche"},
    },
    "collectionTranslate": lambda s: {
        "id": gid("Collection", s.summer.id), "languageCode": "DE", "input": {"slug": "sommer"},
    },
    "attributeTranslate": lambda s: {
        "id": gid("Attribute", s.material.id), "languageCode": "DE", "input": {"name": "Stoff"},
    },
    "attributeValueTranslate": lambda s: {
        "id": gid("AttributeValue", s.material.values.get().id), "languageCode": "DE", "input": {"name": "Rot"},
    },
    "pageTranslate": lambda s: {
        "id": gid("Page", s.story.id), "languageCode": "DE", "input": {"slug": "geschichte"},
    },
    "menuItemTranslate": lambda s: {
        "id": gid("MenuItem", s.heading.id), "languageCode": "DE", "input": {"name": "Laden"},
    },
}  # fmt: skip

UNSEEN = {
    # Nobody sees an attribute or a type before something has it, and what has them is not deleted.
    "attributeCreate", "attributeDelete", "attributeBulkCreate", "attributeBulkDelete", "productTypeCreate",
    "productTypeDelete", "productTypeBulkDelete",
    # What merchants owe, and what they choose by, is not shown.
    "productAttributeAssignmentUpdate",
    # What only carts see is not kept.
    "shippingZoneCreate", "shippingZoneUpdate", "shippingZoneDelete", "shippingMethodCreate", "shippingMethodUpdate",
    "shippingMethodDelete", "shippingMethodChannelListingUpdate", "shippingMethodExcludeProducts",
    "shippingMethodRemoveProductsFromExclude", "rateSourceUpdate", "rateSourceDelete",
    "purchaseLimitSet", "purchaseLimitRemove", "channelAllocationStrategySet",
    "voucherCreate", "voucherUpdate", "voucherDelete", "voucherChannelListingUpdate", "voucherCodesGenerate",
    "voucherCodesAdd", "voucherCodesDelete", "voucherCodesActivate", "voucherCodesDeactivate",
    "giftCardCreate", "giftCardBulkCreate", "giftCardUpdate", "giftCardActivate", "giftCardDeactivate",
    "giftCardDeliver",
    # A promotion has no rules at first; that one goes has a test of its own.
    "promotionCreate", "promotionDelete", "promotionRuleDelete",
    # So has another name of one.
    "promotionTranslate",
}  # fmt: skip
