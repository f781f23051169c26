"""`manage.py load_demo`: fill an empty database with the demo shop."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from deploy.demo.shop import load_demo_shop
from deploy.demo.signins import SIGN_INS


class Command(BaseCommand):
    """Does nothing in a database that has a channel; refused in production, where everybody knows its passwords."""

    help = "Fill an empty database with the demo shop."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load it and say who can sign in."""
        if settings.HANDCART_ENV != "local":
            raise CommandError("Demo data has passwords that everybody knows: it is refused in production.")
        if not load_demo_shop():
            self.stdout.write("There is a shop already: nothing was loaded.")
            return
        self.stdout.write("The demo shop is loaded. Sign in as:")
        for role, email, password in SIGN_INS:
            self.stdout.write(f"  {role}: {email} / {password}")
