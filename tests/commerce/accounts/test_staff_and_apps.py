"""Staff and apps get no more power than who makes them."""

from uuid import uuid4

import pytest

from commerce.accounts.errors import PasswordTooShort
from commerce.accounts.integrations import create_app, renew_app_token, set_app_permissions
from commerce.accounts.models import App, User
from commerce.accounts.staff import create_staff_user, set_staff_groups
from commerce.accounts.tokens import Audience, actor_from_bearer, staff_actor_of
from commerce.core.actor import ANONYMOUS, SYSTEM, Actor
from commerce.core.errors import InvalidInput, NotFound, NotUnique, PermissionDenied, Rejected, Required
from commerce.core.permission import Permission
from commerce.permissions.errors import GroupOutOfScope, PermissionOutOfScope, UserOutOfScope
from commerce.permissions.models import StaffGroup
from commerce.permissions.services import create_group
from tests.factories import PASSWORD, make_channel, make_customer, make_staff, staff_actor

pytestmark = pytest.mark.django_db

ORDERS, PRODUCTS, STAFF, APPS = (
    Permission.MANAGE_ORDERS,
    Permission.MANAGE_PRODUCTS,
    Permission.MANAGE_STAFF,
    Permission.MANAGE_APPS,
)


def group(*permissions: Permission, channel_ids=None) -> StaffGroup:
    return create_group(name=str(uuid4()), permissions=permissions, channel_ids=channel_ids, actor=SYSTEM)


def hire(actor: Actor, *groups: StaffGroup, email: str = "new@example.com", password: str = PASSWORD) -> User:
    return create_staff_user(
        email=email,
        password=password,
        first_name="New",
        last_name="",
        group_ids=[each.id for each in groups],
        actor=actor,
    )


def app_actor(*permissions: Permission) -> Actor:
    made = create_app(name="Partner", permissions=permissions, channel_ids=None, actor=SYSTEM)
    return actor_from_bearer(made.token, Audience.ADMIN)


def test_a_manager_hires_into_groups_that_hold_no_more_than_the_manager() -> None:
    user = hire(staff_actor(STAFF, ORDERS), group(ORDERS))
    assert staff_actor_of(user).permissions == {ORDERS}
    assert not user.is_superuser
    with pytest.raises(GroupOutOfScope):
        hire(staff_actor(STAFF), group(ORDERS), email="other@example.com")
    us = make_channel()
    with pytest.raises(GroupOutOfScope):
        hire(staff_actor(STAFF, ORDERS, channels=[us]), group(ORDERS), email="other@example.com")
    assert User.objects.count() == 1


def test_the_token_of_an_app_makes_no_staff() -> None:
    app = app_actor(*Permission)
    clerk = make_staff([ORDERS])
    with pytest.raises(PermissionDenied):
        hire(app)
    with pytest.raises(PermissionDenied):
        set_staff_groups(user_id=clerk.id, group_ids=[], actor=app)
    assert User.objects.get() == clerk


def test_nobody_raises_themselves_or_a_friend() -> None:
    clerk = make_staff([STAFF])
    mighty = group(*Permission)
    with pytest.raises(GroupOutOfScope):
        set_staff_groups(user_id=clerk.id, group_ids=[mighty.id], actor=staff_actor_of(clerk))
    assert staff_actor_of(clerk).permissions == {STAFF}


def test_nobody_takes_power_from_the_mightier() -> None:
    chief, boss = make_staff([STAFF, ORDERS]), User.objects.create_superuser("boss@example.com", PASSWORD)
    for user in (chief, boss):
        with pytest.raises(UserOutOfScope):
            set_staff_groups(user_id=user.id, group_ids=[], actor=staff_actor(STAFF))
    with pytest.raises(UserOutOfScope):
        set_staff_groups(user_id=boss.id, group_ids=[], actor=staff_actor(*Permission))
    set_staff_groups(user_id=chief.id, group_ids=[], actor=staff_actor_of(boss))
    assert staff_actor_of(chief).permissions == frozenset()


def test_a_customer_is_not_put_into_a_group() -> None:
    for user_id in (make_customer().id, uuid4()):
        with pytest.raises(NotFound):
            set_staff_groups(user_id=user_id, group_ids=[], actor=SYSTEM)
    with pytest.raises(NotFound):
        set_staff_groups(user_id=make_staff().id, group_ids=[uuid4()], actor=SYSTEM)


def test_what_is_wrong_with_a_new_colleague_is_said() -> None:
    make_customer("taken@example.com")
    with pytest.raises(NotUnique):
        hire(SYSTEM, email="TAKEN@example.com")
    with pytest.raises(InvalidInput):
        hire(SYSTEM, email="nobody")
    with pytest.raises(Rejected) as refusal:
        hire(SYSTEM, password="x1y")
    assert [type(error) for error in refusal.value.errors] == [PasswordTooShort]


@pytest.mark.parametrize("actor", [ANONYMOUS, staff_actor(STAFF)], ids=["anonymous", "staff without permission"])
def test_apps_are_made_by_who_manages_apps(actor: Actor) -> None:
    app = create_app(name="Partner", permissions=[], channel_ids=None, actor=SYSTEM).app
    with pytest.raises(PermissionDenied):
        create_app(name="Mine", permissions=[], channel_ids=None, actor=actor)
    with pytest.raises(PermissionDenied):
        renew_app_token(app_id=app.id, actor=actor)
    with pytest.raises(PermissionDenied):
        set_app_permissions(app_id=app.id, permissions=[], channel_ids=None, actor=actor)
    assert App.objects.get().token_hash == app.token_hash


def test_an_app_gets_no_more_than_its_maker_holds() -> None:
    us, eu = make_channel(), make_channel("eu")
    manager = staff_actor(APPS, ORDERS, channels=[us])
    create_app(name="US", permissions=[ORDERS], channel_ids=[us.id], actor=manager)
    for permissions, channel_ids in (([PRODUCTS], [us.id]), ([ORDERS], [eu.id]), ([ORDERS], None)):
        with pytest.raises(PermissionOutOfScope):
            create_app(name="More", permissions=permissions, channel_ids=channel_ids, actor=manager)
    assert App.objects.count() == 1


def test_an_app_cannot_ask_for_more() -> None:
    app = app_actor(APPS, ORDERS)
    assert app.id is not None
    with pytest.raises(PermissionOutOfScope):
        set_app_permissions(app_id=app.id, permissions=[APPS, ORDERS, PRODUCTS], channel_ids=None, actor=app)
    with pytest.raises(PermissionOutOfScope):
        create_app(name="Puppet", permissions=[STAFF], channel_ids=None, actor=app)


def test_a_new_token_for_a_mightier_app_would_be_a_way_around() -> None:
    mighty = create_app(name="Mighty", permissions=list(Permission), channel_ids=None, actor=SYSTEM).app
    with pytest.raises(PermissionOutOfScope):
        renew_app_token(app_id=mighty.id, actor=staff_actor(APPS))
    with pytest.raises(PermissionOutOfScope):
        set_app_permissions(app_id=mighty.id, permissions=[], channel_ids=None, actor=staff_actor(APPS))
    mighty.refresh_from_db()
    assert len(mighty.permissions) == len(Permission)


def test_what_is_wrong_with_an_app_is_said() -> None:
    with pytest.raises(Required):
        create_app(name=" ", permissions=[], channel_ids=None, actor=SYSTEM)
    with pytest.raises(NotFound):
        create_app(name="App", permissions=[], channel_ids=[uuid4()], actor=SYSTEM)
    with pytest.raises(NotFound):
        renew_app_token(app_id=uuid4(), actor=SYSTEM)
    assert not App.objects.exists()
