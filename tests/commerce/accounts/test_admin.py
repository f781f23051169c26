"""The Django admin: a door for superusers."""

import pytest
from django.core.management import call_command
from django.test import Client

from commerce.accounts.errors import InvalidToken
from commerce.accounts.models import Address, App, RefreshToken, User
from commerce.accounts.tokens import Audience, actor_from_bearer, issue_access_token
from commerce.core.permission import Permission
from commerce.idempotency.models import IdempotencyKey
from commerce.permissions.models import StaffGroup
from tests.factories import PASSWORD, make_address, make_channel, make_customer, make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_client")]


@pytest.fixture
def boss(client: Client) -> User:
    user = User.objects.create_superuser("boss@example.com", PASSWORD)
    client.force_login(user)
    return user


def sign_in(client: Client, email: str, password: str = PASSWORD) -> str:
    answer = client.post("/admin/login/?next=/admin/", {"username": email, "password": password}, follow=True)
    return answer.content.decode()


def test_a_superuser_is_made_on_the_command_line(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command("createsuperuser", interactive=False, email="Boss@Example.com", verbosity=0)
    user = User.objects.get()
    assert (user.email, user.is_staff, user.is_superuser) == ("boss@example.com", True, True)
    assert "Log out" in sign_in(client, "BOSS@example.com")


def test_staff_and_customers_are_told_what_a_wrong_password_is_told(client: Client) -> None:
    make_staff(list(Permission), email="clerk@example.com")
    make_customer("ada@example.com")
    User.objects.create_superuser("boss@example.com", PASSWORD)
    for email, password in (
        ("clerk@example.com", PASSWORD),
        ("ada@example.com", PASSWORD),
        ("boss@example.com", "wrong"),
        ("nobody@example.com", PASSWORD),
    ):
        page = sign_in(client, email, password)
        assert "Please enter the correct email and password" in page, email
        assert "Log out" not in page


def test_a_session_that_is_no_superusers_opens_nothing(client: Client) -> None:
    client.force_login(make_staff(list(Permission)))
    for path in ("/admin/", "/admin/accounts/user/", "/admin/password_change/", "/admin/jsi18n/"):
        answer = client.get(path)
        assert answer.status_code == 302, path
        assert answer["Location"].startswith("/admin/login/")


def test_passwords_cannot_be_tried_at_this_door_either(client: Client) -> None:
    User.objects.create_superuser("boss@example.com", PASSWORD)
    for _ in range(5):
        sign_in(client, "boss@example.com", "wrong")
    page = sign_in(client, "boss@example.com")
    assert "Too many attempts" in page
    assert "Log out" not in page


def test_every_page_of_people_opens(client: Client, boss: User) -> None:
    clerk = make_staff([Permission.MANAGE_ORDERS], [make_channel()])
    address = make_address(user=boss)
    app = App.objects.create(name="Partner", token_hash="x" * 64, token_last_4="abcd")
    pages = [
        f"/admin/accounts/user/{clerk.id}/change/",
        f"/admin/accounts/user/{clerk.id}/password/",
        f"/admin/accounts/address/{address.id}/change/",
        f"/admin/accounts/app/{app.id}/change/",
        f"/admin/permissions/staffgroup/{clerk.groups.get().id}/change/",
    ]
    listed = (User, Address, App, RefreshToken, StaffGroup, IdempotencyKey)
    pages += [f"/admin/{model._meta.app_label}/{model._meta.model_name}/?q=x" for model in listed]
    made_here = (User, Address, App, StaffGroup)
    pages += [f"/admin/{model._meta.app_label}/{model._meta.model_name}/add/" for model in made_here]
    for page in pages:
        assert client.get(page).status_code == 200, page


def test_the_token_of_a_new_app_is_shown_once(client: Client, boss: User) -> None:
    form = {
        "name": "Partner",
        "is_active": "on",
        "permissions": ["manage_orders"],
        "metadata": "{}",
        "private_metadata": "{}",
    }
    page = client.post("/admin/accounts/app/add/", form, follow=True).content.decode()
    token = page.partition("shown only now: ")[2].partition("<")[0]
    actor = actor_from_bearer(token, Audience.ADMIN)
    assert actor.permissions == {Permission.MANAGE_ORDERS}
    app = App.objects.get()
    for path in ("/admin/accounts/app/", f"/admin/accounts/app/{app.id}/change/"):
        assert token not in client.get(path).content.decode()


def test_a_new_token_replaces_the_old(client: Client, boss: User) -> None:
    app = App.objects.create(name="Partner", token_hash="x" * 64, token_last_4="abcd")
    form = {"action": "renew_tokens", "_selected_action": [str(app.id)]}
    page = client.post("/admin/accounts/app/", form, follow=True).content.decode()
    token = page.partition("shown only now: ")[2].partition("<")[0]
    assert actor_from_bearer(token, Audience.ADMIN).id == app.id


def test_a_user_is_made_changed_and_closed(client: Client, boss: User) -> None:
    new = {"email": "New@Example.com", "usable_password": "true", "password1": PASSWORD, "password2": PASSWORD}
    client.post("/admin/accounts/user/add/", new)
    user = User.objects.get(email="new@example.com")
    assert user.check_password(PASSWORD)
    token = issue_access_token(user, Audience.STOREFRONT)
    change = {
        "email": "new@example.com",
        "first_name": "New",
        "language_code": "en",
        "metadata": "{}",
        "private_metadata": "{}",
    }
    answer = client.post(f"/admin/accounts/user/{user.id}/change/", change)
    assert answer.status_code == 302
    user.refresh_from_db()
    assert (user.first_name, user.is_active, user.token_epoch) == ("New", False, 1)
    with pytest.raises(InvalidToken):
        actor_from_bearer(token, Audience.STOREFRONT)


def test_a_password_set_here_ends_older_tokens(client: Client, boss: User) -> None:
    ada = make_customer()
    token = issue_access_token(ada, Audience.STOREFRONT)
    form = {"usable_password": "true", "password1": "another horse battery", "password2": "another horse battery"}
    assert client.post(f"/admin/accounts/user/{ada.id}/password/", form).status_code == 302
    with pytest.raises(InvalidToken):
        actor_from_bearer(token, Audience.STOREFRONT)
