"""Scenes of fields, fells and gardens."""

from math import cos, radians, sin
from random import Random

from newsletter.demo.pictures import shapes as s
from newsletter.demo.pictures.canvas import HEIGHT, WIDTH, Canvas, mix
from newsletter.demo.pictures.moods import Mood


def orchard(c: Canvas, m: Mood, rng: Random) -> None:
    """Rows of apple trees, a ladder and a crate."""
    s.sun(c, m, 240, 200, 76)
    s.hills(c, rng, 480, 140, m.far, 2)
    c.rect(0, 440, WIDTH, 460, mix(m.mid, m.far, 0.3))
    for y, size, step, start in ((500, 150, 150, 40), (590, 230, 240, -30), (760, 400, 430, 190)):
        shade = mix(m.near, m.mid, (760 - y) / 420)
        c.rect(0, y - 8, WIDTH, 140, mix(m.mid, m.near, (y - 480) / 700))
        for x in range(start, 1700, step):
            s.tree(c, x, y, size, shade, mix(m.ink, m.roof, 0.4))
            for _ in range(9 if size > 200 else 0):
                px, py = rng.uniform(-0.32, 0.32), rng.uniform(-0.32, 0.32)
                c.disc(x + px * size, y - size * 0.95 + py * size, size * 0.035, "#B42A1D")
    c.line([(690, 800), (600, 400)], m.wall, 12)
    c.line([(760, 800), (630, 400)], m.wall, 12)
    for k in range(7):
        c.line([(678 - 13 * k, 750 - 58 * k), (746 - 18 * k, 750 - 58 * k)], m.wall, 8)
    for k in range(8):
        c.disc(1002 + k * 30, 760 + (k % 2) * 8, 24, "#B42A1D" if k % 3 else m.sun)
    c.rect(970, 770, 290, 90, mix(m.roof, m.sun, 0.45), 4)
    c.rect(970, 806, 290, 9, mix(m.roof, m.ink, 0.25))


def garden(c: Canvas, m: Mood, rng: Random) -> None:
    """Raised beds in rows, bean poles and a watering can."""
    c.rect(0, 300, WIDTH, 600, m.far)
    for x in range(0, 1600, 60):
        c.rect(x + 4, 210, 50, 130, m.wall, 8)
    c.rect(0, 250, WIDTH, 14, mix(m.wall, m.mid, 0.4))
    for i, y in enumerate((380, 520, 690)):
        h = 50 + i * 24
        for j in range(3):
            w = 400 + i * 50
            x = -60 + j * (w + 60) + i * 30
            c.rect(x, y, w, h, mix(m.roof, m.sun, 0.35), 4)
            c.rect(x + 14, y - 8, w - 28, 24, mix(m.ink, m.roof, 0.45), 8)
            for k in range(int(w / 62)):
                bed(c, m, rng, x + 44 + k * 60, y, 20 + i * 8, (i + j) % 3)
    for x in (1130, 1210, 1290):
        c.line([(x, 520), (x + 45, 190)], mix(m.roof, m.ink, 0.2), 8)
        c.line([(x + 90, 520), (x + 45, 190)], mix(m.roof, m.ink, 0.2), 8)
        for k in range(6):
            c.disc(x + 20 + 10 * (k % 3) + k * 3, 480 - k * 46, 20, m.near)
    c.rect(250, 716, 170, 150, m.water, 16)
    c.line([(410, 840), (520, 740)], m.water, 22)
    c.rect(490, 716, 60, 22, m.water, 6)
    c.arc(250, 780, 66, 90, 270, m.water, 18)


def bed(c: Canvas, m: Mood, rng: Random, x: float, y: float, size: float, kind: int) -> None:
    """One plant in a bed: a cabbage, a tuft of carrot tops or a flower."""
    if kind == 0:
        c.disc(x, y - size * 0.6, size, mix(m.near, m.mid, 0.5))
        c.disc(x, y - size * 0.7, size * 0.55, mix(m.mid, m.glow, 0.5))
    elif kind == 1:
        s.reeds(c, rng, x - size, size * 2, y, size * 2.6, m.near)
    else:
        c.line([(x, y), (x, y - size * 2)], m.near, 6)
        c.disc(x, y - size * 2.2, size * 0.6, m.accent)
        c.disc(x, y - size * 2.2, size * 0.25, m.sun)


def boardwalk(c: Canvas, m: Mood, rng: Random) -> None:
    """A plank path over a bog towards the fells."""
    s.cloud(c, 980, 150, 120, m.glow)
    s.fell(c, 420, 470, 760, 300, m.far, mix(m.far, m.mid, 0.5))
    s.fell(c, 1120, 470, 900, 210, mix(m.far, m.mid, 0.25), mix(m.far, m.mid, 0.6))
    c.rect(0, 460, WIDTH, 440, m.mid)
    for i in range(16):
        c.oval(
            rng.uniform(0, 1600),
            490 + i * 26,
            60 + i * 9,
            9 + i * 1.6,
            rng.choice((m.water, mix(m.mid, m.near, 0.4), mix(m.mid, m.sun, 0.3))),
        )
    for k in range(26):
        t = (k / 26) ** 1.9
        y, x, w = 478 + 430 * t, 830 - 330 * t + 190 * (t - t * t), 26 + 560 * t
        c.rect(x - w / 2, y, w, 4 + 26 * t, m.wall if k % 2 else mix(m.wall, m.mid, 0.18), 3)
    for k in range(6):
        t = (k / 6 + 0.06) ** 1.7
        y, x, w = 478 + 430 * t, 830 - 330 * t + 190 * (t - t * t), 26 + 560 * t
        c.line([(x + w / 2, y + 20 * t), (x + w / 2, y - 200 * t - 14)], m.ink, 5 + 11 * t)
    for x in range(0, 1600, 200):
        s.reeds(c, rng, x, 90, 900, rng.uniform(90, 190), m.near)


def hedgehog(c: Canvas, m: Mood, rng: Random) -> None:
    """A hedgehog at a gap under a garden fence by moonlight."""
    s.stars(c, rng, 50, 260, m.foam)
    s.sun(c, m, 1290, 170, 74)
    for x in range(-20, 1620, 104):
        top = 300 if x % 208 else 286
        c.poly(
            [(x, top + 30), (x + 47, top), (x + 94, top + 30), (x + 94, 690), (x, 690)],
            mix(m.mid, m.wall, 0.55 if (x // 104) % 2 else 0.42),
        )
    c.rect(0, 380, WIDTH, 26, mix(m.mid, m.wall, 0.25))
    c.rect(0, 560, WIDTH, 26, mix(m.mid, m.wall, 0.25))
    c.wedge(1010, 692, 128, 180, 360, m.ink)
    c.rect(0, 686, WIDTH, 214, m.near)
    s.reeds(c, rng, 0, 1600, 740, 90, mix(m.near, "#1C6A43", 0.5))
    for k in range(26):
        spike(c, 720, 720, 150, 184 + k * 6.6, mix(m.roof, "#8A5300", 0.5))
    c.wedge(720, 722, 128, 180, 360, mix("#8A5300", m.ink, 0.35))
    c.poly([(812, 722), (830, 646), (916, 712), (908, 724)], mix("#8A5300", m.wall, 0.5))
    c.disc(914, 712, 11, m.ink)
    c.disc(858, 684, 8, m.ink)
    s.reeds(c, rng, 0, 1600, 905, 150, mix(m.near, "#1C6A43", 0.75))
    for x, y in ((180, 830), (420, 850), (1220, 834), (1440, 856)):
        c.disc(x, y, 15, m.light)


def spike(c: Canvas, x: float, y: float, r: float, degrees: float, fill: str) -> None:
    """One spine, outwards from a middle."""

    a = radians(degrees)
    c.line([(x, y), (x + r * cos(a), y + r * sin(a))], fill, 13)


def snowplough(c: Canvas, m: Mood, rng: Random) -> None:
    """A plough on a white road between firs."""
    s.hills(c, rng, 430, 230, m.far, 2)
    s.hills(c, rng, 520, 170, m.mid, 3)
    for x in range(30, 1600, 110):
        s.pine(c, x, 540 + rng.uniform(-16, 16), rng.uniform(150, 260), mix(m.ink, "#1C6A43", 0.45))
    c.rect(0, 536, WIDTH, 364, m.near)
    c.poly([(0, 700), (1600, 640), (1600, 800), (0, 880)], mix(m.mid, m.ink, 0.45))
    for x in range(30, 1600, 200):
        c.line([(x, 791 - x * 0.042), (x + 90, 787 - x * 0.042)], m.near, 9)
    c.rect(560, 470, 400, 190, m.light, 10)
    c.rect(900, 400, 190, 260, m.accent, 14)
    c.poly([(960, 430), (1062, 430), (1074, 530), (960, 530)], m.glow)
    c.rect(948, 376, 60, 26, m.sun, 8)
    c.poly(
        [(1120, 520), (1210, 500), (1190, 720), (1080, 720), (1130, 640)], mix(m.ink, m.mid, 0.3)
    )
    for x in (660, 1010):
        c.disc(x, 690, 64, m.ink)
        c.disc(x, 690, 28, m.mid)
    for x, y, r in (
        (1230, 690, 60),
        (1310, 650, 46),
        (1290, 720, 70),
        (1390, 700, 40),
        (1250, 590, 26),
    ):
        c.disc(x, y, r, m.foam)
    for _ in range(120):
        c.disc(rng.uniform(0, WIDTH), rng.uniform(0, HEIGHT), rng.uniform(3, 7), "#FFFFFF")


def kites(c: Canvas, m: Mood, rng: Random) -> None:
    """Kites over a wide beach at low tide."""
    s.cloud(c, 120, 180, 110, m.glow)
    s.cloud(c, 1180, 330, 130, m.glow)
    c.rect(0, 620, WIDTH, 60, m.water)
    c.rect(0, 672, WIDTH, 228, mix(m.wall, m.sun, 0.35))
    for y in (700, 752, 820):
        c.rect(rng.uniform(0, 600), y, 620, 9, mix(m.wall, m.sun, 0.12), 5)
    tones = (m.accent, m.sun, m.water, m.near, m.roof, "#6B3FA0")
    spots = (
        (420, 210, 120),
        (720, 330, 86),
        (980, 170, 104),
        (1240, 250, 72),
        (560, 450, 62),
        (1080, 440, 70),
    )
    for i, (x, y, k) in enumerate(spots):
        foot = 780 if i % 2 else 760
        c.line([(x, y + k), (x + 110 - 34 * i, foot)], m.ink, 2.5)
        c.poly([(x, y - k), (x + k * 0.7, y), (x, y + k), (x - k * 0.7, y)], tones[i])
        c.poly([(x, y - k), (x + k * 0.7, y), (x, y)], mix(tones[i], "#FFFFFF", 0.3))
        c.poly([(x, y + k), (x - k * 0.7, y), (x, y)], mix(tones[i], m.ink, 0.18))
        for t in range(4):
            ty = y + k + 26 + t * 30
            c.poly(
                [(x + 12 * t, ty), (x + 12 * t - 17, ty - 9), (x + 12 * t - 17, ty + 9)], tones[i]
            )
            c.poly(
                [(x + 12 * t, ty), (x + 12 * t + 17, ty - 9), (x + 12 * t + 17, ty + 9)], tones[i]
            )


def allotment(c: Canvas, m: Mood, rng: Random) -> None:
    """Painted sheds and long vegetable rows."""
    s.sun(c, m, 800, 250, 90)
    s.hills(c, rng, 470, 120, m.far, 3)
    c.rect(0, 450, WIDTH, 450, mix(m.mid, m.far, 0.4))
    for i, (x, tone) in enumerate(
        ((120, m.accent), (470, m.water), (1010, m.near), (1330, m.roof))
    ):
        w, h = 190 + 16 * (i % 2), 170 - 14 * (i % 3)
        c.rect(x, 540 - h, w, h, tone)
        for k in range(1, 6):
            c.rect(x + k * w / 6, 540 - h, 4, h, mix(tone, m.ink, 0.22))
        c.poly([(x - 18, 544 - h), (x + w * 0.5, 476 - h), (x + w + 18, 544 - h)], m.ink)
        c.rect(x + w * 0.55, 540 - h * 0.72, w * 0.28, h * 0.72, m.wall, 3)
        c.rect(x + w * 0.14, 540 - h * 0.7, w * 0.26, h * 0.3, m.light, 3)
    soil = mix(m.roof, m.ink, 0.45)
    for k in range(9):
        x0, x1 = 240 + k * 140, -700 + k * 375
        c.poly([(x0, 556), (x0 + 70, 556), (x1 + 190, 900), (x1, 900)], soil)
        for t in range(9):
            f = (t / 9) ** 1.5
            x, y = x0 + 35 + (x1 + 95 - x0 - 35) * f, 562 + 338 * f
            tone = (m.near, mix(m.near, m.sun, 0.45), m.accent)[k % 3]
            c.oval(x, y, 15 + 42 * f, 11 + 30 * f, tone)


def weather_balloon(c: Canvas, m: Mood, rng: Random) -> None:
    """A pale balloon rising from an airfield in the evening."""
    s.sun(c, m, 1340, 560, 100)
    for x, y, k in ((140, 300, 130), (980, 420, 100), (420, 520, 80)):
        s.cloud(c, x, y, k, m.glow)
    s.hills(c, rng, 720, 90, m.far, 3)
    c.rect(0, 700, WIDTH, 200, m.near)
    c.poly([(500, 900), (700, 700), (760, 700), (960, 900)], m.mid)
    for y, w in ((720, 8), (760, 14), (820, 24)):
        c.rect(730 - w / 2, y, w, 26, m.wall)
    c.rect(1120, 620, 240, 90, m.wall, 4)
    c.wedge(1240, 624, 122, 180, 360, mix(m.wall, m.mid, 0.25))
    c.rect(1180, 640, 120, 70, m.mid)
    c.oval(640, 250, 150, 172, m.wall)
    c.oval(690, 230, 84, 126, mix(m.wall, "#FFFFFF", 0.6))
    c.poly([(616, 418), (664, 418), (652, 446), (628, 446)], m.roof)
    c.line([(640, 446), (648, 600)], m.ink, 4)
    c.poly([(648, 500), (624, 540), (672, 540)], m.accent)
    c.rect(626, 600, 46, 46, m.ink, 6)
