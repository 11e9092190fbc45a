"""Scenes of the river, the marsh and what lies under water."""

from math import cos, radians, sin
from random import Random

from newsletter.demo.pictures import shapes as s
from newsletter.demo.pictures.canvas import HEIGHT, WIDTH, Canvas, mix
from newsletter.demo.pictures.moods import Mood


def beaver_dam(c: Canvas, m: Mood, rng: Random) -> None:
    """A dam of branches across a still river."""
    s.sun(c, m, 1230, 180, 70)
    s.hills(c, rng, 470, 150, m.far, 2)
    for x in range(20, 1600, 74):
        s.pine(
            c,
            x,
            480 + rng.uniform(-20, 20),
            rng.uniform(130, 230),
            mix(m.mid, m.near, rng.random()),
        )
    c.rect(0, 470, WIDTH, 430, m.water)
    for i in range(9):
        c.rect(rng.uniform(0, 1300), 500 + i * 16, rng.uniform(120, 300), 5, m.foam, 4)
    branch = mix(m.near, "#8A5300", 0.7)
    c.poly(
        [(0, 720), (300, 620), (800, 590), (1300, 625), (1600, 730), (1600, 800), (0, 800)],
        mix(branch, m.ink, 0.35),
    )
    for _ in range(90):
        at, deep = rng.uniform(20, 1580), rng.uniform(0, 1)
        base = 620 + abs(at - 800) * 0.1 + deep * 130
        run, rise = rng.uniform(60, 130), rng.uniform(-50, 50)
        tone = rng.choice((branch, mix(branch, m.sun, 0.3), mix(branch, m.ink, 0.2)))
        c.line([(at - run, base + rise), (at + run, base - rise)], tone, rng.uniform(9, 17))
    c.rect(0, 800, WIDTH, 100, mix(m.water, m.near, 0.35))
    c.oval(1080, 556, 74, 30, m.ink)
    c.disc(1140, 540, 28, m.ink)
    c.disc(1128, 514, 9, m.ink)
    c.rect(980, 572, 240, 6, m.foam, 4)
    s.reeds(c, rng, 0, 260, 900, 260, m.near)
    s.reeds(c, rng, 1400, 200, 900, 300, m.near)


def marsh(c: Canvas, m: Mood, rng: Random) -> None:
    """A tidal creek winding through salt marsh to the sea, with a wader."""
    s.sun(c, m, 380, 250, 64)
    c.rect(0, 400, WIDTH, 60, m.water)
    c.rect(0, 450, WIDTH, 450, m.mid)
    for i in range(22):
        c.rect(
            rng.uniform(-60, 1500),
            470 + i * 18,
            rng.uniform(160, 460),
            12,
            mix(m.mid, rng.choice((m.near, m.sun, m.far)), 0.32),
            8,
        )
    left = [(900, 455), (760, 500), (1010, 560), (620, 650), (520, 760), (700, 900)]
    right = [(1180, 900), (960, 770), (1060, 665), (1260, 570), (900, 505), (960, 455)]
    c.poly([*left, *right], m.water)
    for x, y, w in (
        (800, 480, 90),
        (980, 560, 130),
        (760, 680, 200),
        (760, 780, 190),
        (860, 850, 220),
    ):
        c.rect(x, y, w, 7, m.foam, 4)
    s.reeds(c, rng, 0, 420, 900, 240, m.near)
    s.reeds(c, rng, 1220, 400, 900, 320, m.near)
    c.line([(1108, 770), (1108, 640)], m.accent, 7)
    c.line([(1132, 770), (1132, 640)], m.accent, 7)
    c.oval(1124, 610, 74, 40, m.wall)
    c.poly([(1050, 596), (1190, 590), (1206, 626), (1090, 640)], m.ink)
    c.line([(1072, 596), (1046, 540), (1050, 510)], m.wall, 20)
    c.disc(1046, 506, 22, m.ink)
    c.line([(1030, 508), (950, 522)], m.accent, 8)


def anchor(c: Canvas, m: Mood, rng: Random) -> None:
    """An old anchor deep in the mud, light falling from above."""
    for x, w in ((260, 120), (560, 200), (980, 150), (1280, 90)):
        c.poly(
            [(x, 0), (x + w, 0), (x + w * 2.1 - 260, 780), (x - 330, 780)], mix(m.sky, m.glow, 0.4)
        )
    c.poly(
        [
            (0, 700),
            (300, 640),
            (620, 700),
            (980, 650),
            (1320, 690),
            (1600, 630),
            (1600, 900),
            (0, 900),
        ],
        m.mid,
    )
    iron = mix(m.ink, m.roof, 0.35)
    c.line([(760, 210), (880, 720)], iron, 44)
    c.arc(750, 160, 48, 0, 360, iron, 22)
    c.line([(610, 310), (950, 232)], iron, 32)
    c.disc(610, 310, 26, iron)
    c.disc(950, 232, 26, iron)
    c.arc(836, 520, 250, 20, 158, iron, 46)
    c.poly([(1030, 560), (1130, 640), (1090, 470)], iron)
    c.poly([(650, 640), (560, 690), (580, 530)], iron)
    c.poly(
        [(0, 800), (360, 715), (760, 780), (1100, 722), (1600, 800), (1600, 900), (0, 900)], m.near
    )
    for x, y in ((820, 470), (842, 560), (760, 270), (700, 288)):
        c.disc(x, y, 11, mix(iron, m.accent, 0.6))
    for i, x in enumerate((200, 290, 1330, 1420, 1490)):
        sway = 26 if i % 2 else -26
        c.line([(x, 850), (x + sway, 700), (x - sway, 580), (x, 470 + 30 * i)], m.water, 17)
    for _ in range(16):
        c.disc(rng.uniform(980, 1260), rng.uniform(60, 560), rng.uniform(4, 12), m.foam)


def oysters(c: Canvas, m: Mood, rng: Random) -> None:
    """A reef of shells with small fish above it."""
    c.rect(0, 0, WIDTH, 150, m.glow)
    c.rect(0, 150, WIDTH, 190, mix(m.glow, m.sky, 0.5))
    for row in range(6):
        y = 560 + row * 64
        for k in range(16):
            x = k * 108 + (54 if row % 2 else 0) + rng.uniform(-18, 18)
            lift = 90 * max(0, 1 - abs(x - 840) / 700)
            tone = rng.choice(
                (m.wall, m.foam, mix(m.wall, m.mid, 0.3), mix(m.wall, m.accent, 0.22))
            )
            shell(c, x, y - lift, rng.uniform(56, 76), rng.uniform(-30, 30), tone, m.near)
    for i in range(11):
        fish_x, fish_y, size = 240 + i * 105, 250 + 70 * ((i * 7) % 4), 0.8 + 0.1 * (i % 4)
        tone = m.accent if i % 3 else m.light
        c.oval(fish_x, fish_y, 36 * size, 16 * size, tone)
        c.poly(
            [
                (fish_x - 26 * size, fish_y),
                (fish_x - 58 * size, fish_y - 18 * size),
                (fish_x - 58 * size, fish_y + 18 * size),
            ],
            tone,
        )
    for x, h in ((90, 330), (150, 250), (1480, 380), (1540, 260)):
        c.line([(x, 900), (x + 30, 900 - h * 0.5), (x - 10, 900 - h)], m.near, 20)


def shell(c: Canvas, x: float, y: float, r: float, turn: float, fill: str, edge: str) -> None:
    """One fan-shaped shell with ribs."""
    c.wedge(x, y + r * 0.5, r, 200 + turn, 340 + turn, fill)

    for k in range(1, 5):
        a = radians(200 + turn + 28 * k)
        c.line(
            [(x, y + r * 0.5), (x + r * 0.93 * cos(a), y + r * 0.5 + r * 0.93 * sin(a))],
            mix(fill, edge, 0.35),
            3,
        )


def outfall(c: Canvas, m: Mood, rng: Random) -> None:
    """A pipe in a brick bank pouring into the river."""
    c.rect(0, 0, WIDTH, 130, m.sky)
    c.rect(0, 120, WIDTH, 470, mix(m.roof, m.wall, 0.28))
    for row in range(12):
        for k in range(15):
            x = k * 116 - (58 if row % 2 else 0)
            c.rect(
                x + 3,
                130 + row * 40,
                108,
                33,
                mix(m.roof, rng.choice((m.wall, m.ink, m.accent)), rng.uniform(0.08, 0.3)),
                4,
            )
    c.rect(0, 104, WIDTH, 34, m.wall, 4)
    c.disc(1010, 380, 176, m.wall)
    c.disc(1010, 380, 138, m.ink)
    c.wedge(1010, 380, 138, 20, 160, mix(m.water, m.foam, 0.3))
    c.poly([(880, 427), (1140, 427), (1190, 660), (830, 660)], mix(m.water, m.foam, 0.3))
    for x in (900, 960, 1020, 1080, 1130):
        c.line([(x, 440), (x + (x - 1010) * 0.3, 640)], m.foam, 8)
    c.rect(0, 600, WIDTH, 300, m.water)
    for r in (320, 240, 160):
        c.oval(1010, 668, r, r * 0.2, mix(m.water, m.foam, 0.7 - r / 600))
    for i in range(14):
        c.rect(
            rng.uniform(-40, 1400),
            720 + i * 13,
            rng.uniform(90, 280),
            5,
            mix(m.water, m.foam, 0.4),
            4,
        )
    s.reeds(c, rng, 60, 360, HEIGHT, 330, m.near)
    s.reeds(c, rng, 1440, 160, HEIGHT, 240, m.near)
