"""What `dramatiq deploy.worker` imports: the shop, its broker and all of its tasks."""

import os
from importlib import import_module

import django
import dramatiq

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "deploy.settings")
django.setup()

from django.conf import settings  # noqa: E402 - the shop must stand first

broker = dramatiq.get_broker()
for module in settings.DRAMATIQ_TASK_MODULES:
    import_module(module)
