"""Writing the attribute values of a product, a variant or a page: all that is given is checked, then written at once.

Choices, numbers, days and the like are rows that everything shares that has them, so that lists can be filtered by
their slugs. Texts, files and references are rows of one owner; a changed text keeps its row, and so its translations.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.apps import apps
from django.db.models import Count, Q
from django.utils import timezone

from commerce.attributes.models import Attribute, AttributeValue
from commerce.catalog.attribute_kinds import OWNED, SEVERAL, Kind
from commerce.catalog.errors import AttributeNotFound, AttributeValueNotFound
from commerce.catalog.given_attributes import Choice, GivenAttribute, Wanted, read_given
from commerce.catalog.keeping import kept
from commerce.catalog.slugs import slug_from
from commerce.core.errors import CommerceError, InvalidInput, NotFound, Rejected, Required
from commerce.core.ids import uuid7

AT: Final = "attributes"

# What references point to, and what it is called. By label: some of it lives in domains above this one.
_TARGETS: Final = {
    Attribute.EntityType.PRODUCT: ("catalog.Product", "name"),
    Attribute.EntityType.PRODUCT_VARIANT: ("catalog.ProductVariant", "name"),
    Attribute.EntityType.CATEGORY: ("catalog.Category", "name"),
    Attribute.EntityType.COLLECTION: ("catalog.Collection", "name"),
    Attribute.EntityType.PAGE: ("content.Page", "title"),
}

_OWN_COLUMNS: Final = ("name", "plain_text", "rich_text", "file_url", "references", "updated_at")


@dataclass(frozen=True, slots=True)
class Rule:
    """An attribute that things of a type have; `required` of each of them."""

    attribute: Attribute
    required: bool


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose values they are: the table of its links (`value`, `sort_order`), its column there, and what it may have."""

    links: Any
    column: str
    id: UUID
    rules: Sequence[Rule]

    @property
    def rows(self) -> Any:
        """Its links to values."""
        return self.links.objects.filter(**{self.column: self.id})

    def link(self, value_id: UUID, place: int) -> Any:
        """A new link, not saved."""
        return self.links(**{f"{self.column}_id": self.id}, value_id=value_id, sort_order=place)


def assign(owner: Owner, given: Sequence[GivenAttribute], *, is_new: bool) -> None:
    """Give the owner the values that are given; attributes that are not named keep theirs.

    Raises Rejected with everything that is wrong, at `attributes`, index, field: AttributeNotFound (its type has no
    such attribute), AttributeValueNotFound, NotFound (what is referred to), InvalidInput, and Required for what is
    taken away, or missing from something new.
    """
    planned = _planned(owner, given, is_new=is_new)
    if planned:
        _write(owner, planned, is_new=is_new)


def assign_values(owner: Owner, value_ids: Sequence[UUID], *, is_new: bool, path: tuple[str, ...] = (AT,)) -> None:
    """Give the owner exactly these values, instead of all that it has.

    Raises NotFound (its type has no such value), Required, or InvalidInput for several values where one is had, all
    with `path`.
    """
    chosen = list(dict.fromkeys(value_ids))
    rules = {rule.attribute.id: rule for rule in owner.rules}
    known = AttributeValue.objects.filter(id__in=chosen, attribute__in=rules).in_bulk() if chosen else {}
    if len(known) != len(chosen):
        raise NotFound("The type has no such attribute value.", path=path)
    numbers: dict[UUID, int] = defaultdict(int)
    for value in known.values():
        numbers[value.attribute_id] += 1
    for rule in owner.rules:
        number = numbers[rule.attribute.id]
        if rule.required and not number:
            raise Required(f"A value of {rule.attribute.slug} is needed.", path=path)
        if number > 1 and rule.attribute.input_type not in SEVERAL:
            raise InvalidInput(f"There is one value of {rule.attribute.slug} at most.", path=path)
    if kept(AttributeValue, chosen) != known.keys():
        raise NotFound("The type has no such attribute value.", path=path)
    gone: list[UUID] = []
    if not is_new:
        gone = [value_id for value_id in owner.rows.values_list("value_id", flat=True) if value_id not in known]
        owner.rows.delete()
    owner.links.objects.bulk_create(owner.link(value_id, place) for place, value_id in enumerate(chosen))
    drop_orphans(gone)


@dataclass(slots=True)
class _Plan:
    attribute: Attribute
    wanted: list[Wanted]
    where: tuple[str, ...]
    value_ids: list[UUID]


def _planned(owner: Owner, given: Sequence[GivenAttribute], *, is_new: bool) -> list[_Plan]:
    problems: list[CommerceError] = []
    plans: dict[UUID, _Plan] = {}
    for index, each in enumerate(given):
        where = (AT, str(index))
        try:
            rule = _rule(owner.rules, each)
            if rule.attribute.id in plans:
                raise InvalidInput("This attribute is given twice.")
            wanted = read_given(each, rule.attribute)
            plans[rule.attribute.id] = _Plan(rule.attribute, wanted, where, [])
            if rule.required and not wanted:
                raise Required(f"A value of {rule.attribute.slug} is needed.")
        except CommerceError as error:
            problems.append(error.at(*where))
    if is_new:
        problems += [
            Required(f"A value of {rule.attribute.slug} is needed.", path=(AT,))
            for rule in owner.rules
            if rule.required and not any(_names(each, rule.attribute) for each in given)
        ]
    problems += _find_choices(plans.values())
    problems += _check_references(plans.values())
    if problems:
        raise Rejected(problems)
    return list(plans.values())


def _rule(rules: Iterable[Rule], given: GivenAttribute) -> Rule:
    names = [name for name in ("id", "slug", "external_reference") if getattr(given, name) is not None]
    if len(names) != 1:
        raise InvalidInput("An attribute is named by its id, its slug or its external reference: one of them.")
    for rule in rules:
        if _names(given, rule.attribute):
            return rule
    raise AttributeNotFound("Things of this type have no such attribute.", path=(names[0],))


def _names(given: GivenAttribute, attribute: Attribute) -> bool:
    if given.id is not None:
        return given.id == attribute.id
    if given.slug is not None:
        return given.slug == attribute.slug
    return given.external_reference is not None and given.external_reference == attribute.external_reference


def _find_choices(plans: Iterable[_Plan]) -> list[CommerceError]:
    """Fill in the ids of choices; what is to be made instead stays in `wanted` as a shared value."""
    asked = [(plan, wanted, wanted.choice) for plan in plans for wanted in plan.wanted if wanted.choice]
    if not asked:
        return []
    condition = Q()
    for plan, _, choice in asked:
        if choice.id is not None:
            condition |= Q(attribute=plan.attribute.id, id=choice.id)
        elif choice.slug is not None:
            condition |= Q(attribute=plan.attribute.id, slug=choice.slug)
        else:
            name = str(choice.name).strip()
            condition |= Q(attribute=plan.attribute.id) & (Q(name__iexact=name) | Q(slug__in=(name, _slug(name))))
    found = list(AttributeValue.objects.filter(condition).order_by("sort_order", "id"))
    problems: list[CommerceError] = []
    for plan, wanted, choice in asked:
        mine = [value for value in found if value.attribute_id == plan.attribute.id]
        value_id = _chosen(mine, choice)
        if value_id is not None:
            plan.value_ids.append(value_id)
        elif choice.name is not None and plan.attribute.input_type != Kind.SWATCH:
            name = choice.name.strip()
            taken = any(value.slug == _slug(name) for value in mine)
            slug = f"{_slug(name)}-{uuid7().hex[-8:]}" if taken else _slug(name)
            plan.wanted[plan.wanted.index(wanted)] = Wanted(slug=slug, columns={"name": name})
        else:
            problems.append(
                AttributeValueNotFound(f"{plan.attribute.slug} has no such value.", path=(*plan.where, *wanted.path))
            )
    return problems


def _chosen(values: list[AttributeValue], choice: Choice) -> UUID | None:
    if choice.id is not None:
        return next((value.id for value in values if value.id == choice.id), None)
    if choice.slug is not None:
        return next((value.id for value in values if value.slug == choice.slug), None)
    name = str(choice.name).strip()
    # Somebody who types "Red" means the choice so called before one called "RED", and before the one whose slug it is.
    ranks = [(value.name == name, value.name.casefold() == name.casefold(), value.slug == name) for value in values]
    best = max(ranks, default=(False, False, False))
    return values[ranks.index(best)].id if any(best) else None


def _slug(name: str) -> str:
    return slug_from(name, fallback="value", max_length=200)


def _check_references(plans: Collection[_Plan]) -> list[CommerceError]:
    """Look up what is referred to, and write ids and names into the columns of the values."""
    asked: dict[str, set[UUID]] = defaultdict(set)
    for plan in plans:
        for wanted in plan.wanted:
            asked[plan.attribute.entity_type].update(reference.id for reference in wanted.references)
    names = {entity: _names_of(entity, keys) for entity, keys in asked.items() if keys}
    problems: list[CommerceError] = []
    for plan in plans:
        for place, wanted in enumerate(plan.wanted):
            if not wanted.references:
                continue
            known = names[plan.attribute.entity_type]
            keys = [reference.id for reference in wanted.references]
            for index, key in enumerate(keys):
                if key not in known:
                    path = wanted.path if wanted.path == ("reference",) else (*wanted.path, str(index))
                    problems.append(NotFound("What it refers to is not there.", path=(*plan.where, *path)))
            name = ", ".join(known.get(key, "") for key in keys)[:250]
            plan.wanted[place] = Wanted(columns={"references": keys, "name": name})
    return problems


def _names_of(entity: str, keys: Collection[UUID]) -> dict[UUID, str]:
    label, title = _TARGETS[Attribute.EntityType(entity)]
    return dict(apps.get_model(label)._default_manager.filter(id__in=keys).values_list("id", title))


def _write(owner: Owner, plans: list[_Plan], *, is_new: bool) -> None:
    had: dict[UUID, list[UUID]] = defaultdict(list)
    if not is_new:
        held = owner.rows.filter(value__attribute__in=[plan.attribute.id for plan in plans])
        for attribute_id, value_id in held.values_list("value__attribute_id", "value_id"):
            had[attribute_id].append(value_id)
    own = _own_values([key for plan in plans if plan.attribute.input_type in OWNED for key in had[plan.attribute.id]])
    _make_shared(plans)
    made: list[AttributeValue] = []
    changed: list[AttributeValue] = []
    for plan in plans:
        if plan.attribute.input_type not in OWNED or not plan.wanted:
            continue
        mine = next((own[key] for key in had[plan.attribute.id] if key in own), None)
        value = mine or AttributeValue(attribute=plan.attribute)
        for column, content in plan.wanted[0].columns.items():
            setattr(value, column, content)
        plan.value_ids = [value.id]
        if mine is not None:
            value.updated_at = timezone.now()
            changed.append(value)
        else:
            value.slug = value.id.hex
            made.append(value)
    AttributeValue.objects.bulk_create(made)
    AttributeValue.objects.bulk_update(changed, _OWN_COLUMNS)
    _keep_choices(plans)
    gone = [key for plan in plans for key in had[plan.attribute.id]]
    if gone:
        owner.rows.filter(value__in=gone).delete()
    owner.links.objects.bulk_create(
        owner.link(value_id, place) for plan in plans for place, value_id in enumerate(dict.fromkeys(plan.value_ids))
    )
    drop_orphans([key for key in own if not any(key in plan.value_ids for plan in plans)])


def _keep_choices(plans: Iterable[_Plan]) -> None:
    shared = [plan for plan in plans if plan.attribute.input_type not in OWNED and plan.value_ids]
    held = kept(AttributeValue, [key for plan in shared for key in plan.value_ids])
    for plan in shared:
        if not held.issuperset(plan.value_ids):
            raise AttributeValueNotFound(f"A value of {plan.attribute.slug} was deleted meanwhile.", path=plan.where)


def _make_shared(plans: Iterable[_Plan]) -> None:
    """Find the shared values that are wanted, and make those that are not there yet, whoever else makes them too."""
    wanted = [(plan, each) for plan in plans for each in plan.wanted if each.slug]
    if not wanted:
        return
    condition = Q()
    for plan, each in wanted:
        condition |= Q(attribute=plan.attribute.id, slug=each.slug)
    rows = AttributeValue.objects.filter(condition)
    found = {(value.attribute_id, value.slug): value.id for value in rows}
    missing = {
        (plan.attribute.id, each.slug): AttributeValue(attribute=plan.attribute, slug=each.slug, **each.columns)
        for plan, each in wanted
        if (plan.attribute.id, each.slug) not in found
    }
    if missing:
        AttributeValue.objects.bulk_create(missing.values(), ignore_conflicts=True)
        found = {(value.attribute_id, value.slug): value.id for value in rows.all()}
    for plan, each in wanted:
        plan.value_ids.append(found[plan.attribute.id, each.slug])


def _own_values(value_ids: Sequence[UUID]) -> dict[UUID, AttributeValue]:
    """Those of these values that nothing else has."""
    if not value_ids:
        return {}
    links = [Count(name, distinct=True) for name in ("product_links", "variant_links", "page_links")]
    rows = AttributeValue.objects.filter(id__in=value_ids).alias(holders=links[0] + links[1] + links[2])
    return {value.id: value for value in rows.filter(holders__lte=1)}


def drop_orphans(value_ids: Sequence[UUID]) -> None:
    """Delete values of one owner that nothing has any more."""
    if value_ids:
        AttributeValue.objects.filter(
            id__in=value_ids,
            attribute__input_type__in=OWNED,
            product_links=None,
            variant_links=None,
            page_links=None,
        ).delete()
