#!/usr/bin/env python
"""Handcart's command line: `python manage.py <command>`."""

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    """Run the management command that the arguments name."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "deploy.settings")
    # Migrations and imports run longer than a web request may; `STATEMENT_TIMEOUT_MS` set by hand still wins.
    os.environ.setdefault("STATEMENT_TIMEOUT_MS", "0")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
