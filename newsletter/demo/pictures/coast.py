"""Scenes of the harbour and the open sea."""

from math import cos, radians, sin
from random import Random

from newsletter.demo.pictures import shapes as s
from newsletter.demo.pictures.canvas import HEIGHT, WIDTH, Canvas, mix
from newsletter.demo.pictures.moods import Mood


def harbour(c: Canvas, m: Mood, rng: Random) -> None:
    """Cranes over a quay and a freighter coming in."""
    s.sun(c, m, 1180, 330, 78)
    s.hills(c, rng, 560, 110, m.far, 3)
    s.sea(c, m, rng, 545)
    s.glitter(c, m, rng, 1180, 545, 150)
    for x, lean in ((150, 1), (400, 1)):
        c.line([(x, 620), (x + 40, 250), (x + 80, 620)], m.near, 16)
        c.line([(x + 16, 480), (x + 64, 480)], m.near, 10)
        c.line([(x - 70, 300), (x + 40, 235), (x + 360 * lean, 170)], m.near, 14)
        c.line([(x + 300, 182), (x + 300, 330)], m.near, 5)
        c.rect(x + 262, 330, 76, 44, m.accent, 4)
    c.poly([(760, 590), (1390, 590), (1330, 680), (800, 680)], m.ink)
    c.rect(800, 660, 535, 20, m.accent)
    for i, fill in enumerate((m.roof, m.water, m.sun, m.near, m.wall, m.roof)):
        c.rect(830 + i * 62, 546 - 40 * (i % 2), 58, 44 + 40 * (i % 2), fill, 3)
    c.rect(1230, 480, 100, 110, m.wall, 4)
    s.windows(c, 1245, 496, 4, 1, (21, 0), (13, 16), [m.near], rng)
    c.rect(1262, 436, 34, 46, m.accent, 3)
    c.poly([(0, 620), (620, 620), (660, HEIGHT), (0, HEIGHT)], mix(m.near, m.ink, 0.35))
    for x in range(60, 620, 180):
        c.rect(x, 590, 34, 34, m.ink, 8)


def ferry(c: Canvas, m: Mood, rng: Random) -> None:
    """A white ferry crossing to an island."""
    s.sun(c, m, 330, 210, 60)
    s.cloud(c, 1020, 180, 130, m.glow)
    s.fell(c, 1260, 480, 620, 210, m.far, mix(m.far, m.mid, 0.35))
    s.fell(c, 960, 480, 360, 110, mix(m.far, m.mid, 0.3), m.mid)
    s.sea(c, m, rng, 476, 60)
    c.poly([(250, 560), (1120, 560), (1190, 520), (1110, 690), (330, 690)], m.wall)
    c.poly([(296, 636), (1140, 636), (1110, 690), (330, 690)], m.accent)
    c.rect(330, 470, 640, 92, m.wall, 10)
    c.rect(430, 396, 420, 78, m.wall, 10)
    s.windows(c, 356, 494, 13, 1, (46, 0), (30, 34), [m.near], rng)
    s.windows(c, 456, 418, 9, 1, (42, 0), (28, 30), [m.near], rng)
    c.poly([(560, 300), (680, 300), (700, 398), (560, 398)], m.near)
    c.poly(
        [(612, 318), (640, 318), (624, 346), (650, 346), (604, 388), (618, 354), (594, 354)], m.sun
    )
    c.rect(180, 690, 1000, 12, m.foam, 6)
    c.rect(60, 716, 520, 9, m.foam, 6)
    s.birds(c, rng, 880, 250, 6, m.ink)


def turbines(c: Canvas, m: Mood, rng: Random) -> None:
    """Wind turbines standing in the sea, the nearest cut by the frame."""
    s.sun(c, m, 480, 420, 110)
    s.sea(c, m, rng, 610, 60)
    s.glitter(c, m, rng, 480, 610, 190)
    for x, y, size, turn in (
        (250, 640, 170, 10),
        (640, 650, 215, 40),
        (880, 635, 150, 75),
        (1250, 760, 470, 22),
    ):
        hub, top = (x, y - size * 1.15), mix(m.wall, m.mid, 0.12)
        c.rect(x - size * 0.09, y - 8, size * 0.18, 26, m.accent, 4)
        c.poly(
            [
                (x - size * 0.05, y),
                (x - size * 0.02, hub[1]),
                (x + size * 0.02, hub[1]),
                (x + size * 0.05, y),
            ],
            m.wall,
        )
        for k in range(3):
            blade(c, hub, size * 0.78, turn + 120 * k, m.wall)
        c.disc(*hub, size * 0.055, top)
    s.sailboat(c, 960, 790, 46, m.near, m.wall, m.foam)


def blade(c: Canvas, hub: tuple[float, float], length: float, degrees: float, fill: str) -> None:
    """One tapering blade of a turbine."""

    a = radians(degrees)
    tip = (hub[0] + length * cos(a), hub[1] + length * sin(a))
    wide = (hub[0] + length * 0.24 * cos(a + 0.26), hub[1] + length * 0.24 * sin(a + 0.26))
    c.poly([hub, wide, tip], fill)
    c.line([hub, tip], fill, length * 0.018)


def lighthouse(c: Canvas, m: Mood, rng: Random) -> None:
    """A banded lighthouse on a headland, its beam over the water."""
    s.stars(c, rng, 60, 420, m.foam)
    c.poly([(1085, 205), (0, 60), (0, 330)], mix(m.sky, m.light, 0.2))
    c.poly([(1085, 205), (WIDTH, 150), (WIDTH, 290)], mix(m.sky, m.light, 0.2))
    s.sea(c, m, rng, 600, 50)
    c.poly([(640, 700), (800, 590), (980, 560), (1600, 520), (1600, 900), (560, 900)], m.near)
    c.poly([(560, 900), (640, 700), (800, 590), (760, 740), (820, 900)], mix(m.near, m.ink, 0.4))
    c.poly([(1020, 575), (1045, 260), (1125, 260), (1150, 575)], m.wall)
    for top, bottom in ((320, 385), (455, 520)):
        edge = 0.0794
        c.poly(
            [
                (1045 - (top - 260) * edge, top),
                (1125 + (top - 260) * edge, top),
                (1125 + (bottom - 260) * edge, bottom),
                (1045 - (bottom - 260) * edge, bottom),
            ],
            m.accent,
        )
    c.rect(1030, 246, 110, 16, m.ink, 4)
    c.rect(1054, 176, 62, 72, m.light, 6)
    c.wedge(1085, 180, 44, 180, 360, m.accent)
    for x, w in ((1190, 120), (1330, 96)):
        s.house(c, m, rng, x, 580, w, 62, m.wall, m.roof)
    s.sailboat(c, 300, 690, 44, m.ink, m.wall, m.foam)


def barrier(c: Canvas, m: Mood, rng: Random) -> None:
    """Flood gates closed against a high sea."""
    for i in range(4):
        s.cloud(c, -80 + i * 460, 140 + 60 * (i % 2), 200, mix(m.sky, m.mid, 0.18 + 0.1 * (i % 2)))
    s.sea(c, m, rng, 420, 40)
    for i in range(10):
        x = i * 190 - 80
        c.wedge(x + 60, 452, 96, 190, 350, mix(m.water, m.near, 0.25 * (i % 2)))
        c.arc(x + 60, 452, 92, 200, 345, m.foam, 11)
        c.arc(x + 66, 456, 60, 210, 330, mix(m.water, m.foam, 0.5), 7)
    c.rect(0, 590, WIDTH, 310, mix(m.water, m.sky, 0.28))
    for i in range(5):
        x = 60 + i * 330
        c.rect(x + 90, 470, 240, 190, mix(m.near, m.mid, 0.35))
        for k in range(4):
            c.rect(x + 90, 500 + k * 40, 240, 7, mix(m.near, m.ink, 0.3))
        c.rect(x, 380, 92, 320, m.wall, 6)
        c.rect(x + 62, 380, 30, 320, mix(m.wall, m.mid, 0.35), 6)
        c.wedge(x + 46, 382, 52, 180, 360, m.accent)
    c.rect(0, 446, WIDTH, 20, m.ink)
    for y in (740, 800, 858):
        c.rect(rng.uniform(80, 600), y, 420, 6, m.foam, 4)
        c.rect(rng.uniform(900, 1200), y + 22, 260, 6, m.foam, 4)


def buoy(c: Canvas, m: Mood, rng: Random) -> None:
    """A measuring buoy seen half above and half below the water."""
    s.sun(c, m, 1260, 190, 84)
    c.rect(0, 470, WIDTH, 430, m.water)
    for i, fill in enumerate((mix(m.water, m.near, 0.3), mix(m.water, m.near, 0.6), m.near)):
        c.rect(0, 610 + i * 110, WIDTH, 300, fill)
    c.line([(700, 520), (700, 900)], m.ink, 6)
    c.poly([(560, 452), (840, 452), (790, 560), (610, 560)], m.sun)
    c.rect(560, 440, 280, 26, m.accent, 8)
    c.line([(610, 440), (680, 220), (720, 220), (790, 440)], m.ink, 12)
    c.line([(640, 340), (760, 340)], m.ink, 9)
    c.rect(650, 236, 100, 60, m.near, 4)
    c.disc(700, 196, 24, m.light)
    for i in range(5):
        c.disc(700, 640 + i * 52, 11, (m.light, m.sun, m.accent, m.foam, m.foam)[i])
    for x, y, k in ((1010, 700, 1.0), (1100, 745, 0.7), (980, 770, 0.6), (380, 780, 0.9)):
        c.oval(x, y, 46 * k, 15 * k, m.foam)
        c.poly([(x - 36 * k, y), (x - 70 * k, y - 18 * k), (x - 70 * k, y + 18 * k)], m.foam)
    for x in range(0, WIDTH, 160):
        c.arc(x + 80, 440, 96, 30, 150, mix(m.water, m.foam, 0.5), 10, 0.5)


def lifeboat(c: Canvas, m: Mood, rng: Random) -> None:
    """An orange boat coming out of the fog."""
    for i, y in enumerate((150, 260, 370)):
        c.rect(-40 + i * 240, y, 900, 64, m.glow, 40)
    c.poly(
        [(1180, 520), (1290, 330), (1420, 300), (1600, 360), (1600, 520)], mix(m.sky, m.far, 0.5)
    )
    s.sea(c, m, rng, 515, 40)
    c.poly([(420, 560), (1060, 540), (1150, 500), (1040, 690), (500, 690)], m.accent)
    c.poly([(455, 626), (1090, 610), (1040, 690), (500, 690)], m.near)
    c.poly([(560, 560), (600, 450), (860, 440), (920, 548)], m.sun)
    c.poly([(626, 476), (842, 468), (872, 512), (612, 520)], m.ink)
    c.line([(720, 446), (720, 320)], m.ink, 9)
    c.line([(680, 350), (760, 350)], m.ink, 7)
    c.disc(720, 312, 16, m.light)
    c.poly([(736, 312), (1600, 160), (1600, 450)], mix(m.sky, m.light, 0.35))
    for x, y, w in ((330, 690, 860), (220, 724, 500), (900, 738, 420)):
        c.rect(x, y, w, 14, m.foam, 8)
    c.rect(-60, 770, 980, 70, mix(m.water, m.glow, 0.45), 40)
    c.rect(760, 830, 1000, 80, mix(m.water, m.glow, 0.6), 40)


def tug(c: Canvas, m: Mood, rng: Random) -> None:
    """A stout tug at the quay, bow on the right."""
    s.cloud(c, 180, 200, 120, m.glow)
    s.cloud(c, 1120, 130, 90, m.glow)
    for x, w, h in (
        (0, 190, 130),
        (190, 240, 190),
        (430, 170, 110),
        (1240, 200, 170),
        (1440, 180, 120),
    ):
        c.rect(x, 560 - h, w, h, mix(m.far, m.mid, 0.25 + 0.2 * (w % 3)))
        s.windows(c, x + 24, 576 - h, w // 46, 2, (44, 44), (18, 24), [m.glow], rng)
    s.sea(c, m, rng, 556)
    c.poly([(360, 560), (1170, 560), (1260, 470), (1180, 720), (440, 720)], m.accent)
    c.rect(360, 552, 830, 24, m.ink, 8)
    c.poly([(420, 660), (1200, 660), (1180, 720), (440, 720)], m.ink)
    c.rect(620, 400, 390, 154, m.wall, 10)
    c.rect(700, 290, 240, 114, m.wall, 12)
    s.windows(c, 722, 312, 4, 1, (52, 0), (40, 52), [m.near], rng)
    for x in (680, 780, 880):
        c.disc(x + 30, 474, 26, m.near)
        c.disc(x + 30, 474, 17, m.foam)
    c.rect(500, 330, 84, 224, m.sun, 8)
    c.rect(500, 372, 84, 40, m.near)
    for x in range(430, 1180, 110):
        c.disc(x, 620, 30, m.ink)
        c.disc(x, 620, 13, m.accent)
    c.rect(330, 722, 930, 12, m.foam, 6)


def cliffs(c: Canvas, m: Mood, rng: Random) -> None:
    """White cliffs with grass on top and birds on the ledges."""
    s.sun(c, m, 250, 220, 70)
    s.sea(c, m, rng, 560)
    for x, top, shade in ((1600, 120, 0.0), (1180, 220, 0.12), (860, 330, 0.24)):
        c.poly(
            [
                (x - 420, top),
                (x + 40, top - 30),
                (x + 40, 660),
                (x - 300, 660),
                (x - 350, 560),
                (x - 330, 420),
            ],
            mix(m.wall, m.mid, shade),
        )
        c.poly([(x - 440, top), (x + 40, top - 50), (x + 40, top + 6), (x - 360, top + 34)], m.near)
        for k in range(4):
            y = top + 110 + k * 78
            c.rect(x - 330, y, 240 - k * 20, 9, mix(m.wall, m.mid, 0.45), 4)
            for _ in range(3):
                bx = x - 320 + rng.uniform(0, 200)
                c.oval(bx, y - 15, 11, 16, m.ink)
                c.oval(bx + 2, y - 11, 7, 11, m.glow)
                c.poly([(bx + 8, y - 26), (bx + 22, y - 21), (bx + 8, y - 17)], m.accent)
    s.birds(c, rng, 300, 420, 4, m.ink)
    s.birds(c, rng, 560, 180, 4, m.ink)
    for x, y, w in (
        (540, 652, 340),
        (820, 654, 400),
        (1180, 652, 460),
        (260, 780, 520),
        (760, 730, 300),
    ):
        c.rect(x, y, w, 10, m.foam, 6)
