"""Servers that the shop refuses to run on, because it would lose orders or misread names on them."""

import os
import sys
from collections.abc import Iterator

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import Error, connection
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

OLDEST_POSTGRESQL = 15
OLDEST_REDIS = (6, 2)
C_LOCALES = ("C", "POSIX")

FACTS_OF_POSTGRESQL = """
    SELECT current_setting('server_version_num')::int / 10000,
           current_setting('fsync') = 'on',
           lower('É') = 'é' AND 'É' ILIKE 'é',
           datctype
      FROM pg_database WHERE datname = current_database()
"""


class UnfitServers(Exception):
    """One or more servers cannot be used; the message has a line for each reason."""


def require_fit_servers() -> None:
    """Raise UnfitServers when PostgreSQL or Redis cannot be reached, is too old or is set up dangerously."""
    reasons = [*faults_of_postgresql(), *faults_of_redis(), *demo_sign_ins_in_production()]
    if reasons:
        raise UnfitServers("\n".join(reasons))


def exit_on_unfit_servers() -> None:
    """At the start of a process: end it with status 1 and the reasons in plain words."""
    try:
        require_fit_servers()
    except UnfitServers as unfit:
        sys.exit(f"Handcart does not start on these servers.\n{unfit}")


def faults_of_postgresql() -> Iterator[str]:
    """Every reason against the database of DATABASE_URL."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(FACTS_OF_POSTGRESQL)
            version, is_durable, knows_letters, ctype = cursor.fetchone()
    except Error as error:
        yield f"PostgreSQL (DATABASE_URL) cannot be reached: {error}".strip()
        return
    if version < OLDEST_POSTGRESQL:
        yield f"PostgreSQL is version {version}; {OLDEST_POSTGRESQL} or newer is needed."
    if not is_durable and os.environ.get("HANDCART_ALLOW_FSYNC_OFF") != "1":
        yield "PostgreSQL runs with fsync=off: a power cut would lose orders. Set fsync=on."
    if not knows_letters or ctype in C_LOCALES:
        yield (
            f"The database has the character type {ctype!r}, which does not know É from é: searches would miss names."
            " Create it with LC_CTYPE 'C.UTF-8' or another UTF-8 locale."
        )


def faults_of_redis() -> Iterator[str]:
    """Every reason against the servers of REDIS_URL and REDIS_BROKER_URL."""
    for name in ("REDIS_URL", "REDIS_BROKER_URL"):
        client: Redis = Redis.from_url(getattr(settings, name), socket_timeout=5, retry=Retry(NoBackoff(), 0))
        try:
            version = str(dict(client.info("server"))["redis_version"])
        except RedisError as error:
            yield f"Redis ({name}) cannot be reached: {error}"
            continue
        finally:
            client.close()
        if tuple(int(part) for part in version.split(".")[:2]) < OLDEST_REDIS:
            yield f"Redis ({name}) is version {version}; {'.'.join(map(str, OLDEST_REDIS))} or newer is needed."


def demo_sign_ins_in_production() -> Iterator[str]:
    """The demo shop's passwords are public, so a production shop must not have its accounts."""
    if settings.IS_LOCAL:
        return
    from deploy.demo.signins import SIGN_INS

    users = get_user_model().objects
    try:
        for _, email, password in SIGN_INS:
            user = users.filter(email=email).first()
            if user is not None and user.check_password(password):
                yield f"The account {email} has the demo shop's public password. Remove it or change its password."
    except Error:  # no tables yet: `migrate` has still to run, and the other checks speak for the server
        return
