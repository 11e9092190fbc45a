"""Scenes of roads, rails and the night sky."""

from math import cos, radians, sin
from random import Random

from newsletter.demo.pictures import shapes as s
from newsletter.demo.pictures.canvas import HEIGHT, WIDTH, Canvas, mix
from newsletter.demo.pictures.moods import Mood


def observatory(c: Canvas, m: Mood, rng: Random) -> None:
    """A dome on a fell, open to a comet."""
    s.stars(c, rng, 150, 640, m.foam)
    for k, w in ((3, 70), (2, 44), (1, 22)):
        c.poly(
            [(420, 236), (430, 256), (1110 - k * 60, 40 + w), (1110 - k * 40, 40 - w)],
            mix(m.sky, m.sun, 0.10 + 0.09 * (3 - k)),
        )
    c.disc(424, 246, 22, m.sun)
    s.fell(c, 300, 900, 1100, 330, m.far, mix(m.far, m.near, 0.4))
    s.hills(c, rng, 860, 210, m.mid, 1)
    c.poly([(560, 900), (800, 700), (1330, 690), (1600, 800), (1600, 900)], m.near)
    c.rect(860, 560, 380, 150, m.wall)
    c.wedge(1050, 566, 212, 180, 360, mix(m.wall, m.foam, 0.45))
    c.poly([(914, 405), (982, 366), (1042, 548), (958, 548)], m.ink)
    c.line([(1000, 520), (900, 352)], m.foam, 40)
    c.line([(914, 376), (894, 342)], m.sun, 50)
    c.rect(838, 548, 424, 26, m.roof, 6)
    c.rect(1110, 620, 56, 90, m.light, 4)
    c.rect(930, 616, 44, 44, m.light, 4)
    for x, h in ((720, 120), (660, 90), (1360, 150), (1430, 110)):
        s.pine(c, x, 760, h, m.ink)


def night_bus(c: Canvas, m: Mood, rng: Random) -> None:
    """A lit bus climbing between dark houses."""
    s.sun(c, m, 250, 170, 52)
    s.stars(c, rng, 45, 330, m.foam)
    s.hills(c, rng, 560, 240, m.far, 2)
    s.terrace(c, m, rng, -40, 640, [170, 190, 160], [210, 250, 190], [m.mid, m.wall])
    s.terrace(c, m, rng, 1120, 640, [180, 160, 190], [250, 200, 230], [m.wall, m.mid])
    c.rect(0, 636, WIDTH, 264, m.near)
    c.rect(0, 636, WIDTH, 26, mix(m.near, m.foam, 0.2))
    c.poly([(1130, 690), (1600, 640), (1600, 850), (1130, 720)], mix(m.near, m.light, 0.3))
    c.rect(330, 380, 810, 340, m.accent, 34)
    c.rect(330, 600, 810, 60, mix(m.accent, m.ink, 0.35))
    for k in range(5):
        c.rect(376 + k * 126, 430, 104, 130, m.light, 10)
    c.rect(1012, 430, 128, 160, m.light, 12)
    c.rect(1000, 396, 120, 26, m.sun, 6)
    for x in (500, 960):
        c.disc(x, 716, 66, m.ink)
        c.disc(x, 716, 28, m.foam)
    c.rect(1114, 650, 36, 26, m.light, 8)
    for x in range(80, 1600, 260):
        c.rect(x, 836, 140, 12, mix(m.near, m.foam, 0.35), 5)
    s.lamp(c, m, 220, 680, 330)


def tram(c: Canvas, m: Mood, rng: Random) -> None:
    """A new tram on a street of plane trees."""
    s.cloud(c, 1150, 150, 100, m.glow)
    s.terrace(
        c,
        m,
        rng,
        -20,
        620,
        [200, 180, 220, 190, 210, 180, 200, 210],
        [270, 330, 240],
        [m.wall, mix(m.wall, m.roof, 0.22), mix(m.wall, m.sun, 0.35)],
    )
    c.rect(0, 616, WIDTH, 284, mix(m.wall, m.mid, 0.4))
    for x in (110, 640, 1480):
        s.tree(c, x, 640, 300, "#1C6A43", m.ink)
    c.line([(0, 250), (1600, 250)], m.ink, 3)
    c.line([(760, 380), (840, 300), (760, 252)], m.ink, 6)
    for x, w in ((240, 560), (812, 560)):
        c.rect(x, 380, w, 320, m.accent, 40)
        c.rect(x + 16, 424, w - 32, 136, m.ink, 20)
        c.rect(x, 610, w, 26, m.wall)
    for x in (460, 1000):
        c.rect(x, 440, 100, 230, m.glow, 8)
        c.rect(x + 48, 440, 5, 230, m.ink)
    c.rect(790, 420, 34, 250, m.ink)
    c.rect(1240, 392, 100, 26, m.sun, 6)
    for x in (330, 660, 900, 1230):
        c.rect(x, 694, 110, 26, m.ink, 10)
    for y in (734, 800):
        c.rect(0, y, WIDTH, 10, m.ink)
    for x in range(0, 1600, 90):
        c.rect(x, 752, 48, 34, mix(m.wall, m.mid, 0.62), 4)


def sleeper(c: Canvas, m: Mood, rng: Random) -> None:
    """A night train along the bay, windows lit."""
    s.sun(c, m, 1200, 200, 66)
    s.stars(c, rng, 80, 360, m.foam)
    s.fell(c, 360, 520, 820, 280, m.far, m.mid)
    s.sea(c, m, rng, 515, 26)
    s.glitter(c, m, rng, 1200, 515, 120)
    c.poly([(0, 700), (1600, 620), (1600, 900), (0, 900)], m.near)
    for i in range(5):
        x, y = 20 + i * 330, 560 - i * 16.5
        c.poly(
            [(x, y), (x + 312, y - 16), (x + 312, y + 106), (x, y + 122)],
            m.wall if i < 4 else m.accent,
        )
        c.poly([(x, y + 92), (x + 312, y + 76), (x + 312, y + 106), (x, y + 122)], m.roof)
        for k in range(5):
            wx = x + 26 + k * 56
            lit = m.light if rng.random() > 0.3 else m.ink
            wy = y + 26 - (wx - x) * 0.05
            c.poly([(wx, wy), (wx + 36, wy - 2), (wx + 36, wy + 38), (wx, wy + 40)], lit)
        for k in (50, 250):
            c.disc(x + k, y + 126 - k * 0.05, 20, m.ink)
    c.line([(0, 712), (1600, 632)], m.foam, 6)
    for x in range(20, 1600, 80):
        c.line([(x, 722 - x * 0.05), (x - 26, 754 - x * 0.05)], m.ink, 9)
    for x in (150, 560, 1040, 1480):
        s.reeds(c, rng, x, 120, HEIGHT, 120, m.ink)


def road_bridge(c: Canvas, m: Mood, rng: Random) -> None:
    """A stone bridge of three arches with its reflection."""
    s.cloud(c, 240, 170, 120, m.glow)
    s.hills(c, rng, 500, 170, m.far, 2)
    for x in (60, 180, 1400, 1520):
        s.tree(c, x, 560, 230, m.mid, m.ink)
    c.rect(0, 560, WIDTH, 340, m.water)
    stone, dark = mix(m.roof, m.wall, 0.62), mix(m.roof, m.wall, 0.38)
    c.poly([(0, 420), (800, 330), (1600, 420), (1600, 660), (0, 660)], stone)
    c.poly([(0, 404), (800, 312), (1600, 404), (1600, 430), (800, 340), (0, 430)], dark)
    for x, r in ((340, 160), (800, 205), (1260, 160)):
        c.disc(x, 640, r + 24, dark)
        c.disc(x, 640, r, mix(m.far, m.sky, 0.55))
    c.rect(0, 640, WIDTH, 260, m.water)
    c.rect(0, 640, WIDTH, 12, mix(m.water, m.ink, 0.3))
    for x, r in ((340, 160), (800, 205), (1260, 160)):
        c.oval(x, 640, r, r * 0.42, mix(m.water, m.glow, 0.3))
    for i in range(16):
        c.rect(
            rng.uniform(-40, 1400),
            660 + i * 15,
            rng.uniform(120, 320),
            6,
            mix(m.water, m.foam, 0.5),
            4,
        )
    c.disc(1180, 300, 56, m.accent)
    c.disc(1180, 300, 42, m.wall)
    c.rect(1158, 288, 44, 24, m.ink, 4)
    c.line([(1180, 356), (1180, 400)], m.ink, 9)


def viaduct(c: Canvas, m: Mood, rng: Random) -> None:
    """Tall arches lit from below across a valley."""
    s.stars(c, rng, 70, 300, m.foam)
    s.hills(c, rng, 560, 260, m.far, 2)
    s.hills(c, rng, 740, 180, m.mid, 1)
    c.rect(0, 300, WIDTH, 46, m.wall)
    c.rect(0, 286, WIDTH, 16, mix(m.wall, m.light, 0.5))
    for i in range(8):
        x = -60 + i * 230
        c.poly([(x, 346), (x + 60, 346), (x + 74, 830), (x - 14, 830)], m.wall)
        c.poly(
            [(x + 8, 560), (x + 54, 560), (x + 70, 830), (x - 10, 830)], mix(m.wall, m.light, 0.55)
        )
        c.rect(x + 58, 346, 174, 80, m.wall)
    for i in range(8):
        x = -60 + i * 230
        arch = mix(m.sky, m.far, 0.35)
        c.wedge(x + 145, 434, 85, 180, 360, arch)
    s.hills(c, rng, 900, 120, m.near, 2)
    for k in range(4):
        c.rect(420 + k * 170, 232, 160, 56, m.accent, 10)
        s.windows(c, 440 + k * 170, 244, 4, 1, (32, 0), (22, 22), [m.light], rng)
    for x in (90, 700, 760, 1330, 1500):
        s.pine(c, x, 880, rng.uniform(110, 190), m.ink)


def street_lights(c: Canvas, m: Mood, rng: Random) -> None:
    """A row of dimmed lamps under the Milky Way."""
    c.poly([(0, 500), (1160, 0), (1600, 0), (0, 680)], mix(m.sky, m.foam, 0.1))
    c.poly([(0, 560), (1300, 0), (1500, 0), (0, 630)], mix(m.sky, m.foam, 0.18))
    for _ in range(420):
        t = rng.random()
        x, y = 1500 * t, 590 - 600 * t + rng.gauss(0, 50)
        c.disc(x, y, rng.choice((1.5, 2, 3)), mix(m.sky, m.foam, rng.uniform(0.4, 1)))
    s.stars(c, rng, 90, 520, m.foam)
    s.terrace(c, m, rng, -30, 720, [150, 170, 140, 160], [150, 190, 130], [m.wall, m.mid])
    s.terrace(c, m, rng, 1150, 720, [160, 140, 180], [180, 140, 200], [m.mid, m.wall])
    c.rect(0, 716, WIDTH, 184, m.near)
    for x, h in ((250, 330), (520, 270), (740, 220), (1100, 270), (1370, 330)):
        y = 740 if h > 300 else 724
        c.poly([(x, y - h + 40), (x - h * 0.3, y), (x + h * 0.3, y)], mix(m.near, m.light, 0.16))
        c.oval(x, y, h * 0.3, 14, mix(m.near, m.light, 0.36))
        s.lamp(c, m, x, y, h)


def bicycles(c: Canvas, m: Mood, rng: Random) -> None:
    """Two bicycles against the railing of a quay."""
    s.sun(c, m, 1300, 240, 80)
    s.sea(c, m, rng, 430, 30)
    s.sailboat(c, 720, 505, 76, m.ink, m.wall, m.foam)
    s.sailboat(c, 1440, 480, 50, m.ink, m.wall, m.foam)
    c.rect(0, 690, WIDTH, 210, mix(m.wall, m.mid, 0.35))
    for x in range(0, 1600, 200):
        c.rect(x, 700, 190, 8, mix(m.wall, m.mid, 0.55))
    for y in (520, 600):
        c.rect(0, y, WIDTH, 12, m.near, 6)
    for x in range(60, 1600, 180):
        c.rect(x, 500, 16, 200, m.near, 6)
    bicycle(c, m, 230, 690, 1.0, "#B42A1D")
    bicycle(c, m, 960, 724, 1.12, "#14507A")


def bicycle(c: Canvas, m: Mood, x: float, y: float, k: float, tone: str) -> None:
    """A bicycle from the side; `x`, `y` is the hub of its rear wheel."""

    def at(dx: float, dy: float) -> tuple[float, float]:
        return x + dx * k, y + dy * k

    for dx in (0, 330):
        c.arc(*at(dx, 0), 126 * k, 0, 360, m.ink, 12 * k)
        for turn in range(0, 180, 20):
            a = radians(turn)
            reach_x, reach_y = 120 * cos(a), 120 * sin(a)
            c.line(
                [at(dx - reach_x, -reach_y), at(dx + reach_x, reach_y)], mix(m.ink, m.wall, 0.45), 2
            )
        c.disc(*at(dx, 0), 13 * k, m.ink)
    seat, crank, head = at(90, -190), at(140, -6), at(290, -200)
    c.line([at(0, 0), seat, crank, at(0, 0)], tone, 14 * k)
    c.line([seat, head, crank], tone, 14 * k)
    c.line([at(330, 0), head, at(278, -250), at(240, -262)], tone, 14 * k)
    c.line([seat, at(82, -226)], m.ink, 12 * k)
    c.rect(x + 36 * k, y - 244 * k, 92 * k, 22 * k, m.ink, 10)
    c.disc(*crank, 26 * k, m.ink)
    c.rect(x + 300 * k, y - 252 * k, 120 * k, 84 * k, mix(m.roof, m.sun, 0.5), 8)
