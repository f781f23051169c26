"""Nobody hands on what they do not hold."""

from uuid import uuid4

import pytest

from commerce.core.actor import ANONYMOUS, SYSTEM, Actor, ActorKind
from commerce.core.errors import InvalidInput, NotFound, NotUnique, PermissionDenied, Required
from commerce.core.permission import Permission
from commerce.permissions.errors import GroupOutOfScope, PermissionOutOfScope
from commerce.permissions.models import StaffGroup
from commerce.permissions.services import create_group, update_group
from tests.factories import make_channel, staff_actor

pytestmark = pytest.mark.django_db

ORDERS, PRODUCTS, STAFF = Permission.MANAGE_ORDERS, Permission.MANAGE_PRODUCTS, Permission.MANAGE_STAFF


def test_a_staff_manager_hands_on_what_they_hold() -> None:
    group = create_group(
        name=" Support ", permissions=[ORDERS, ORDERS], channel_ids=None, actor=staff_actor(STAFF, ORDERS)
    )
    group.refresh_from_db()
    assert (group.name, group.permissions, group.restricted_to_channels) == ("Support", ["manage_orders"], False)


def test_a_staff_manager_cannot_hand_on_what_they_lack() -> None:
    with pytest.raises(PermissionOutOfScope) as refusal:
        create_group(name="Mighty", permissions=list(Permission), channel_ids=None, actor=staff_actor(STAFF, ORDERS))
    assert "MANAGE_PRODUCTS" in refusal.value.facts["permissions"]
    assert not StaffGroup.objects.exists()


def test_who_holds_a_permission_in_one_channel_hands_it_on_there_only() -> None:
    us, eu = make_channel(), make_channel("eu")
    manager = Actor.granted(ActorKind.STAFF, uuid4(), [([STAFF], None), ([ORDERS], frozenset({us.id}))])
    group = create_group(name="US orders", permissions=[ORDERS], channel_ids=[us.id], actor=manager)
    assert list(group.channels.all()) == [us]
    for channel_ids in ([eu.id], [us.id, eu.id], None):
        with pytest.raises(PermissionOutOfScope):
            create_group(name="More", permissions=[ORDERS], channel_ids=channel_ids, actor=manager)


def test_a_group_restricted_to_no_channels_is_no_way_around() -> None:
    with pytest.raises(PermissionOutOfScope):
        create_group(name="Empty", permissions=[PRODUCTS], channel_ids=[], actor=staff_actor(STAFF))


@pytest.mark.parametrize(
    "actor",
    [
        ANONYMOUS,
        Actor(ActorKind.CUSTOMER, uuid4()),
        staff_actor(ORDERS),
        Actor.granted(ActorKind.APP, uuid4(), [(frozenset(Permission), None)]),
    ],
    ids=["anonymous", "customer", "staff without permission", "app"],
)
def test_nobody_else_makes_groups(actor: Actor) -> None:
    with pytest.raises(PermissionDenied):
        create_group(name="Mine", permissions=[], channel_ids=None, actor=actor)
    assert not StaffGroup.objects.exists()


def test_a_group_that_holds_more_than_the_manager_is_not_theirs_to_change() -> None:
    group = create_group(name="Products", permissions=[PRODUCTS], channel_ids=None, actor=SYSTEM)
    with pytest.raises(GroupOutOfScope):
        update_group(group_id=group.id, name="Mine", permissions=[], channel_ids=None, actor=staff_actor(STAFF))
    group.refresh_from_db()
    assert group.name == "Products"


def test_a_group_is_changed_as_a_whole() -> None:
    us = make_channel()
    group = create_group(name="Orders", permissions=[ORDERS], channel_ids=[us.id], actor=SYSTEM)
    update_group(group_id=group.id, name="All", permissions=[PRODUCTS], channel_ids=None, actor=SYSTEM)
    group.refresh_from_db()
    assert (group.name, group.permissions) == ("All", ["manage_products"])
    assert not group.restricted_to_channels
    assert not group.channels.exists()


def test_what_is_wrong_with_a_group_is_said_and_nothing_is_written() -> None:
    create_group(name="Support", permissions=[], channel_ids=None, actor=SYSTEM)
    for name, kind in (("", Required), ("   ", Required), ("x" * 151, InvalidInput), ("Support", NotUnique)):
        with pytest.raises(kind) as refusal:
            create_group(name=name, permissions=[], channel_ids=None, actor=SYSTEM)
        assert refusal.value.path == ("name",)
    with pytest.raises(NotFound):
        create_group(name="Nowhere", permissions=[], channel_ids=[uuid4()], actor=SYSTEM)
    with pytest.raises(NotFound):
        update_group(group_id=uuid4(), name="Gone", permissions=[], channel_ids=None, actor=SYSTEM)
    assert StaffGroup.objects.count() == 1
