"""Where tests find PostgreSQL and Redis. Loaded by pytest (`-p tests.servers`) before Django reads its settings.

The servers are those of DATABASE_URL and REDIS_URL, or embedded ones that are started once and shared by every run.
Each process of each run has its own database (pytest-django) and its own two Redis numbers, one for the cache and
one for the broker; a lock file per pair keeps runs that overlap apart. Given a REDIS_URL, the tests empty the
numbers from the URL's own upwards.
"""

import os

from redis import Redis

from deploy.embedded.background import start
from deploy.environment import redis_number, with_redis_number
from tests.turns import TEST_HOME, take


def use_servers() -> None:
    """Point the environment of this process at its servers."""
    # Some eighty processes are started that import the shop: it is compiled once for all of them, beside the tree.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = str(TEST_HOME / "bytecode")
    os.environ["HANDCART_ENV"] = "local"
    os.environ.setdefault("HANDCART_HOME", str(TEST_HOME))
    os.environ.setdefault("HANDCART_PROCESS", "test")
    # Tests look at rows that they never commit, and count statements; those of the cache turn it on.
    os.environ.setdefault("RESPONSE_CACHE", "off")
    # What is searched for would be written by a thread of its own, outside of the test's transaction.
    os.environ.setdefault("SEARCH_LOG_DAYS", "0")
    if not (os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL")):
        os.environ["HANDCART_ALLOW_FSYNC_OFF"] = "1"
        places = start(TEST_HOME, durable=False)
        os.environ.setdefault("DATABASE_URL", places.database_url)
        os.environ.setdefault("REDIS_URL", places.redis_url)
    use_own_redis_numbers()


def use_own_redis_numbers() -> None:
    """Take the first free pair of numbers, empty both, and hold them while this process lives."""
    base = os.environ.setdefault("HANDCART_TEST_REDIS_URL", os.environ["REDIS_URL"])
    server = Redis.from_url(base)
    # redis-py's stubs cover both its clients with one return type.
    databases = int(dict(server.config_get("databases"))["databases"])  # type: ignore[arg-type]
    server.close()
    first = redis_number(base)
    for number in range(first, databases - 1, 2):
        if take(number):
            os.environ["REDIS_URL"] = with_redis_number(base, number)
            os.environ["REDIS_BROKER_URL"] = with_redis_number(base, number + 1)
            for url in (os.environ["REDIS_URL"], os.environ["REDIS_BROKER_URL"]):
                client = Redis.from_url(url)
                client.flushdb()
                client.close()
            return
    raise RuntimeError(f"All {databases} Redis numbers are taken by other test runs.")


use_servers()
