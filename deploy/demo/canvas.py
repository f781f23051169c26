"""A sheet to draw flat illustrations on: soft background, one object, gentle light from the left."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import cache
from typing import Final

from PIL import Image, ImageChops, ImageDraw, ImageFilter

SIDE: Final = 800
_SCALE: Final = 2

Colour = tuple[int, int, int]
Point = tuple[float, float]
Box = tuple[float, float, float, float]

INK: Final[Colour] = (52, 48, 56)
PAPER: Final[Colour] = (250, 246, 238)
WOOD: Final[Colour] = (196, 148, 98)
BRASS: Final[Colour] = (206, 164, 82)
LEAF: Final[Colour] = (86, 134, 92)
CLAY: Final[Colour] = (196, 112, 78)


def colour(code: str) -> Colour:
    """The colour of six hexadecimal digits."""
    return int(code[:2], 16), int(code[2:4], 16), int(code[4:6], 16)


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """`share` of `other` in `one`, from 0 to 1."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def light(base: Colour, share: float = 0.35) -> Colour:
    """Towards paper white."""
    return mix(base, (255, 252, 246), share)


def dark(base: Colour, share: float = 0.22) -> Colour:
    """Towards ink."""
    return mix(base, INK, share)


class Canvas:
    """Coordinates run from 0 to 100 in both directions. Drawn twice as large as needed, so that edges come out soft."""

    def __init__(self, accent: Colour, *, ground: float = 78) -> None:
        self._side = SIDE * _SCALE
        self.backdrop = light(accent, 0.78) if sum(accent) < 600 else mix((168, 186, 184), accent, 0.25)
        self.image = Image.new("RGB", (self._side, self._side), self.backdrop)
        self._draw = ImageDraw.Draw(self.image)
        self.ellipse((16, 10, 84, 78), light(self.backdrop, 0.45))
        self.rectangle((0, ground, 100, 100), mix(self.backdrop, dark(accent, 0.3), 0.14))

    def shadow(self, box: Box) -> None:
        """A soft shadow on the ground."""
        self._soft(box, dark(self.backdrop, 0.6), 90, blur=1.1)

    def shine(self, box: Box, strength: int = 70) -> None:
        """A soft gleam."""
        self._soft(box, (255, 255, 255), strength, blur=1.7)

    def _soft(self, box: Box, fill: Colour, strength: int, *, blur: float) -> None:
        # Blurred on a sheet an eighth of the size: nobody sees the difference, and it takes a fiftieth of the time.
        side = self._side // 8
        mask = Image.new("L", (side, side), 0)
        left, top, right, bottom = (edge * side / 100 for edge in box)
        ImageDraw.Draw(mask).ellipse((left, top, right, bottom), fill=strength)
        mask = mask.filter(ImageFilter.GaussianBlur(side * blur / 100))
        self.image.paste(fill, mask=mask.resize(self.image.size, Image.Resampling.BILINEAR))

    def rectangle(self, box: Box, fill: Colour, *, radius: float = 0) -> None:
        """A rectangle, with round corners if asked."""
        self._draw.rounded_rectangle(self._box(box), radius=self._length(radius), fill=fill)

    def ellipse(self, box: Box, fill: Colour) -> None:
        """An ellipse that fills the box."""
        self._draw.ellipse(self._box(box), fill=fill)

    def polygon(self, points: Sequence[Point], fill: Colour) -> None:
        """A closed shape with straight edges."""
        self._draw.polygon([self._point(point) for point in points], fill=fill)

    def blob(self, points: Sequence[Point], fill: Colour) -> None:
        """A closed shape with soft corners through all points."""
        self._draw.polygon([self._point(point) for point in _smooth(points)], fill=fill)

    def line(self, points: Sequence[Point], fill: Colour, width: float) -> None:
        """Straight strokes with round ends."""
        scaled = [self._point(point) for point in points]
        self._draw.line(scaled, fill=fill, width=round(self._length(width)), joint="curve")
        radius = self._length(width) / 2
        for x, y in scaled:
            self._draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=fill)

    def ring(self, box: Box, fill: Colour, width: float) -> None:
        """An outlined ellipse."""
        self._draw.ellipse(self._box(box), outline=fill, width=round(self._length(width)))

    def arc(self, box: Box, start: float, end: float, fill: Colour, width: float) -> None:
        """A part of a ring, in degrees clockwise from three o'clock."""
        self._draw.arc(self._box(box), start, end, fill=fill, width=round(self._length(width)))

    def leaf(self, x: float, y: float, dx: float, dy: float, fill: Colour) -> None:
        """A leaf from (x, y) towards (x + dx, y + dy)."""
        side_x, side_y = -dy * 0.28, dx * 0.28
        middle_x, middle_y = x + dx * 0.5, y + dy * 0.5
        self.blob(
            [(x, y), (middle_x + side_x, middle_y + side_y), (x + dx, y + dy), (middle_x - side_x, middle_y - side_y)],
            fill,
        )
        self.line([(x, y), (x + dx * 0.8, y + dy * 0.8)], dark(fill, 0.25), 0.5)

    def webp(self) -> bytes:
        """The picture as a WebP file of SIDE pixels square."""
        sheet = self.image.resize((SIDE, SIDE), Image.Resampling.BOX)
        out = io.BytesIO()
        ImageChops.multiply(sheet, _light_fall()).save(out, "WEBP", quality=84, method=6)
        return out.getvalue()

    def _length(self, length: float) -> float:
        return length * self._side / 100

    def _point(self, point: Point) -> Point:
        return self._length(point[0]), self._length(point[1])

    def _box(self, box: Box) -> Box:
        left, top, right, bottom = (self._length(edge) for edge in box)
        return left, top, right, bottom


@cache
def _light_fall() -> Image.Image:
    """A little darker towards the ground."""
    fall = (
        Image.linear_gradient("L").resize((SIDE, SIDE)).rotate(180).point([238 + value // 16 for value in range(256)])
    )
    return Image.merge("RGB", (fall, fall, fall))


def _smooth(points: Sequence[Point], steps: int = 12) -> list[Point]:
    """A closed Catmull-Rom curve through `points`."""
    curve: list[Point] = []
    count = len(points)
    for index in range(count):
        before, here, after, beyond = (points[(index + offset) % count] for offset in (-1, 0, 1, 2))
        for step in range(steps):
            t = step / steps
            x, y = (
                0.5
                * (
                    2 * here[axis]
                    + (after[axis] - before[axis]) * t
                    + (2 * before[axis] - 5 * here[axis] + 4 * after[axis] - beyond[axis]) * t**2
                    + (3 * here[axis] - before[axis] - 3 * after[axis] + beyond[axis]) * t**3
                )
                for axis in (0, 1)
            )
            curve.append((x, y))
    return curve
