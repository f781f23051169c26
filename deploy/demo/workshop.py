"""Things for the desk, the garden and the wall, drawn in a given colour."""

from __future__ import annotations

from deploy.demo.canvas import BRASS, CLAY, INK, LEAF, PAPER, WOOD, Canvas, Colour, dark, light, mix


def notebook(c: Canvas, tone: Colour) -> None:
    c.shadow((22, 76, 84, 87))
    c.rectangle((29, 17, 79, 83), dark(tone, 0.3), radius=2.5)
    c.rectangle((28, 17, 77, 81.5), PAPER, radius=2)
    c.rectangle((24, 15, 74, 81), tone, radius=2.5)
    c.rectangle((24, 15, 32, 81), dark(tone, 0.16), radius=2.5)
    c.rectangle((40, 28, 66, 42), PAPER, radius=1)
    c.line([(44, 33), (62, 33)], mix(PAPER, INK, 0.55), 0.9)
    c.line([(44, 37), (56, 37)], mix(PAPER, INK, 0.35), 0.9)
    c.line([(68, 15), (68, 81)], dark(tone, 0.35), 1.2)


def pencils(c: Canvas, tone: Colour) -> None:
    c.shadow((18, 76, 84, 86))
    tones = (tone, (226, 150, 74), (96, 140, 132), (206, 92, 84), (90, 112, 160))
    for place, pencil in enumerate(tones):
        x = 24 + place * 11
        c.polygon([(x, 34), (x + 8, 34), (x + 4, 18)], (238, 208, 164))
        c.polygon([(x + 2.6, 23.5), (x + 5.4, 23.5), (x + 4, 18)], pencil)
        c.rectangle((x, 34, x + 8, 74), pencil)
        c.rectangle((x + 5.4, 34, x + 8, 74), dark(pencil, 0.16))
        c.rectangle((x, 72, x + 8, 76), BRASS)
        c.rectangle((x, 76, x + 8, 82), (232, 150, 146), radius=1.5)


def cards(c: Canvas, tone: Colour) -> None:
    c.shadow((20, 74, 86, 86))
    c.rectangle((32, 34, 84, 80), dark(PAPER, 0.1), radius=1.5)
    c.polygon([(32, 35), (84, 35), (58, 58)], dark(PAPER, 0.2))
    c.rectangle((18, 22, 62, 78), PAPER, radius=1.5)
    c.rectangle((22, 26, 58, 74), tone, radius=1)
    for x, y, size in ((40, 44, 9), (31, 58, 5.5), (49, 60, 6.5)):
        for dx, dy in ((0, -1), (0.95, -0.3), (0.6, 0.8), (-0.6, 0.8), (-0.95, -0.3)):
            px, py = x + dx * size * 0.55, y + dy * size * 0.55
            c.ellipse((px - size * 0.42, py - size * 0.42, px + size * 0.42, py + size * 0.42), light(tone, 0.65))
        c.ellipse((x - size * 0.32, y - size * 0.32, x + size * 0.32, y + size * 0.32), (244, 190, 90))


def tape(c: Canvas, tone: Colour) -> None:
    c.shadow((14, 70, 88, 86))
    for place, (x, y) in enumerate(((16, 44), (38, 30), (56, 48))):
        band = mix(tone, ((226, 150, 74), (96, 140, 132), (206, 92, 84))[place], 0.45 * place)
        c.ellipse((x, y, x + 32, y + 32), band)
        for ring in range(3):
            c.ring((x + 2 + ring * 2, y + 2 + ring * 2, x + 30 - ring * 2, y + 30 - ring * 2), light(band, 0.3), 0.5)
        c.ellipse((x + 8.5, y + 8.5, x + 23.5, y + 23.5), (226, 206, 176))
        c.ellipse((x + 10.5, y + 10.5, x + 21.5, y + 21.5), c.backdrop)


def pen(c: Canvas, tone: Colour) -> None:
    c.shadow((16, 62, 88, 80))
    c.line([(24, 74), (70, 28)], dark(tone, 0.15), 7.5)
    c.line([(26, 70), (70, 26)], tone, 5.5)
    c.line([(52, 46), (56, 42)], BRASS, 8)
    c.polygon([(70, 22), (78, 30), (86, 13)], BRASS)
    c.line([(77, 22), (84, 15)], dark(BRASS, 0.4), 0.8)
    c.line([(30, 60), (44, 46)], BRASS, 1.6)


def calendar(c: Canvas, tone: Colour) -> None:
    c.shadow((20, 76, 82, 87))
    c.rectangle((22, 18, 78, 82), PAPER, radius=2)
    c.rectangle((22, 18, 78, 44), tone, radius=2)
    c.ellipse((56, 23, 70, 37), light(tone, 0.6))
    c.polygon([(22, 41), (36, 32), (48, 38), (62, 31), (78, 40), (78, 46), (22, 46)], dark(tone, 0.2))
    c.rectangle((22, 44, 78, 47), PAPER)
    for row in range(4):
        for column in range(6):
            fill = CLAY if (row, column) == (2, 3) else mix(PAPER, INK, 0.22)
            x, y = 28 + column * 8, 52 + row * 7
            c.ellipse((x, y, x + 3.6, y + 3.6), fill)
    c.rectangle((36, 15, 64, 20), WOOD, radius=1.5)


def pot(c: Canvas, tone: Colour) -> None:
    c.shadow((26, 76, 78, 86))
    for dx, dy in ((-22, -22), (-12, -32), (0, -36), (12, -32), (22, -22), (-17, -12), (17, -12)):
        c.leaf(50, 50, dx, dy, mix(LEAF, (128, 170, 108), abs(dx) / 30))
    c.polygon([(32, 52), (68, 52), (63, 82), (37, 82)], tone)
    c.polygon([(59, 52), (68, 52), (63, 82), (57, 82)], dark(tone, 0.12))
    c.rectangle((29, 47, 71, 56), light(tone, 0.12), radius=2)
    c.rectangle((62, 47, 71, 56), dark(tone, 0.06), radius=2)


def can(c: Canvas, tone: Colour) -> None:
    c.shadow((16, 74, 88, 86))
    c.arc((12, 34, 46, 74), 100, 262, dark(tone, 0.15), 3.4)
    c.arc((34, 20, 66, 62), 190, 350, dark(tone, 0.15), 3.2)
    c.line([(66, 66), (86, 34)], dark(tone, 0.1), 4)
    c.polygon([(79, 30), (92, 36), (90, 40), (78, 34)], dark(tone, 0.22))
    c.polygon([(34, 42), (66, 42), (70, 80), (30, 80)], tone)
    c.polygon([(58, 42), (66, 42), (70, 80), (60, 80)], dark(tone, 0.1))
    c.ellipse((34, 38, 66, 46), dark(tone, 0.28))
    c.shine((36, 48, 42, 74), 70)


def seeds(c: Canvas, tone: Colour) -> None:
    c.shadow((26, 76, 78, 87))
    c.rectangle((30, 14, 72, 82), PAPER, radius=1.5)
    c.rectangle((30, 14, 72, 26), tone, radius=1.5)
    c.rectangle((34, 30, 68, 70), light(tone, 0.62), radius=1)
    c.line([(51, 68), (51, 46)], LEAF, 1.6)
    c.leaf(51, 62, 10, -8, LEAF)
    c.leaf(51, 60, -10, -8, LEAF)
    for dx, dy in ((0, -8), (7, -3), (5, 5), (-5, 5), (-7, -3)):
        c.ellipse((51 + dx - 5, 43 + dy - 5, 51 + dx + 5, 43 + dy + 5), tone)
    c.ellipse((47, 39, 55, 47), (244, 196, 92))
    c.line([(40, 75), (62, 75)], mix(PAPER, INK, 0.5), 1)
    c.line([(36, 20), (58, 20)], PAPER, 1.4)


def trowel(c: Canvas, tone: Colour) -> None:
    c.shadow((20, 70, 84, 84))
    c.line([(30, 26), (44, 42)], tone, 7)
    c.line([(29, 25), (32, 28)], dark(tone, 0.25), 7.4)
    c.line([(44, 42), (54, 54)], (150, 158, 162), 3)
    c.blob([(52, 48), (66, 54), (80, 80), (56, 68), (48, 58)], (176, 184, 186))
    c.blob([(55, 54), (66, 60), (77, 77), (60, 66)], (150, 160, 164))


def gloves(c: Canvas, tone: Colour) -> None:
    c.shadow((18, 76, 84, 86))
    for x, shade in ((20, tone), (50, dark(tone, 0.08))):
        for place, top in enumerate((24, 18, 20, 27)):
            c.line([(x + 5 + place * 6, 48), (x + 5 + place * 6, top)], shade, 6)
        c.line([(x + 4, 58), (x - 3, 46)], shade, 6)
        c.rectangle((x + 2, 42, x + 26, 70), shade, radius=6)
        c.rectangle((x + 2, 66, x + 26, 82), light(shade, 0.45), radius=2)
        c.line([(x + 2, 72), (x + 26, 72)], shade, 1.2)


def basket(c: Canvas, tone: Colour) -> None:
    c.shadow((18, 76, 84, 87))
    c.arc((28, 14, 72, 80), 180, 360, dark(tone, 0.25), 3.4)
    for x, fill in ((32, (206, 92, 84)), (44, (232, 168, 78)), (56, LEAF), (66, (206, 92, 84))):
        c.ellipse((x - 8, 36, x + 8, 54), fill)
    c.polygon([(20, 47), (80, 47), (71, 83), (29, 83)], tone)
    c.rectangle((18, 45, 82, 50), light(tone, 0.15), radius=2)
    for row, y in enumerate((53, 60, 67, 74)):
        for x in range(26 + (row % 2) * 5, 76, 10):
            c.line([(x, y), (x + 4, y)], dark(tone, 0.2), 2)


def print_hills(c: Canvas, tone: Colour) -> None:
    _framed(c)
    c.rectangle((31, 22, 69, 74), light(tone, 0.72))
    c.ellipse((51, 28, 64, 41), (238, 180, 92))
    for place, y in enumerate((48, 56, 64)):
        hill = mix(light(tone, 0.35), dark(tone, 0.3), place / 2)
        c.polygon([(31, y + 4), (42, y - 5 + place * 3), (54, y + 3), (69, y - 4), (69, 74), (31, 74)], hill)


def print_moon(c: Canvas, tone: Colour) -> None:
    _framed(c)
    c.rectangle((31, 22, 69, 74), dark(tone, 0.45))
    c.ellipse((39, 32, 61, 54), (246, 232, 196))
    c.ellipse((45, 30, 65, 50), dark(tone, 0.45))
    for x, y in ((36, 28), (62, 62), (40, 64), (54, 69), (34, 54), (64, 27)):
        c.ellipse((x - 0.7, y - 0.7, x + 0.7, y + 0.7), (246, 232, 196))


def print_citrus(c: Canvas, tone: Colour) -> None:
    _framed(c)
    c.rectangle((31, 22, 69, 74), light(tone, 0.7))
    for x, y, size in ((43, 37, 11), (57, 56, 12), (40, 63, 7)):
        c.ellipse((x - size, y - size, x + size, y + size), tone)
        c.ellipse((x - size * 0.82, y - size * 0.82, x + size * 0.82, y + size * 0.82), (255, 240, 208))
        c.ellipse((x - size * 0.72, y - size * 0.72, x + size * 0.72, y + size * 0.72), mix(tone, (255, 214, 120), 0.4))
        for dx, dy in ((1, 0), (0.5, 0.87), (-0.5, 0.87)):
            c.line(
                [(x - dx * size * 0.7, y - dy * size * 0.7), (x + dx * size * 0.7, y + dy * size * 0.7)],
                (255, 240, 208),
                0.7,
            )
    c.leaf(53, 33, 10, -7, LEAF)


def print_leaves(c: Canvas, tone: Colour) -> None:
    _framed(c)
    c.rectangle((31, 22, 69, 74), light(tone, 0.75))
    c.line([(50, 72), (50, 30)], dark(tone, 0.2), 1)
    for place, y in enumerate((64, 56, 48, 40)):
        reach = 15 - place * 2.4
        c.leaf(50, y, reach, -8, mix(tone, LEAF, 0.2 * place))
        c.leaf(50, y, -reach, -8, mix(tone, LEAF, 0.2 * place))
    c.leaf(50, 32, 0.5, -8, tone)


def _framed(c: Canvas) -> None:
    c.shadow((26, 78, 78, 88))
    c.rectangle((22, 12, 78, 84), WOOD, radius=1)
    c.rectangle((22, 12, 24.5, 84), light(WOOD, 0.2))
    c.rectangle((25, 15, 75, 81), PAPER)
