"""What may be stored as a picture. The content decides, never a name or a header that came with it."""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from commerce.catalog.errors import PictureRefused

FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")

_EXTENSIONS: Final = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "GIF": "gif", "AVIF": "avif"}
# Cameras write several pictures into one JPEG; browsers and we show the first.
_CALLED: Final = {"MPO": "JPEG"}
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
    ImageCms.PyCMSError,
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
    """`content` as a Picture. Raises PictureRefused: not one of FORMATS, broken, or larger than the settings
    PICTURE_MAX_BYTES or PICTURE_MAX_PIXELS allow.

    SVG is not among the formats: it is a program.
    """
    if len(content) > settings.PICTURE_MAX_BYTES:
        raise PictureRefused(f"A picture has {settings.PICTURE_MAX_BYTES // 2**20} MB at most.", path=("image",))
    image = _opened(content)
    if image.width * image.height > settings.PICTURE_MAX_PIXELS:
        most = settings.PICTURE_MAX_PIXELS // 10**6
        raise PictureRefused(f"A picture has {most} million pixels at most.", path=("image",))
    try:
        image.load()
    except _BROKEN as error:
        raise PictureRefused("The picture is broken.", path=("image",)) from error
    return Picture(content, _format(image), image.width, image.height)


def smaller(content: bytes, *, size: int, format: str) -> tuple[bytes, str]:
    """A copy that fits into a square of `size` pixels, as (bytes, file name extension); never enlarged.

    `format` is WEBP, AVIF or ORIGINAL (the picture's own). Camera rotation is applied, colours become those of the
    web (sRGB), and all metadata is left out; of a picture that moves the copy shows the beginning.
    Raises PictureRefused for content that is no picture.
    """
    image = _opened(content)
    target = _format(image) if format == "ORIGINAL" else format
    out = io.BytesIO()
    try:
        image.draft("RGB", (size, size))
        image = ImageOps.exif_transpose(image)
        profile = image.info.get("icc_profile")
        image.thumbnail((size, size), Image.Resampling.LANCZOS)
        image = _in_web_colours(image, profile, keep_alpha=target != "JPEG")
        image.save(out, target, **_SAVE_OPTIONS.get(target, {}))
    except _BROKEN as error:
        raise PictureRefused("The picture is broken.", path=("image",)) from error
    return out.getvalue(), _EXTENSIONS[target]


def _format(image: Image.Image) -> str:
    return _CALLED.get(str(image.format), str(image.format))


def _in_web_colours(image: Image.Image, profile: bytes | None, *, keep_alpha: bool) -> Image.Image:
    """The picture as RGB or RGBA without anything else: what its profile says is put into its colours."""
    has_alpha = image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
    mode = "RGBA" if has_alpha and keep_alpha else "RGB"
    if image.mode == "I;16":  # 16 bits of grey, of which a screen shows 8
        image = image.point(lambda value: value / 256).convert("L")
    if profile and image.mode in ("RGB", "CMYK", "L"):
        image = _by_profile(image, profile)
    plain = Image.new(mode, image.size)
    plain.paste(image.convert(mode))
    return plain


def _by_profile(image: Image.Image, profile: bytes) -> Image.Image:
    """The picture in sRGB; as it is if the profile is not one for such a picture."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        found = ImageCms.profileToProfile(image, source, _SRGB, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return image
    return found or image


_SRGB: Final = ImageCms.createProfile("sRGB")
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
