"""The application as granian serves it: the thin front for GraphQL, and Django behind it."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "deploy.settings")
django = get_wsgi_application()

# The shop must stand before any of it is imported.
from deploy import endpoints, warmup  # noqa: E402
from deploy.checks import exit_on_unfit_servers  # noqa: E402
from schema.http.front import Front  # noqa: E402

exit_on_unfit_servers()
warmup.warm_up()
application = Front(django, endpoints.BY_ADDRESS)
warmup.take_turns()
warmup.calm_the_collector()
