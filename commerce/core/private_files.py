"""Files that nobody but the shop reads: uploads to be imported, reports, exports. They have no address of their own."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from django.core import signing
from django.core.files.storage import Storage, storages

from commerce.core.errors import NotFound

ADDRESS_SECONDS: Final = 15 * 60
_SALT: Final = "handcart.private-files"


class PrivateFile(NamedTuple):
    """A file by its name in the storage, and the name that it has for who downloads it."""

    name: str
    shown_name: str


def private_files() -> Storage:
    """The storage `private` of the settings. What it holds is only ever given out by a view that checks who asks."""
    return storages["private"]


def token_for(file: PrivateFile) -> str:
    """Text that opens `file` to whoever has it, for ADDRESS_SECONDS; give it to who may have the file only."""
    return signing.dumps(list(file), salt=_SALT, compress=True)


def file_of_token(token: str) -> PrivateFile:
    """The file that `token_for` made `token` of. Raises NotFound for a token that is forged, broken or too old."""
    try:
        found: Any = signing.loads(token, salt=_SALT, max_age=ADDRESS_SECONDS)
    except signing.BadSignature:
        raise NotFound("There is no such file, or its address is too old.") from None
    return PrivateFile(*found)
