"""What stands beside products and variants that are there: relations of products, parts of bundles."""

from __future__ import annotations

from commerce.catalog.bundle_models import MAX_QUANTITY, WHOLE, BundleComponent, BundlePricing
from commerce.catalog.models import Product, ProductVariant
from commerce.catalog.relation_models import ProductRelation
from commerce.catalog.services import set_relations
from commerce.catalog.services.bundles import PartOfBundle, PricedByParts, remove_bundle, set_bundle
from commerce.channels.queries import channel_by_slug
from commerce.core.actor import Actor
from commerce.core.errors import CommerceError, NotFound
from commerce.importing.lines.line import Line
from commerce.importing.lines.upsert import found_by_slug
from commerce.importing.report import Outcome


def bring_relations(line: Line, actor: Actor) -> Outcome:
    """The `products` (slugs in their order) that are shown beside a `product` as one `kind`; an empty list: none."""
    product = found_by_slug(Product, line.text("product"), ("product",))
    kind = ProductRelation.Kind(line.choice("kind", ProductRelation.Kind.values))
    slugs = line.strings("products")
    known = dict(Product.objects.filter(slug__in=slugs).values_list("slug", "id"))
    for place, slug in enumerate(slugs):
        if slug not in known:
            raise NotFound(f"There is no product {slug!r}.", path=("products", str(place)))
    wanted = list(dict.fromkeys(known[slug] for slug in slugs))
    there = list(product.relations.filter(kind=kind).order_by("sort_order", "id").values_list("related_id", flat=True))
    if wanted == there:
        return Outcome.UNCHANGED
    set_relations(product_id=product.id, kind=kind, related_ids=wanted, actor=actor)
    return Outcome.UPDATED if there else Outcome.CREATED


def bring_bundle(line: Line, actor: Actor) -> Outcome:
    """A `variant` (its SKU) as a bundle of `components` (`[{"sku", "quantity"}]`); without any it is none any more.

    `pricing` with `basisPoints` and `amounts` (`[{"channel", "amount"}]`, minor units) makes its price from its parts;
    null leaves it the price that is entered.
    """
    variant = _variant(line.text("variant"), ("variant",))
    parts = [
        PartOfBundle(
            _variant(part.text("sku"), (*part.path, "sku")).id, part.integer("quantity", least=1, most=MAX_QUANTITY)
        )
        for part in line.lines("components")
    ]
    pricing = _pricing(line)
    there = [
        PartOfBundle(component, quantity)
        for component, quantity in BundleComponent.objects.filter(bundle=variant)
        .order_by("sort_order", "id")
        .values_list("component_id", "quantity")
    ]
    if parts == there and (not parts or _same(pricing, BundlePricing.objects.filter(variant=variant).first())):
        return Outcome.UNCHANGED
    if parts:
        set_bundle(variant_id=variant.id, parts=parts, pricing=pricing, actor=actor)
    else:
        remove_bundle(variant_id=variant.id, actor=actor)
    return Outcome.UPDATED if there else Outcome.CREATED


def _variant(sku: str, path: tuple[str, ...]) -> ProductVariant:
    variant = ProductVariant.objects.filter(sku=sku).first()
    if variant is None:
        raise NotFound(f"There is no variant {sku!r}.", path=path)
    return variant


def _pricing(line: Line) -> PricedByParts | None:
    given = line.object_or_none("pricing") if "pricing" in line else None
    if given is None:
        return None
    reductions = {}
    for entry in given.lines("amounts") if "amounts" in given else []:
        try:
            channel = channel_by_slug(entry.text("channel"))
        except CommerceError as error:
            error.path = (*entry.path, "channel")
            raise
        reductions[channel] = entry.integer("amount", least=0)
    points = given.integer("basisPoints", least=0, most=WHOLE) if "basisPoints" in given else 0
    return PricedByParts(points, reductions)


def _same(wanted: PricedByParts | None, there: BundlePricing | None) -> bool:
    if wanted is None or there is None:
        return wanted is None and there is None
    amounts = {channel.id: amount for channel, amount in wanted.reductions.items()}
    return wanted.basis_points == there.basis_points and amounts == dict(
        there.reductions.values_list("channel_id", "amount")
    )
