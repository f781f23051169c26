"""Who may do what, and in which channel."""

import inspect
from uuid import uuid4

import pytest

from commerce.core.actor import ANONYMOUS, SYSTEM, Actor, ActorKind
from commerce.core.errors import PermissionDenied
from commerce.core.permission import Permission

ORDERS, PRODUCTS, STAFF = Permission.MANAGE_ORDERS, Permission.MANAGE_PRODUCTS, Permission.MANAGE_STAFF
US, EU = uuid4(), uuid4()


def staff(*grants) -> Actor:
    return Actor.granted(ActorKind.STAFF, uuid4(), grants)


def test_nobody_holds_anything_by_default() -> None:
    for actor in (
        ANONYMOUS,
        Actor(ActorKind.CUSTOMER, uuid4()),
        Actor(ActorKind.STAFF, uuid4()),
        staff(),
        staff(([], None)),
    ):
        for permission in Permission:
            assert not actor.has(permission)
            assert not actor.has(permission, US)
            assert actor.channels_with(permission) == frozenset()
            with pytest.raises(PermissionDenied):
                actor.require(permission)
            with pytest.raises(PermissionDenied):
                actor.require_everywhere(permission)


def test_the_system_holds_everything_everywhere() -> None:
    for permission in Permission:
        SYSTEM.require(permission, US)
        SYSTEM.require_everywhere(permission)
        assert SYSTEM.channels_with(permission) is None


def test_a_group_without_restriction_gives_its_permissions_in_every_channel() -> None:
    actor = staff(([ORDERS], None))
    assert actor.has(ORDERS, US)
    assert actor.has(ORDERS, EU)
    assert actor.has_everywhere(ORDERS)
    assert not actor.has(PRODUCTS)


def test_a_permission_of_one_group_does_not_reach_the_channels_of_another() -> None:
    """Orders in the US and products in the EU are not orders in the EU."""
    actor = staff(([ORDERS], frozenset({US})), ([PRODUCTS], frozenset({EU})))
    assert actor.has(ORDERS, US)
    assert not actor.has(ORDERS, EU)
    assert actor.has(PRODUCTS, EU)
    assert not actor.has(PRODUCTS, US)
    assert actor.channels_with(ORDERS) == {US}


def test_an_unrestricted_group_lifts_the_restriction_of_another_for_its_own_permissions_only() -> None:
    for grants in (
        [([ORDERS, STAFF], frozenset({US})), ([ORDERS], None)],
        [([ORDERS], None), ([ORDERS, STAFF], frozenset({US}))],
    ):
        actor = staff(*grants)
        assert actor.has_everywhere(ORDERS)
        assert actor.has(STAFF, US)
        assert not actor.has(STAFF, EU)
        assert not actor.has_everywhere(STAFF)


def test_two_restricted_groups_add_their_channels_up() -> None:
    actor = staff(([ORDERS], frozenset({US})), ([ORDERS], frozenset({EU})))
    assert actor.has(ORDERS, US)
    assert actor.has(ORDERS, EU)
    assert not actor.has_everywhere(ORDERS)


def test_a_group_restricted_to_no_channel_at_all_gives_nothing() -> None:
    actor = staff(([ORDERS], frozenset()))
    assert not actor.has(ORDERS)
    assert actor.permissions == frozenset()


def test_a_refusal_names_the_permission() -> None:
    with pytest.raises(PermissionDenied) as refusal:
        ANONYMOUS.require(ORDERS)
    assert refusal.value.facts == {"permission": "MANAGE_ORDERS"}


def test_an_actor_can_be_a_key_and_cannot_be_changed() -> None:
    one = Actor.granted(ActorKind.STAFF, US, [([ORDERS], frozenset({EU}))])
    same = Actor.granted(ActorKind.STAFF, US, [([ORDERS], frozenset({EU}))])
    assert one == same
    assert len({one, same}) == 1
    with pytest.raises(AttributeError):
        one.permissions = frozenset(Permission)  # type: ignore[misc]
    with pytest.raises(TypeError):
        one.only_in[ORDERS] = frozenset({US})  # type: ignore[index]


def test_the_checks_answer_at_once() -> None:
    """One that returned an awaitable would be true whatever it said."""
    for check in (Actor.has, Actor.has_everywhere, Actor.require, Actor.require_everywhere):
        assert not inspect.iscoroutinefunction(check)
    assert ANONYMOUS.has(ORDERS) is False
    assert SYSTEM.has(ORDERS) is True
