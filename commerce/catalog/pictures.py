"""What may be stored as a picture. The content decides, never a name or a header that came with it."""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

from commerce.catalog.errors import PictureRefused

MAX_BYTES: Final = 20 * 1024 * 1024
MAX_PIXELS: Final = 50_000_000
FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")

_EXTENSIONS: Final = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "GIF": "gif", "AVIF": "avif"}
# Everything that Pillow's decoders raise on bytes that are not what they claim to be.
_BROKEN: Final = (
    UnidentifiedImageError,
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    IndexError,
    KeyError,
    TypeError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)


@dataclass(frozen=True, slots=True)
class Picture:
    """A checked picture: its bytes as they came, what they are, and its size in pixels."""

    content: bytes
    format: str
    width: int
    height: int

    @property
    def extension(self) -> str:
        """What the stored file's name ends in, by the content: the web server derives the media type from it."""
        return _EXTENSIONS[self.format]


def checked_picture(content: bytes) -> Picture:
    """`content` as a Picture. Raises PictureRefused: not one of FORMATS, broken, over MAX_BYTES or MAX_PIXELS.

    SVG is not among the formats: it is a program.
    """
    if len(content) > MAX_BYTES:
        raise PictureRefused(f"A picture has {MAX_BYTES // 2**20} MB at most.", path=("image",))
    image = _opened(content)
    if image.width * image.height > MAX_PIXELS:
        raise PictureRefused(f"A picture has {MAX_PIXELS // 10**6} million pixels at most.", path=("image",))
    try:
        image.load()
    except _BROKEN as error:
        raise PictureRefused("The picture is broken.", path=("image",)) from error
    return Picture(content, str(image.format), image.width, image.height)


def smaller(content: bytes, *, size: int, format: str) -> tuple[bytes, str]:
    """A copy that fits into a square of `size` pixels, as (bytes, file name extension); never enlarged.

    `format` is WEBP, AVIF or ORIGINAL (the picture's own). Camera rotation is applied and all metadata left out.
    Raises PictureRefused for content that is no picture.
    """
    image = _opened(content)
    target = str(image.format) if format == "ORIGINAL" else format
    try:
        image.draft("RGB", (size, size))
        image = ImageOps.exif_transpose(image)
        image.thumbnail((size, size), Image.Resampling.LANCZOS)
    except _BROKEN as error:
        raise PictureRefused("The picture is broken.", path=("image",)) from error
    has_alpha = image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
    image = image.convert("RGBA" if has_alpha and target != "JPEG" else "RGB")
    out = io.BytesIO()
    image.save(out, target, **_SAVE_OPTIONS.get(target, {}))
    return out.getvalue(), _EXTENSIONS[target]


_SAVE_OPTIONS: Final[dict[str, dict[str, int | bool]]] = {
    "JPEG": {"quality": 85, "optimize": True, "progressive": True},
    "WEBP": {"quality": 82, "method": 4},
    "AVIF": {"quality": 65, "speed": 8},
    "PNG": {"optimize": True},
}


def _opened(content: bytes) -> Image.Image:
    """The picture with only its header read."""
    try:
        with warnings.catch_warnings():
            # Our own limit on pixels comes right after, before anything is decoded.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            return Image.open(io.BytesIO(content), formats=FORMATS)
    except _BROKEN as error:
        raise PictureRefused("Only JPEG, PNG, WebP, AVIF and GIF pictures are shown.", path=("image",)) from error
