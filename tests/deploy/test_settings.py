"""Settings come from the environment; what is missing or wrong is said in one line."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from deploy import environment
from tests.deploy.running_shop import ROOT, clean_environment

PRODUCTION = {
    "HANDCART_ENV": "production",
    "SECRET_KEY": "x" * 60,
    "DATABASE_URL": "postgresql://shop:pass%40word@db.internal:6432/handcart?sslmode=require",
    "REDIS_URL": "redis://:secret@cache.internal:6379/4",
    "PUBLIC_URL": "https://shop.example",
}


def load(home: Path, expression: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Import the settings in a fresh process and print one expression of them."""
    return subprocess.run(
        [sys.executable, "-c", f"from deploy import settings; print([{expression}])"],
        cwd=ROOT, env=clean_environment(home, **settings), capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


def test_production_names_everything_that_is_missing(tmp_path: Path) -> None:
    refused = load(tmp_path, "1", HANDCART_ENV="production", REDIS_URL="redis://cache.internal/0", SECRET_KEY=" ")
    assert refused.returncode == 1
    assert refused.stderr.strip().endswith(
        "HANDCART_ENV=production needs these settings: SECRET_KEY, DATABASE_URL, PUBLIC_URL."
    )


def test_production_is_closed_and_secure(tmp_path: Path) -> None:
    answer = load(
        tmp_path,
        "settings.DEBUG, settings.SESSION_COOKIE_SECURE, settings.SECURE_HSTS_SECONDS > 0, settings.ALLOWED_HOSTS,"
        " settings.CORS_ALLOWED_ORIGIN_REGEXES, settings.REDIS_BROKER_URL, settings.DATABASES['default']['PASSWORD'],"
        " settings.DATABASES['default']['OPTIONS']['sslmode']",
        **PRODUCTION,
    )
    assert answer.stdout.strip() == str(
        [False, True, True, ["shop.example"], [], "redis://:secret@cache.internal:6379/5", "pass@word", "require"]
    ), answer.stderr


def test_a_weak_secret_is_refused_in_production(tmp_path: Path) -> None:
    refused = load(tmp_path, "1", **PRODUCTION | {"SECRET_KEY": "hunter2"})
    assert refused.returncode == 1
    assert "SECRET_KEY is too short" in refused.stderr


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("HANDCART_ENV", "staging", "HANDCART_ENV must be one of local, production; it is 'staging'."),
        ("PORT", "eight", "PORT must be a whole number; it is 'eight'."),
        ("PREPARED_STATEMENTS", "maybe", "PREPARED_STATEMENTS must be one of on/off"),
        ("DATABASE_URL", "mysql://x/y", "DATABASE_URL is not a PostgreSQL URL"),
        ("DATABASE_URL", "postgresql://host:5432", "DATABASE_URL names no database"),
        ("PUBLIC_URL", "shop.example", "PUBLIC_URL must be an http(s) address"),
        ("MEDIA_STORAGE", "ftp", "MEDIA_STORAGE must be one of local, s3"),
    ],
)
def test_a_wrong_value_is_named(tmp_path: Path, name: str, value: str, message: str) -> None:
    refused = load(tmp_path, "1", **{name: value})
    assert refused.returncode == 1
    assert message in refused.stderr.splitlines()[-1]


def test_s3_needs_its_bucket_and_nothing_else(tmp_path: Path) -> None:
    refused = load(tmp_path, "1", MEDIA_STORAGE="s3")
    assert "S3_BUCKET" in refused.stderr.splitlines()[-1]
    answer = load(tmp_path, "settings.STORAGES['default']['BACKEND']", MEDIA_STORAGE="s3", S3_BUCKET="pictures")
    assert answer.stdout.strip() == "['storages.backends.s3.S3Storage']"


def test_a_local_secret_is_made_once_and_kept_private(tmp_path: Path) -> None:
    first = environment.local_secret_key(tmp_path / "home")
    assert len(first) > 60
    assert environment.local_secret_key(tmp_path / "home") == first
    assert os.stat(tmp_path / "home" / "secret_key").st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("url", "number", "moved"),
    [
        ("redis://host:6379", 0, "redis://host:6379/7"),
        ("rediss://user:p%40ss@host/3", 3, "rediss://user:p%40ss@host/7"),
        ("unix:///run/redis.sock?db=2", 2, "unix:///run/redis.sock?db=7"),
        ("unix:///run/redis.sock", 0, "unix:///run/redis.sock?db=7"),
    ],
)
def test_redis_numbers_are_read_and_moved(url: str, number: int, moved: str) -> None:
    assert environment.redis_number(url) == number
    assert environment.with_redis_number(url, 7) == moved


def test_a_redis_url_without_a_number_we_understand_is_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match="REDIS_URL"):
        environment.redis_number("redis://host:6379/sessions")
