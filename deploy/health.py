"""What a load balancer asks: does the process answer, and can it serve?"""

from collections.abc import Callable
from threading import Event

from django.core.cache import cache
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError

PROBE_KEY = "health"
schema_is_current = Event()


@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """200 as long as this process can answer at all; asks nobody else."""
    return JsonResponse({"status": "ok"})


@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """200 when database, Redis and schema are fit to serve; 503 that names each part which is not."""
    states = {name: probe() for name, probe in PROBES.items()}
    is_ready = all(state == "ok" for state in states.values())
    body = {"status": "ok" if is_ready else "unavailable", **states}
    return JsonResponse(body, status=200 if is_ready else 503)


def database() -> str:
    """One statement, one answer. The reason stays in the log: it may name hosts and users."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return "unreachable"
    return "ok"


def redis() -> str:
    """One read of a key that nobody writes."""
    try:
        cache.get(PROBE_KEY)
    except RedisError:
        return "unreachable"
    return "ok"


def migrations() -> str:
    """Whether the database has the tables this code was written for. Once they are there they stay."""
    if schema_is_current.is_set():
        return "ok"
    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except Error:
        return "unknown"
    if missing:
        return f"{len(missing)} not applied"
    schema_is_current.set()
    return "ok"


PROBES: dict[str, Callable[[], str]] = {"database": database, "redis": redis, "migrations": migrations}
