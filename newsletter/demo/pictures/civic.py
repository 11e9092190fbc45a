"""Scenes of what a town builds for everybody."""

from math import cos, radians, sin
from random import Random

from newsletter.demo.pictures import shapes as s
from newsletter.demo.pictures.canvas import HEIGHT, WIDTH, Canvas, mix
from newsletter.demo.pictures.moods import Mood


def clinic(c: Canvas, m: Mood, rng: Random) -> None:
    """A low clinic with a tree-lined walk in the early light."""
    s.sun(c, m, 1340, 210, 84)
    s.hills(c, rng, 520, 150, m.far, 2)
    c.rect(0, 620, WIDTH, 280, mix(m.mid, m.far, 0.35))
    c.rect(260, 330, 900, 310, m.wall)
    c.rect(230, 306, 960, 34, m.near, 4)
    c.rect(980, 210, 180, 120, m.wall)
    c.rect(1040, 226, 60, 88, m.accent, 4)
    c.rect(1026, 240, 88, 60, m.accent, 4)
    s.windows(
        c, 300, 380, 7, 2, (82, 118), (58, 82), [m.water, mix(m.water, m.foam, 0.5), m.light], rng
    )
    c.rect(900, 440, 220, 200, m.water, 4)
    c.rect(1006, 440, 8, 200, m.wall)
    c.rect(870, 410, 280, 26, m.accent, 4)
    c.poly([(900, 640), (1120, 640), (1320, 900), (640, 900)], m.wall)
    for x, size in ((120, 300), (1330, 320), (1500, 380)):
        s.tree(c, x, 720, size, m.near, m.ink)
    for x in (330, 480, 620):
        c.disc(x, 650, 42, m.near)


def clock_tower(c: Canvas, m: Mood, rng: Random) -> None:
    """The town clock close up, gulls around it."""
    s.cloud(c, 60, 240, 150, m.glow)
    s.cloud(c, 1180, 500, 160, m.glow)
    stone = mix(m.wall, m.sun, 0.14)
    c.rect(520, 250, 560, 650, stone)
    c.rect(960, 250, 120, 650, mix(stone, m.mid, 0.3))
    c.rect(480, 230, 640, 40, m.near, 4)
    c.rect(480, 760, 640, 34, mix(stone, m.mid, 0.4), 4)
    c.poly([(500, 232), (800, -60), (1100, 232)], m.near)
    c.poly([(800, -60), (1100, 232), (960, 232)], mix(m.near, m.ink, 0.3))
    c.disc(780, 510, 204, m.ink)
    c.disc(780, 510, 184, m.glow)

    for k in range(12):
        a = radians(k * 30)
        inner = 140 if k % 3 else 124
        c.line(
            [
                (780 + inner * cos(a), 510 + inner * sin(a)),
                (780 + 166 * cos(a), 510 + 166 * sin(a)),
            ],
            m.ink,
            7 if k % 3 else 13,
        )
    c.line([(780, 510), (780, 372)], m.accent, 13)
    c.line([(780, 510), (862, 574)], m.accent, 15)
    c.disc(780, 510, 18, m.accent)
    for x in (600, 720, 840):
        c.rect(x, 820, 70, 80, m.ink, 4)
    s.birds(c, rng, 330, 480, 5, m.ink)
    s.birds(c, rng, 1330, 240, 4, m.ink)


def town_hall(c: Canvas, m: Mood, rng: Random) -> None:
    """Columns, steps and a flag on the square."""
    s.sun(c, m, 270, 210, 66)
    stone = m.wall
    c.rect(240, 420, 1120, 330, stone)
    c.rect(560, 360, 480, 390, mix(stone, m.water, 0.45))
    c.poly([(530, 366), (800, 226), (1070, 366)], stone)
    c.poly([(610, 350), (800, 254), (990, 350)], mix(stone, m.far, 0.6))
    c.rect(540, 352, 520, 20, mix(stone, m.far, 0.35))
    c.rect(770, 90, 8, 140, m.ink)
    c.poly([(778, 96), (930, 120), (778, 156)], m.accent)
    for k in range(5):
        x = 580 + k * 98
        c.rect(x, 380, 46, 340, m.glow)
        c.rect(x - 8, 366, 62, 20, m.glow, 3)
        c.rect(x - 8, 712, 62, 20, m.glow, 3)
    c.rect(764, 540, 72, 190, m.near, 4)
    for x in (286, 386, 486, 1066, 1166, 1266):
        c.rect(x, 480, 52, 96, m.water, 3)
        c.rect(x, 620, 52, 90, m.water, 3)
    c.rect(220, 404, 320, 22, mix(stone, m.mid, 0.4))
    c.rect(1060, 404, 320, 22, mix(stone, m.mid, 0.4))
    for k in range(4):
        c.rect(500 - k * 40, 730 + k * 26, 600 + k * 80, 28, mix(stone, m.mid, 0.12 + 0.12 * k))
    c.rect(0, 830, WIDTH, 70, mix(m.mid, m.far, 0.5))
    for x in (120, 1480):
        s.tree(c, x, 850, 330, m.near, m.ink)


def winter_market(c: Canvas, m: Mood, rng: Random) -> None:
    """Lit stalls under strings of bulbs in the snow."""
    s.stars(c, rng, 60, 300, m.foam)
    s.terrace(
        c,
        m,
        rng,
        -30,
        560,
        [200, 180, 220, 190, 210, 200, 180, 220, 200],
        [260, 310, 230],
        [m.wall, m.mid],
    )
    c.rect(0, 556, WIDTH, 344, "#DCE8F1")
    for k in range(3):
        points = [(i * 100, 170 + 60 * k + 60 * (1 - ((i % 8) - 4) ** 2 / 16)) for i in range(17)]
        c.line(points, m.ink, 4)
        for i, (x, y) in enumerate(points):
            c.disc(x, y + 12, 12, (m.light, m.accent, m.foam)[(i + k) % 3])
    for k, tone in enumerate((m.accent, "#1C6A43", "#14507A")):
        x = 110 + k * 490
        c.rect(x + 20, 520, 380, 260, mix(m.ink, m.roof, 0.3))
        c.rect(x + 40, 530, 340, 120, m.light)
        for j in range(6):
            c.disc(x + 78 + j * 54, 640, 24, (m.accent, m.sun, "#1C6A43")[(j + k) % 3])
        c.rect(x, 650, 420, 150, mix("#8A5300", m.wall, 0.25), 4)
        for j in range(5):
            c.rect(x + 20 + j * 82, 650, 5, 150, mix("#8A5300", m.ink, 0.3))
        c.poly([(x - 24, 530), (x + 60, 420), (x + 360, 420), (x + 444, 530)], tone)
        c.poly([(x + 40, 440), (x + 60, 412), (x + 360, 412), (x + 380, 440)], "#F7FAFC")
    for _ in range(110):
        c.disc(rng.uniform(0, WIDTH), rng.uniform(0, HEIGHT), rng.uniform(2, 6), "#FFFFFF")


def school(c: Canvas, m: Mood, rng: Random) -> None:
    """A school with a bell turret and a painted yard."""
    s.cloud(c, 1160, 170, 120, m.glow)
    s.sun(c, m, 220, 190, 66)
    brick = mix(m.roof, m.wall, 0.35)
    c.rect(180, 380, 1240, 300, brick)
    c.poly([(140, 384), (250, 270), (1350, 270), (1460, 384)], m.near)
    c.rect(650, 300, 300, 380, mix(brick, m.wall, 0.3))
    c.poly([(620, 306), (800, 170), (980, 306)], m.near)
    c.rect(760, 90, 80, 90, m.wall)
    c.poly([(744, 94), (800, 40), (856, 94)], m.roof)
    c.wedge(800, 160, 26, 180, 360, m.sun)
    c.disc(800, 390, 54, m.wall)
    c.line([(800, 390), (800, 352)], m.ink, 7)
    c.line([(800, 390), (766, 390)], m.ink, 7)
    c.rect(740, 520, 120, 160, m.accent, 6)
    for x in (230, 350, 470, 1000, 1120, 1240):
        c.rect(x, 440, 90, 130, m.wall, 4)
        c.rect(x + 8, 448, 33, 114, m.water)
        c.rect(x + 49, 448, 33, 114, m.water)
    c.rect(0, 676, WIDTH, 224, mix(m.mid, m.far, 0.4))
    for k, tone in enumerate((m.sun, m.accent, m.wall, m.water, m.sun)):
        c.poly(
            [
                (700 - k * 34, 716 + k * 34),
                (860 - k * 20, 716 + k * 34),
                (850 - k * 24, 744 + k * 34),
                (672 - k * 34, 744 + k * 34),
            ],
            tone,
        )
    for x in (90, 1510):
        s.tree(c, x, 760, 340, m.near, m.ink)
