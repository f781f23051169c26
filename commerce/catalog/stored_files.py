"""Files lie in a storage that knows no transactions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.files.storage import default_storage


@contextmanager
def dropped_if_refused(name: str) -> Iterator[None]:
    """Delete the stored file `name` again if what it was stored for does not come about."""
    try:
        yield
    except Exception:
        default_storage.delete(name)
        raise
