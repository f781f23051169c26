"""Pictures: what is let in, and the smaller copies of it."""

import io
import struct
import zlib

import pytest
from django.core.files.storage import default_storage
from PIL import Image, ImageCms

from commerce.catalog.errors import MediaNotFound, PictureRefused
from commerce.catalog.models import ProductMedia, Thumbnail
from commerce.catalog.pictures import checked_picture, smaller
from commerce.catalog.services import add_media, remove_media
from commerce.catalog.thumbnails import find_or_make_thumbnail, rounded_size, thumbnail_url
from commerce.core.actor import ANONYMOUS, SYSTEM
from commerce.core.errors import InvalidInput, PermissionDenied
from commerce.core.ids import uuid7
from tests.factories import make_product, make_variant


def picture(format="PNG", size=(300, 200), mode="RGB", **options):
    out = io.BytesIO()
    Image.new(mode, size, (200, 90, 60) if mode == "RGB" else (200, 90, 60, 120)).save(out, format, **options)
    return out.getvalue()


def png_that_claims(width, height):
    """A PNG whose header promises that many pixels."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + head
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))


@pytest.mark.parametrize(
    ("format", "extension"), [("PNG", "png"), ("JPEG", "jpg"), ("WEBP", "webp"), ("GIF", "gif"), ("AVIF", "avif")]
)
def test_the_content_says_what_a_picture_is(format, extension):
    found = checked_picture(picture(format))
    assert (found.format, found.extension, found.width, found.height) == (format, extension, 300, 200)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html><script>alert(1)</script></html>",
        b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        b"PK\x03\x04" + bytes(100),
        picture("PNG")[:200],
        picture("JPEG")[:100],
        b"GIF89a" + b"<script>alert(1)</script>",
        picture("BMP"),
        png_that_claims(100_000, 100_000),
        bytes(20 * 2**20 + 1),
    ],
    ids=["empty", "html", "svg", "zip", "half-png", "half-jpeg", "polyglot", "bmp", "pixel-bomb", "too-large"],
)
def test_what_is_no_picture_or_too_much_of_one_is_refused(content):
    with pytest.raises(PictureRefused):
        checked_picture(content)


def test_a_smaller_copy_fits_the_square_keeps_its_shape_and_drops_what_the_camera_knew():
    exif = Image.Exif()
    exif[0x0110] = "Somebody's phone"
    exif[0x0112] = 6
    content, extension = smaller(picture("JPEG", (400, 200), exif=exif), size=128, format="ORIGINAL")
    copy = Image.open(io.BytesIO(content))
    assert extension == "jpg"
    assert copy.size == (64, 128)
    assert not copy.getexif()


def test_a_small_picture_is_not_blown_up():
    content, _ = smaller(picture(size=(20, 10)), size=256, format="WEBP")
    assert Image.open(io.BytesIO(content)).size == (20, 10)


@pytest.mark.parametrize("format", ["WEBP", "AVIF", "ORIGINAL"])
def test_transparency_stays(format):
    content, _ = smaller(picture("PNG", mode="RGBA"), size=64, format=format)
    assert Image.open(io.BytesIO(content)).mode == "RGBA"


def copied(content, format="WEBP", size=64):
    """The copy, opened."""
    return Image.open(io.BytesIO(smaller(content, size=size, format=format)[0]))


def encoded(image, format, **options):
    out = io.BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


def near(one, other):
    return all(abs(a - b) < 12 for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("format", ["WEBP", "AVIF", "ORIGINAL"])
def test_a_picture_for_print_gets_the_colours_of_the_web(format):
    printed = encoded(Image.new("RGB", (90, 60), (200, 30, 30)).convert("CMYK"), "JPEG", quality=95)
    copy = copied(printed, format).convert("RGB")
    assert near(copy.getpixel((30, 20)), (200, 30, 30))


def test_a_wide_gamut_is_brought_into_the_webs_and_a_profile_that_is_none_is_passed_over():
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    for profile in (b"no profile", lab):
        content = encoded(Image.new("RGB", (9, 6), (10, 200, 30)), "PNG", icc_profile=profile)
        copy = copied(content)
        assert near(copy.convert("RGB").getpixel((4, 3)), (10, 200, 30))
        assert "icc_profile" not in copy.info
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    content = encoded(Image.new("RGB", (9, 6), (10, 200, 30)), "JPEG", icc_profile=srgb, quality=95)
    assert near(copied(content).convert("RGB").getpixel((4, 3)), (10, 200, 30))


@pytest.mark.parametrize("format", ["WEBP", "AVIF", "ORIGINAL"])
def test_of_a_picture_that_moves_the_copy_shows_the_beginning(format):
    frames = [Image.new("RGB", (90, 60), colour) for colour in ((200, 30, 30), (30, 30, 200))]
    moving = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=50)
    assert checked_picture(moving).format == "GIF"
    copy = copied(moving, format)
    assert getattr(copy, "n_frames", 1) == 1
    assert near(copy.convert("RGB").getpixel((30, 20)), (200, 30, 30))


def test_the_first_of_a_cameras_two_pictures_in_one_is_a_jpeg():
    frames = [Image.new("RGB", (90, 60), colour) for colour in ((200, 30, 30), (30, 30, 200))]
    double = encoded(frames[0], "MPO", save_all=True, append_images=frames[1:])
    found = checked_picture(double)
    assert (found.format, found.extension) == ("JPEG", "jpg")
    assert copied(double, "ORIGINAL").format == "JPEG"


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "I;16"])
def test_grey_and_palettes_and_sixteen_bits_are_copied(mode):
    grey = Image.new("L", (90, 60), 128)
    image = grey.point(lambda value: value * 257, "I").convert("I;16") if mode == "I;16" else grey.convert(mode)
    copy = copied(encoded(image, "PNG")).convert("L")
    assert copy.size == (64, 43)
    assert mode == "1" or abs(copy.getpixel((30, 20)) - 128) < 6


def test_the_limits_are_settings(settings):
    content = picture(size=(300, 200))
    settings.PICTURE_MAX_PIXELS = 300 * 200
    assert checked_picture(content).width == 300
    settings.PICTURE_MAX_PIXELS -= 1
    with pytest.raises(PictureRefused, match="pixels"):
        checked_picture(content)
    settings.PICTURE_MAX_BYTES = len(content) - 1
    with pytest.raises(PictureRefused, match="MB"):
        checked_picture(content)


@pytest.mark.parametrize(("asked", "given"), [(1, 32), (32, 32), (33, 64), (500, 512), (4096, 4096), (9999, 4096)])
def test_sizes_are_rounded_up(asked, given):
    assert rounded_size(asked) == given


def test_a_size_below_one_is_refused():
    with pytest.raises(InvalidInput):
        rounded_size(0)


@pytest.mark.django_db
class TestStored:
    """Pictures in the shop."""

    def test_a_picture_comes_last_and_belongs_to_its_variants(self):
        variant = make_variant()
        first = add_media(product_id=variant.product_id, content=picture(), actor=SYSTEM)
        second = add_media(
            product_id=variant.product_id, content=picture(), alt="Back", variant_ids=[variant.id], actor=SYSTEM
        )
        assert [first.sort_order, second.sort_order] == [0, 1]
        assert list(variant.media.all()) == [second]
        assert second.file.name.startswith("products/")
        remove_media(media_id=first.id, actor=SYSTEM)
        assert ProductMedia.objects.get() == second

    def test_strangers_store_nothing(self):
        with pytest.raises(PermissionDenied):
            add_media(product_id=make_product().id, content=picture(), actor=ANONYMOUS)
        assert not ProductMedia.objects.exists()

    def test_the_first_request_makes_a_copy_and_the_second_finds_it(self, settings):
        media = add_media(product_id=make_product().id, content=picture(), actor=SYSTEM)
        url = find_or_make_thumbnail(media.id, 64, "WEBP")
        assert url == find_or_make_thumbnail(media.id, 64, "WEBP")
        assert url.startswith(f"{settings.PUBLIC_URL}/media/thumbnails/")
        assert url.endswith(".webp")
        assert Thumbnail.objects.count() == 1

    def test_who_makes_a_copy_second_drops_theirs(self, monkeypatch):
        from commerce.catalog import thumbnails

        media = add_media(product_id=make_product().id, content=picture(), actor=SYSTEM)
        stored = default_storage.listdir
        reckon = thumbnails.smaller

        def slow(content, **how):
            monkeypatch.setattr(thumbnails, "smaller", reckon)
            find_or_make_thumbnail(media.id, 64, "WEBP")
            return reckon(content, **how)

        monkeypatch.setattr(thumbnails, "smaller", slow)
        before = set(stored("thumbnails")[1]) if default_storage.exists("thumbnails") else set()
        find_or_make_thumbnail(media.id, 64, "WEBP")
        assert len(set(stored("thumbnails")[1]) - before) == 1
        assert Thumbnail.objects.count() == 1

    def test_a_picture_that_has_not_come_yet_has_no_copies(self):
        media = ProductMedia.objects.create(product=make_product(), status="pending", source_url="https://a.example/b")
        for owner in (media.id, uuid7()):
            with pytest.raises(MediaNotFound):
                find_or_make_thumbnail(owner, 64, "WEBP")

    def test_only_sizes_and_formats_that_are_offered_are_made(self):
        media = add_media(product_id=make_product().id, content=picture(), actor=SYSTEM)
        for size, kind in ((63, "WEBP"), (8192, "WEBP"), (64, "BMP"), (64, "../x")):
            with pytest.raises(InvalidInput):
                find_or_make_thumbnail(media.id, size, kind)

    def test_the_address_redirects_to_the_copy_and_is_404_for_anything_else(self, client):
        media = add_media(product_id=make_product().id, content=picture(), actor=SYSTEM)
        path = thumbnail_url(media.id, 60, "AVIF").split("/", 3)[3]
        answer = client.get(f"/{path}")
        assert answer.status_code == 302
        assert answer["Location"].endswith(".avif")
        assert client.get(f"/thumbnail/{uuid7()}/64/webp/").status_code == 404
        assert client.get(f"/thumbnail/{media.id}/65/webp/").status_code == 404
        assert client.post(f"/{path}").status_code == 405
