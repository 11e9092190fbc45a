"""For each writer the thing on the desk by which colleagues know it; faces are nobody's to invent.

What matters stands in the middle: pages show the square of it.
"""

from random import Random

from newsletter.demo.pictures import shapes as s
from newsletter.demo.pictures.canvas import WIDTH, Canvas, mix
from newsletter.demo.pictures.moods import Mood


def hens(c: Canvas, m: Mood, rng: Random) -> None:
    """Two hens in the straw before a low sun."""
    c.disc(800, 430, 330, mix(m.sky, m.sun, 0.55))
    s.hills(c, rng, 560, 90, m.far, 2)
    c.rect(0, 640, WIDTH, 260, mix(m.sun, m.roof, 0.25))
    for _ in range(60):
        x, y = rng.uniform(0, WIDTH), rng.uniform(660, 890)
        c.line([(x, y), (x + rng.uniform(-50, 50), y + 12)], mix(m.sun, m.wall, 0.5), 5)
    _hen(c, 650, 600, 1.0, m.roof, m)
    _hen(c, 1010, 650, -0.8, m.wall, m)


def _hen(c: Canvas, x: float, y: float, size: float, tone: str, m: Mood) -> None:
    """A hen around (x, y); a negative size looks to the left."""
    up = abs(size)
    for leg in (-20, 30):
        c.line([(x + leg * size, y + 60 * up), (x + leg * size, y + 150 * up)], m.sun, 10)
    c.poly(
        [
            (x - 190 * size, y - 150 * up),
            (x - 60 * size, y - 90 * up),
            (x - 80 * size, y + 60 * up),
        ],
        mix(tone, m.ink, 0.25),
    )
    c.oval(x, y, 140 * up, 100 * up, tone)
    c.poly(
        [
            (x + 20 * size, y - 40 * up),
            (x + 130 * size, y + 10 * up),
            (x + 150 * size, y - 170 * up),
        ],
        tone,
    )
    for comb in (96, 126, 154):
        c.disc(x + comb * size, y - 222 * up, 20 * up, m.accent)
    c.disc(x + 128 * size, y - 170 * up, 52 * up, tone)
    c.poly(
        [
            (x + 172 * size, y - 182 * up),
            (x + 222 * size, y - 160 * up),
            (x + 172 * size, y - 146 * up),
        ],
        m.sun,
    )
    c.disc(x + 140 * size, y - 180 * up, 8 * up, m.ink)
    c.oval(x - 20 * size, y + 4 * up, 76 * up, 46 * up, mix(tone, m.ink, 0.18))


def steering_wheel(c: Canvas, m: Mood, rng: Random) -> None:
    """The wheel of a bus, the road ahead and the last light."""
    s.hills(c, rng, 420, 120, m.far, 3)
    c.rect(0, 430, WIDTH, 470, m.mid)
    c.poly([(760, 430), (840, 430), (1260, 760), (340, 760)], m.near)
    for top, width in ((470, 5), (540, 9), (630, 14)):
        c.line([(800, top), (800, top + 40)], m.light, width)
    for x in (300, 1300):
        s.lamp(c, m, x, 640, 380)
    c.rect(0, 700, WIDTH, 200, m.ink)
    for x, tone in ((560, m.accent), (800, m.light), (1040, m.foam)):
        c.disc(x, 830, 34, tone)
    c.arc(800, 690, 300, 0, 360, mix(m.ink, m.roof, 0.25), 54)
    for x, y in ((520, 690), (1080, 690), (800, 970)):
        c.line([(800, 690), (x, y)], mix(m.ink, m.roof, 0.4), 40)
    c.disc(800, 690, 84, m.roof)
    c.disc(800, 690, 50, m.light)


def seedlings(c: Canvas, m: Mood, rng: Random) -> None:
    """Three pots on a bench and a trowel."""
    c.rect(0, 0, WIDTH, 640, mix(m.sky, m.glow, 0.5))
    for x in range(100, WIDTH, 350):
        c.rect(x, 0, 14, 640, m.wall)
    c.rect(0, 300, WIDTH, 14, m.wall)
    s.tree(c, 240, 640, 220, m.far, m.mid)
    c.rect(0, 640, WIDTH, 260, mix(m.roof, m.wall, 0.55))
    c.rect(0, 640, WIDTH, 20, mix(m.roof, m.wall, 0.3))
    for x, height in ((560, 190), (800, 320), (1040, 240)):
        c.line([(x, 560), (x, 560 - height)], m.near, 14)
        for step in range(3):
            y = 540 - height * (step + 1) / 3
            for side in (-1, 1):
                c.poly([(x, y + 36), (x + side * 92, y - 12), (x + side * 40, y + 40)], m.mid)
        c.poly([(x - 96, 560), (x + 96, 560), (x + 66, 730), (x - 66, 730)], m.roof)
        c.rect(x - 106, 536, 212, 46, mix(m.roof, m.ink, 0.15), 6)
    c.line([(1080, 800), (1200, 770)], m.sun, 30)
    c.poly([(1090, 760), (1100, 830), (910, 850), (890, 826)], mix(m.ink, m.foam, 0.55))


def telescope(c: Canvas, m: Mood, rng: Random) -> None:
    """A telescope on three legs, a planet and the stars."""
    s.stars(c, rng, 110, 700, m.light)
    c.disc(1090, 220, 92, m.sun)
    c.arc(1090, 220, 150, 0, 360, mix(m.sun, m.wall, 0.5), 14, 0.3)
    s.hills(c, rng, 760, 100, m.far, 2)
    s.hills(c, rng, 830, 70, m.near, 3)
    for foot in (620, 790, 950):
        c.line([(780, 560), (foot, 860)], m.ink, 20)
    c.poly([(560, 640), (600, 720), (1010, 470), (960, 380)], m.wall)
    c.poly([(960, 380), (1010, 470), (1070, 440), (1010, 334)], m.accent)
    c.poly([(560, 640), (600, 720), (560, 744), (520, 668)], m.roof)
    c.disc(780, 560, 40, m.roof)
