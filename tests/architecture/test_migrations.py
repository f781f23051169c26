"""The migrations say what the models say."""

from io import StringIO

import pytest
from django.core.management import call_command


def test_no_model_change_lacks_its_migration(db: None) -> None:
    output = StringIO()
    try:
        call_command("makemigrations", check=True, dry_run=True, stdout=output)
    except SystemExit:
        pytest.fail(output.getvalue())
