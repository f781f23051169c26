"""Servers that the shop refuses."""

import pytest
from pytest_django import Settings

from deploy import checks


def test_the_servers_of_the_tests_are_fit(db: None) -> None:
    checks.require_fit_servers()


def test_an_old_postgresql_is_refused(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "OLDEST_POSTGRESQL", 99)
    with pytest.raises(checks.UnfitServers, match=r"PostgreSQL is version \d+; 99 or newer is needed"):
        checks.require_fit_servers()


def test_an_old_redis_is_refused_for_cache_and_broker(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "OLDEST_REDIS", (99, 0))
    reasons = list(checks.faults_of_redis())
    assert [reason.partition(" is ")[0] for reason in reasons] == ["Redis (REDIS_URL)", "Redis (REDIS_BROKER_URL)"]


def test_a_redis_that_is_not_there_is_named(settings: Settings) -> None:
    settings.REDIS_BROKER_URL = "redis://127.0.0.1:1/0"
    (reason,) = checks.faults_of_redis()
    assert reason.startswith("Redis (REDIS_BROKER_URL) cannot be reached")


def test_demo_accounts_with_their_public_passwords_keep_a_production_shop_closed(db: None, settings: Settings) -> None:
    from commerce.accounts.models import User
    from deploy.demo.signins import SIGN_INS

    _, email, password = SIGN_INS[0]
    user = User.objects.create_user(email, password, is_staff=True)
    assert list(checks.demo_sign_ins_in_production()) == []
    settings.IS_LOCAL = False
    (reason,) = checks.demo_sign_ins_in_production()
    assert email in reason
    user.set_password("something that only the merchant knows")
    user.save()
    assert list(checks.demo_sign_ins_in_production()) == []


def test_refusing_ends_the_process_with_every_reason(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "OLDEST_POSTGRESQL", 99)
    monkeypatch.setattr(checks, "OLDEST_REDIS", (99, 0))
    with pytest.raises(SystemExit) as ended:
        checks.exit_on_unfit_servers()
    assert str(ended.value).count("or newer is needed") == 3
