"""The application as granian serves it: the thin front for GraphQL, and Django behind it."""

import os

from django.core.wsgi import get_wsgi_application

from deploy.checks import exit_on_unfit_servers
from deploy.warmup import calm_the_collector

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "deploy.settings")

django = get_wsgi_application()
exit_on_unfit_servers()

from deploy import endpoints  # noqa: E402 - the shop must stand first
from schema.http.front import Front  # noqa: E402

application = Front(django, endpoints.BY_ADDRESS)
calm_the_collector()
