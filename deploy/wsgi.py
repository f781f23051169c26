"""The application as granian serves it."""

import os

from django.core.wsgi import get_wsgi_application

from deploy.checks import exit_on_unfit_servers
from deploy.warmup import calm_the_collector

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "deploy.settings")

application = get_wsgi_application()
exit_on_unfit_servers()
calm_the_collector()
