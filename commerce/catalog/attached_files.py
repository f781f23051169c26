"""Files for shoppers to download: manuals, data sheets, models. The content decides whether a name is true."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.text import get_valid_filename, slugify

from commerce.catalog.errors import FileRefused
from commerce.catalog.pictures import checked_picture
from commerce.catalog.thumbnails import absolute_url, picture_url
from commerce.core.actor import Actor
from commerce.core.ids import uuid7
from commerce.core.permission import Permission

STORED: Final = "media:"
"""What an address of a file begins with that lies in our own storage, wherever that is: the rest is its name there."""
_NAME: Final = re.compile(r"media:files/[0-9a-f]{32}/[\w-]{1,80}\.[a-z0-9]{2,5}")
_LONGEST_STEM: Final = 80


def _starts(*signatures: bytes, at: int = 0) -> Callable[[bytes], bool]:
    return lambda content: any(content[at:].startswith(signature) for signature in signatures)


def _is_text(content: bytes) -> bool:
    try:
        return "\x00" not in content.decode("utf-8")
    except UnicodeDecodeError:
        return False


def _is_picture(content: bytes) -> bool:
    checked_picture(content)
    return True


_ZIP: Final = _starts(b"PK\x03\x04")
_VIDEO: Final = _starts(b"ftyp", at=4)
_KINDS: Final[dict[str, Callable[[bytes], bool]]] = {
    **dict.fromkeys(("zip", "docx", "xlsx", "pptx", "odt", "ods", "epub", "usdz", "3mf"), _ZIP),
    **dict.fromkeys(("mp4", "m4a", "mov"), _VIDEO),
    **dict.fromkeys(("jpg", "jpeg", "png", "webp", "gif", "avif"), _is_picture),
    **dict.fromkeys(("txt", "csv"), _is_text),
    "pdf": _starts(b"%PDF-"),
    "webm": _starts(b"\x1a\x45\xdf\xa3"),
    "mp3": _starts(b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2"),
    "glb": _starts(b"glTF"),
}


def store_file_for_download(*, name: str, content: bytes, actor: Actor) -> str:
    """Check and store a file, and return its address for an attribute: `media:files/...`.

    Raises FileRefused (an unknown kind of file, one that is not what its name says, or larger than FILE_MAX_BYTES),
    PictureRefused or PermissionDenied.
    """
    actor.require_everywhere(Permission.MANAGE_PRODUCTS)
    stem, _, ending = name.rpartition(".")
    ending = ending.lower()
    fits = _KINDS.get(ending)
    if not stem or fits is None:
        raise FileRefused(f"A file's name ends in one of {', '.join(sorted(_KINDS))}.", path=("name",))
    if len(content) > settings.FILE_MAX_BYTES:
        raise FileRefused(f"A file has {settings.FILE_MAX_BYTES // 2**20} MB at most.", path=("file",))
    if not content or not fits(content):
        raise FileRefused("The file is not what its name says.", path=("file",))
    plain = slugify(stem)[:_LONGEST_STEM].strip("-") or "file"
    stored = default_storage.save(f"files/{uuid7().hex}/{get_valid_filename(plain)}.{ending}", ContentFile(content))
    return STORED + stored


def is_stored_file(address: str) -> bool:
    """Whether an address is one that `store_file_for_download` gave."""
    return _NAME.fullmatch(address) is not None


def file_address(address: str) -> str:
    """The absolute address at which a browser finds the file of an attribute value."""
    return picture_url(address.removeprefix(STORED)) if is_stored_file(address) else absolute_url(address)
