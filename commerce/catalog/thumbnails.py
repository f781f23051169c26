"""Smaller copies of pictures, made when somebody first asks and kept in the media storage."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Final
from urllib.parse import urljoin
from uuid import UUID

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from commerce.catalog.errors import MediaNotFound
from commerce.catalog.models import Category, Collection, ProductMedia, Thumbnail
from commerce.catalog.pictures import smaller
from commerce.core.errors import InvalidInput
from commerce.core.ids import uuid7

SIZES: Final = (32, 64, 128, 256, 512, 1024, 2048, 4096)
FORMATS: Final = ("ORIGINAL", "AVIF", "WEBP")


def rounded_size(size: int) -> int:
    """The next larger of SIZES; the largest for anything above. Raises InvalidInput for sizes below 1."""
    if size < 1:
        raise InvalidInput("A size is a positive number of pixels.", path=("size",))
    return next((offered for offered in SIZES if offered >= size), SIZES[-1])


def absolute_url(path: str) -> str:
    """A path of ours under PUBLIC_URL; an address that is absolute already (a bucket's) stays."""
    if path.startswith("/") and not path.startswith("//"):
        return _origin(settings.PUBLIC_URL) + path
    return urljoin(f"{settings.PUBLIC_URL}/", path)


@lru_cache(maxsize=16)
def _origin(public_url: str) -> str:
    """Where paths that begin with a slash begin: PUBLIC_URL without any path of its own."""
    return urljoin(f"{public_url}/", "/").rstrip("/")


def picture_url(source: str) -> str:
    """The absolute address of a stored picture, by its name in the storage."""
    return absolute_url(default_storage.url(source))


def thumbnail_url(owner_id: UUID | str, size: int, format: str = "ORIGINAL") -> str:
    """The absolute address at which a smaller copy is made or found, without looking anything up.

    `owner_id` is the id of a ProductMedia, or of a Category or Collection with a background image.
    """
    return thumbnail_urls(size, format)(owner_id)


def thumbnail_urls(size: int, format: str) -> Callable[[UUID | str], str]:
    """thumbnail_url of many pictures in the same size and format."""
    start, end = absolute_url("/thumbnail/"), f"/{rounded_size(size)}/{format.lower()}/"
    return lambda owner_id: f"{start}{owner_id}{end}"


def find_or_make_thumbnail(owner_id: UUID, size: int, format: str) -> str:
    """The absolute, immutable address of the copy; two first requests make one.

    Raises MediaNotFound (no such picture, or it has not been fetched yet), InvalidInput for a size that is not offered
    exactly or an unknown format, and PictureRefused for a stored file that cannot be read as a picture.
    """
    if size not in SIZES or format not in FORMATS:
        raise InvalidInput("There are no thumbnails of this size and format.", path=("size",))
    source = _source_of(owner_id)
    made = Thumbnail.objects.filter(source=source, size=size, format=format).first()
    return picture_url(str((made or _make(source, size, format)).file.name))


def _make(source: str, size: int, format: str) -> Thumbnail:
    content, extension = smaller(_read(source), size=size, format=format)
    mine = Thumbnail(source=source, size=size, format=format)
    mine.file.save(f"{uuid7().hex}.{extension}", ContentFile(content), save=False)
    # The storage may be a bucket far away, so there is no lock: whoever comes second drops their copy for the first's.
    kept, made_here = Thumbnail.objects.get_or_create(
        source=source, size=size, format=format, defaults={"id": mine.id, "file": mine.file.name}
    )
    if not made_here:
        default_storage.delete(str(mine.file.name))
    return kept


def _read(source: str) -> bytes:
    try:
        with default_storage.open(source, "rb") as file:
            return bytes(file.read())
    except FileNotFoundError as error:
        raise MediaNotFound("The picture's file is missing.", path=("id",)) from error


def _source_of(owner_id: UUID) -> str:
    media = ProductMedia.objects.filter(id=owner_id).only("file").first()
    if media is not None and media.file:
        return str(media.file.name)
    if media is None:
        for model in (Category, Collection):
            owner = model._default_manager.filter(id=owner_id).only("background_image").first()
            if owner is not None and owner.background_image:
                return str(owner.background_image.name)
    raise MediaNotFound("There is no such picture.", path=("id",))
