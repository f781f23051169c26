"""Things for the kitchen and the home, drawn in a given colour."""

from __future__ import annotations

from deploy.demo.canvas import BRASS, CLAY, INK, PAPER, WOOD, Canvas, Colour, dark, light, mix


def mug(c: Canvas, tone: Colour) -> None:
    c.shadow((24, 72, 82, 84))
    c.ring((58, 40, 80, 66), dark(tone, 0.1), 5)
    c.rectangle((28, 32, 66, 78), tone, radius=7)
    c.rectangle((56, 34, 66, 76), dark(tone, 0.12), radius=5)
    c.rectangle((28, 62, 66, 78), mix(PAPER, tone, 0.1), radius=7)
    c.rectangle((28, 58, 66, 68), mix(PAPER, tone, 0.1))
    c.ellipse((28, 28, 66, 37), light(tone, 0.3))
    c.ellipse((31, 29.5, 63, 35.5), (92, 64, 50))
    c.shine((32, 40, 38, 66), 60)


def bowl(c: Canvas, tone: Colour) -> None:
    c.shadow((20, 70, 80, 84))
    c.blob([(16, 46), (24, 64), (40, 77), (60, 77), (76, 64), (84, 46), (50, 40)], tone)
    c.rectangle((40, 73, 60, 80), dark(tone, 0.18), radius=2)
    c.ellipse((15, 38, 85, 54), light(tone, 0.25))
    c.ellipse((19, 40.5, 81, 52), dark(tone, 0.28))
    for x, y in ((38, 44), (50, 42), (61, 45), (45, 47.5), (55, 47)):
        c.ellipse((x - 5, y - 4.5, x + 5, y + 4.5), (232, 146, 72))
        c.line([(x, y - 4), (x + 1, y - 6)], (86, 134, 92), 1)
    c.shine((26, 54, 34, 68), 60)


def plate(c: Canvas, tone: Colour) -> None:
    c.shadow((18, 24, 86, 86))
    c.ellipse((16, 18, 84, 84), tone)
    c.ellipse((18, 19, 84, 82), light(tone, 0.25))
    c.ring((20, 21, 81, 80), dark(tone, 0.15), 1)
    c.ellipse((28, 29, 73, 73), mix(light(tone, 0.4), tone, 0.3))
    c.shine((30, 28, 46, 44), 70)
    c.leaf(44, 62, 14, -22, (120, 150, 106))
    c.leaf(52, 60, 12, -10, (138, 166, 118))


def teapot(c: Canvas, tone: Colour) -> None:
    c.shadow((18, 72, 86, 85))
    c.arc((10, 38, 44, 74), 90, 270, BRASS, 3.4)
    c.polygon([(66, 62), (84, 44), (90, 44), (88, 48), (72, 74)], dark(tone, 0.08))
    c.blob([(24, 56), (30, 42), (50, 36), (70, 42), (76, 57), (69, 74), (50, 79), (31, 74)], tone)
    c.ellipse((34, 34, 66, 43), dark(tone, 0.16))
    c.ellipse((35, 32, 65, 40), light(tone, 0.2))
    c.ellipse((45.5, 25, 54.5, 34), BRASS)
    c.shine((31, 44, 42, 64), 80)


def jar(c: Canvas, tone: Colour) -> None:
    c.shadow((26, 74, 76, 85))
    c.rectangle((30, 34, 70, 80), light(tone, 0.55), radius=6)
    c.rectangle((32, 48, 68, 78), tone, radius=5)
    c.rectangle((28, 25, 72, 36), WOOD, radius=2.5)
    c.rectangle((28, 31, 72, 36), dark(WOOD, 0.12), radius=2)
    c.rectangle((37, 52, 63, 68), PAPER, radius=1.5)
    for y in (57, 60.5, 64):
        c.line([(42, y), (58 if y < 63 else 52, y)], mix(PAPER, INK, 0.5), 0.8)
    c.shine((33, 40, 37, 74), 90)


def board(c: Canvas, tone: Colour) -> None:
    c.shadow((16, 74, 88, 84))
    c.rectangle((22, 30, 70, 78), tone, radius=8)
    c.rectangle((66, 47, 90, 60), tone, radius=6)
    c.ellipse((81, 51, 86, 56), c.backdrop)
    for y in (38, 46, 55, 64, 71):
        c.line([(27, y), (63, y + 1.5)], dark(tone, 0.12), 0.7)
    c.ellipse((32, 42, 48, 58), (206, 62, 54))
    c.ellipse((46, 52, 60, 66), (220, 82, 62))
    for stem_x, stem_y in ((40, 41.5), (53, 51.5)):
        c.leaf(stem_x, stem_y, 5, -4, (86, 134, 92))
        c.leaf(stem_x, stem_y, -5, -3, (86, 134, 92))


def spoons(c: Canvas, tone: Colour) -> None:
    c.shadow((24, 74, 78, 84))
    for x, top, lean in ((38, 16, -4), (50, 11, 0), (62, 17, 4)):
        c.line([(x, 66), (x + lean, top + 14)], tone, 3)
        c.ellipse((x + lean - 6, top, x + lean + 6, top + 20), tone)
        c.ellipse((x + lean - 3.6, top + 3, x + lean + 3.6, top + 16), dark(tone, 0.14))
    c.rectangle((30, 46, 70, 80), PAPER, radius=5)
    c.rectangle((60, 47, 70, 79), dark(PAPER, 0.06), radius=4)
    c.rectangle((30, 56, 70, 61), mix(PAPER, (90, 120, 150), 0.6))


def cushion(c: Canvas, tone: Colour) -> None:
    c.shadow((18, 72, 84, 85))
    c.blob([(18, 26), (50, 30), (82, 26), (79, 52), (82, 79), (50, 76), (18, 79), (21, 52)], tone)
    for x in range(26, 80, 12):
        c.line([(x, 33), (x, 73)], light(tone, 0.3), 1.1)
    for y in range(34, 76, 10):
        c.line([(24, y), (77, y)], light(tone, 0.18), 0.7)
    c.ellipse((47, 49, 53, 55), dark(tone, 0.25))
    c.shine((24, 32, 44, 46), 50)


def blanket(c: Canvas, tone: Colour) -> None:
    c.shadow((14, 74, 88, 86))
    for place, y in enumerate((64, 52, 40)):
        shade = mix(tone, PAPER, 0.16 * place)
        c.rectangle((18, y, 82, y + 16), dark(shade, 0.1), radius=7)
        c.rectangle((18, y - 2, 82, y + 12), shade, radius=6)
        c.line([(26, y + 5), (80, y + 5)], light(shade, 0.35), 1.2)
    for x in range(22, 82, 5):
        c.line([(x, 79), (x + 0.6, 84)], light(tone, 0.4), 1)


def towel(c: Canvas, tone: Colour) -> None:
    c.line([(16, 22), (84, 22)], BRASS, 2.6)
    c.rectangle((30, 22, 70, 76), tone, radius=2)
    c.rectangle((60, 22, 70, 76), dark(tone, 0.07), radius=2)
    for y in (58, 62, 66):
        c.rectangle((30, y, 70, y + 1.8), PAPER)
    c.rectangle((30, 19, 70, 27), light(tone, 0.2), radius=3)
    for x in range(32, 70, 3):
        c.line([(x, 76), (x, 80)], light(tone, 0.2), 0.8)


def tote(c: Canvas, tone: Colour) -> None:
    c.shadow((22, 76, 82, 87))
    c.arc((36, 10, 64, 58), 180, 360, dark(tone, 0.2), 3)
    c.polygon([(26, 36), (74, 36), (79, 82), (21, 82)], tone)
    c.polygon([(66, 36), (74, 36), (79, 82), (68, 82)], dark(tone, 0.08))
    c.rectangle((26, 35, 74, 38.5), dark(tone, 0.12))
    c.ellipse((39, 47, 61, 69), CLAY)
    c.polygon([(36, 70), (46, 56), (52, 63), (57, 58), (65, 70)], (72, 106, 98))


def apron(c: Canvas, tone: Colour) -> None:
    c.arc((38, 6, 62, 40), 180, 360, dark(tone, 0.25), 2)
    c.polygon([(38, 22), (62, 22), (66, 42), (80, 50), (76, 86), (24, 86), (20, 50), (34, 42)], tone)
    c.polygon([(62, 22), (66, 42), (80, 50), (76, 86), (66, 86), (64, 46)], dark(tone, 0.08))
    c.line([(20, 50), (10, 58)], dark(tone, 0.25), 1.6)
    c.line([(80, 50), (90, 58)], dark(tone, 0.25), 1.6)
    c.rectangle((36, 56, 64, 74), dark(tone, 0.14), radius=2)
    c.line([(50, 57), (50, 73)], light(tone, 0.2), 0.8)


def candle(c: Canvas, tone: Colour) -> None:
    c.shadow((28, 74, 74, 85))
    c.shine((38, 10, 62, 44), 120)
    c.rectangle((32, 40, 68, 80), tone, radius=4)
    c.rectangle((58, 41, 68, 79), dark(tone, 0.12), radius=4)
    c.ellipse((32, 36, 68, 45), light(tone, 0.5))
    c.line([(50, 40), (50, 34)], INK, 1)
    c.blob([(50, 17), (55, 28), (50, 35), (45, 28)], (244, 186, 84))
    c.blob([(50, 24), (52.5, 30), (50, 34), (47.5, 30)], (255, 236, 180))
    c.rectangle((39, 54, 61, 68), PAPER, radius=1.5)
    c.line([(43, 59), (57, 59)], mix(PAPER, INK, 0.6), 0.9)
    c.line([(45, 63), (55, 63)], mix(PAPER, INK, 0.4), 0.7)


def lamp(c: Canvas, tone: Colour) -> None:
    c.shadow((26, 76, 76, 86))
    c.line([(50, 80), (50, 44)], BRASS, 2.6)
    c.ellipse((34, 75, 66, 83), dark(BRASS, 0.15))
    c.ellipse((34, 73.5, 66, 81), BRASS)
    c.polygon([(36, 18), (64, 18), (76, 50), (24, 50)], tone)
    c.polygon([(57, 18), (64, 18), (76, 50), (62, 50)], dark(tone, 0.1))
    c.ellipse((24, 46, 76, 54), light(tone, 0.55))
    c.shine((30, 50, 70, 74), 60)
