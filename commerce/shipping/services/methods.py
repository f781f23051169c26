"""Ways to ship: opening, changing and closing them, and what they do not carry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, TypedDict, cast
from uuid import UUID

from django.db import transaction

from commerce.catalog.errors import ProductNotFound
from commerce.catalog.models import Product
from commerce.catalog.versions import changed_row
from commerce.core.actor import Actor
from commerce.core.countries import COUNTRIES
from commerce.core.errors import CommerceError, InvalidInput, Rejected
from commerce.core.text import require_text
from commerce.shipping.errors import ShippingMethodNotFound
from commerce.shipping.models import PostalCodeRule, ShippingMethod
from commerce.shipping.postal_codes import LONGEST, CodeRange
from commerce.shipping.services.zones import checked_texts, require_zone

MOST_RULES: Final = 500
MOST_PRODUCTS: Final = 100
_LARGEST: Final = 2**31 - 1


@dataclass(frozen=True, slots=True)
class PostalCodes:
    """Codes of a country that a method goes to only, or does not go to. See PostalCodeRule."""

    country: str
    start: str
    end: str = ""
    inclusion: PostalCodeRule.Inclusion = PostalCodeRule.Inclusion.EXCLUDE


class MethodSettings(TypedDict, total=False):
    """What can be said about a method; a key that is missing stays as it is.

    Weights are whole grams; a method by weight takes parcels between them. `postal_code_rules` replace all others.
    """

    name: str
    description: str
    kind: ShippingMethod.Kind
    is_active: bool
    minimum_weight_grams: int | None
    maximum_weight_grams: int | None
    minimum_delivery_days: int | None
    maximum_delivery_days: int | None
    sort_order: int
    postal_code_rules: Sequence[PostalCodes]
    metadata: dict[str, str]
    private_metadata: dict[str, str]


def create_method(*, zone_id: UUID, settings: MethodSettings, actor: Actor) -> ShippingMethod:
    """A method in a zone; no channel offers it until it has a price there.

    Raises ShippingZoneNotFound, Required, InvalidInput, Rejected (postal codes), or PermissionDenied unless the actor
    may manage shipping in all channels of the zone.
    """
    require_zone(zone_id, actor=actor, path=("zone",))
    values, codes = _checked({"name": "", **settings})
    _check_ranges(ShippingMethod(**values))
    with transaction.atomic():
        method = ShippingMethod.objects.create(zone_id=zone_id, **values)
        _write_codes(method, codes or ())
    return method


def update_method(
    *, method_id: UUID, settings: MethodSettings, version: int | None = None, actor: Actor
) -> ShippingMethod:
    """Change a method.

    Raises ShippingMethodNotFound, Conflict (no longer at `version`), and what `create_method` raises.
    """
    values, codes = _checked(settings)
    with transaction.atomic():
        method = changed_method(method_id, actor=actor, version=version)
        for name, value in values.items():
            setattr(method, name, value)
        _check_ranges(method)
        method.save(update_fields=list(values))
        if codes is not None:
            method.postal_code_rules.all().delete()
            _write_codes(method, codes)
    return method


def delete_method(*, method_id: UUID, version: int | None = None, actor: Actor) -> None:
    """Close a method; carts that have chosen it choose anew, orders keep its name.

    Raises ShippingMethodNotFound, Conflict or PermissionDenied.
    """
    with transaction.atomic():
        changed_method(method_id, actor=actor, version=version).delete()


def exclude_products(*, method_id: UUID, product_ids: Sequence[UUID], actor: Actor) -> ShippingMethod:
    """No longer offer a method to carts with these products, at most 100 in a call.

    Raises ShippingMethodNotFound, InvalidInput, Rejected (ProductNotFound at its place) or PermissionDenied.
    """
    _require_few(product_ids)
    with transaction.atomic():
        method = changed_method(method_id, actor=actor)
        known = set(Product.objects.filter(id__in=product_ids).values_list("id", flat=True))
        faults: list[CommerceError] = [
            ProductNotFound("There is no such product.", path=("products", str(place)))
            for place, product_id in enumerate(product_ids)
            if product_id not in known
        ]
        if faults:
            raise Rejected(faults)
        method.excluded_products.add(*Product.objects.filter(id__in=known))
    return method


def include_products(*, method_id: UUID, product_ids: Sequence[UUID], actor: Actor) -> ShippingMethod:
    """Offer a method to carts with these products again, at most 100 in a call.

    Raises ShippingMethodNotFound, InvalidInput or PermissionDenied.
    """
    _require_few(product_ids)
    with transaction.atomic():
        method = changed_method(method_id, actor=actor)
        method.excluded_products.remove(*Product.objects.filter(id__in=product_ids))
    return method


def changed_method(method_id: UUID, *, actor: Actor, version: int | None = None) -> ShippingMethod:
    """Count a method's version up and lock it until the end of the transaction.

    Raises ShippingMethodNotFound, Conflict, or PermissionDenied unless the actor may manage shipping wherever its zone
    is used.
    """
    zone_id = ShippingMethod.objects.filter(id=method_id).values_list("zone_id", flat=True).first()
    if zone_id is None:
        raise ShippingMethodNotFound("There is no such shipping method.", path=("id",))
    require_zone(zone_id, actor=actor)
    method = changed_row(ShippingMethod, method_id, expected_version=version)
    if method is None:
        raise ShippingMethodNotFound("There is no such shipping method.", path=("id",))
    return method


def _checked(settings: MethodSettings) -> tuple[dict[str, Any], Sequence[PostalCodes] | None]:
    """The columns, and the postal codes if any were said."""
    values = checked_texts(dict(settings), "method")
    codes = cast("Sequence[PostalCodes] | None", values.pop("postal_code_rules", None))
    if codes is not None:
        _check_codes(codes)
    return values, codes


def _check_ranges(method: ShippingMethod) -> None:
    check_range("weight_grams", method.minimum_weight_grams, method.maximum_weight_grams, most=_LARGEST)
    check_range("delivery_days", method.minimum_delivery_days, method.maximum_delivery_days, most=_LARGEST)
    if abs(method.sort_order) > _LARGEST:
        raise InvalidInput("No place is so far away.", path=("sort_order",))


def check_range(what: str, low: int | None, high: int | None, *, most: int) -> None:
    """Raise InvalidInput for bounds below 0, above `most`, or the wrong way round."""
    for side, bound in (("minimum", low), ("maximum", high)):
        if bound is not None and not 0 <= bound <= most:
            raise InvalidInput(f"A bound is 0 or more, and at most {most}.", path=(f"{side}_{what}",))
    if low is not None and high is not None and low > high:
        raise InvalidInput("The lower bound is above the upper one.", path=(f"minimum_{what}",))


def _check_codes(codes: Sequence[PostalCodes]) -> None:
    if len(codes) > MOST_RULES:
        raise InvalidInput(f"A method has at most {MOST_RULES} rules.", path=("postal_code_rules",))
    faults: list[CommerceError] = []
    for place, code in enumerate(codes):
        try:
            _check_code(code)
        except CommerceError as error:
            faults.append(error.at("postal_code_rules", str(place)))
    if faults:
        raise Rejected(faults)


def _check_code(code: PostalCodes) -> None:
    if code.country not in COUNTRIES:
        raise InvalidInput("This is not a country code.", path=("country",))
    require_text(code.start, LONGEST, path=("start",))
    require_text(code.end, LONGEST, path=("end",))
    if CodeRange(code.country, code.start).is_empty:
        raise InvalidInput("This is no postal code, nor the beginning of one.", path=("start",))
    if CodeRange(code.country, code.start, code.end).is_empty:
        raise InvalidInput("No code lies between these.", path=("end",))


def _write_codes(method: ShippingMethod, codes: Sequence[PostalCodes]) -> None:
    PostalCodeRule.objects.bulk_create(
        PostalCodeRule(
            method=method,
            country=code.country,
            inclusion=code.inclusion,
            start=code.start.strip(),
            end=code.end.strip(),
        )
        for code in codes
    )


def _require_few(product_ids: Sequence[UUID]) -> None:
    if len(product_ids) > MOST_PRODUCTS:
        raise InvalidInput(f"At most {MOST_PRODUCTS} products in a call.", path=("products",))
