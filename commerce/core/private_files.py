"""Files that nobody but the shop reads: uploads to be imported, reports, exports. They have no address."""

from __future__ import annotations

from django.core.files.storage import Storage, storages


def private_files() -> Storage:
    """The storage `private` of the settings. What it holds is only ever given out by a view that checks who asks."""
    return storages["private"]
