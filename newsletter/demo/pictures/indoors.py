"""Scenes of shelves and worktops indoors."""

from random import Random

from newsletter.demo.pictures.canvas import HEIGHT, WIDTH, Canvas, mix
from newsletter.demo.pictures.moods import Mood


def library(c: Canvas, m: Mood, rng: Random) -> None:
    """Shelves of books with a tent, a drill and a telescope among them."""
    wood = mix("#8A5300", m.wall, 0.45)
    c.rect(0, 0, WIDTH, HEIGHT, mix(wood, m.ink, 0.25))
    tones = (m.accent, "#14507A", m.sun, "#1C6A43", m.wall, "#6B3FA0", "#C9806A", "#6E9ABB")
    for row in range(4):
        y = 20 + row * 222
        c.rect(0, y, WIDTH, 190, mix(wood, m.ink, 0.5))
        x = 16.0
        while x < 1590:
            w, h = rng.uniform(22, 50), rng.uniform(118, 172)
            if not (row == 1 and 900 < x < 1290) and not (row == 2 and 240 < x < 620):
                tone = rng.choice(tones)
                c.rect(x, y + 190 - h, w - 4, h, tone, 3)
                c.rect(x, y + 190 - h * 0.8, w - 4, 9, mix(tone, m.ink, 0.3))
            x += w
        c.rect(0, y + 190, WIDTH, 32, wood)
    c.line([(1100, 330), (1040, 432)], m.wall, 10)
    c.line([(1100, 330), (1160, 432)], m.wall, 10)
    c.line([(990, 380), (1210, 284)], m.sun, 46)
    c.line([(1190, 292), (1236, 272)], m.wall, 58)
    c.rect(300, 520, 150, 60, m.roof, 16)
    c.rect(440, 534, 70, 26, m.wall, 6)
    c.line([(510, 547), (570, 547)], m.foam, 9)
    c.poly([(316, 570), (372, 570), (392, 654), (330, 654)], m.roof)


def fish_market(c: Canvas, m: Mood, rng: Random) -> None:
    """Boxes of fish on ice under hanging lamps."""
    c.rect(0, 0, WIDTH, 420, m.near)
    for x in range(0, 1600, 130):
        c.rect(x, 0, 8, 420, mix(m.near, m.ink, 0.3))
    for x in (260, 800, 1340):
        c.line([(x, 0), (x, 120)], m.ink, 6)
        c.poly(
            [(x - 40, 190), (x + 40, 190), (x + 330, 520), (x - 330, 520)],
            mix(m.near, m.light, 0.14),
        )
        c.poly([(x - 90, 190), (x - 36, 116), (x + 36, 116), (x + 90, 190)], m.accent)
        c.wedge(x, 190, 36, 0, 180, m.light)
    c.rect(0, 420, WIDTH, 480, mix(m.water, m.near, 0.4))
    for row, (y, h) in enumerate(((440, 120), (590, 150), (770, 190))):
        for k in range(4):
            w = 380 + row * 40
            x = -70 - row * 60 + k * (w + 30)
            c.rect(x, y, w, h, m.wall, 8)
            c.rect(x + 16, y + 12, w - 32, h - 30, m.foam, 6)
            for j in range(4):
                fy = y + 28 + j * (h - 44) / 4
                tone = mix(
                    (m.water, m.mid, m.accent, m.ink)[(row + k) % 4], "#FFFFFF", 0.15 * (j % 2)
                )
                fx = x + w / 2 + (16 if j % 2 else -16)
                c.oval(fx, fy, w * 0.3, h * 0.085, tone)
                c.poly(
                    [
                        (fx + w * 0.26, fy),
                        (fx + w * 0.36, fy - h * 0.09),
                        (fx + w * 0.36, fy + h * 0.09),
                    ],
                    tone,
                )
                c.disc(fx - w * 0.24, fy - 3, 4, m.ink)


def lab_bench(c: Canvas, m: Mood, rng: Random) -> None:
    """Flasks, a microscope and a tray of mussel shells."""
    c.rect(0, 0, WIDTH, 620, m.glow)
    for row in range(2):
        y = 190 + row * 190
        c.rect(70, y, 620, 14, m.mid, 4)
        for k in range(7):
            tone = (m.water, m.sun, m.accent, m.near, m.far)[(k + 2 * row) % 5]
            h = 70 + 16 * ((k * 3) % 4)
            c.rect(96 + k * 84, y - h, 52, h, mix(tone, "#FFFFFF", 0.25), 8)
            c.rect(104 + k * 84, y - h - 14, 36, 16, m.ink, 4)
    c.rect(0, 640, WIDTH, 260, m.wall)
    c.rect(0, 620, WIDTH, 34, m.near)
    flask(c, m, 320, 620, 150, m.water)
    flask(c, m, 560, 620, 110, m.accent)
    c.rect(700, 470, 46, 150, mix(m.sun, "#FFFFFF", 0.2), 12)
    c.rect(760, 520, 46, 100, mix(m.near, "#FFFFFF", 0.4), 12)
    c.rect(960, 590, 290, 32, m.ink, 8)
    c.arc(1090, 420, 150, 280, 440, m.ink, 36)
    c.line([(1040, 190), (1130, 440)], m.ink, 62)
    c.line([(1016, 130), (1044, 206)], mix(m.ink, m.mid, 0.4), 46)
    c.rect(1080, 510, 150, 20, m.mid, 4)
    c.line([(1130, 440), (1146, 490)], mix(m.ink, m.mid, 0.4), 30)
    for k in range(9):
        x, y = 900 + (k % 5) * 118, 736 + (k // 5) * 70
        c.oval(x, y, 50, 24, "#2F3F66")
        c.oval(x - 8, y - 6, 32, 12, "#6C6FB0")
    c.rect(180, 700, 480, 130, mix(m.wall, m.mid, 0.25), 8)
    for k in range(4):
        c.rect(210 + k * 110, 722, 88, 86, mix(m.mid, "#FFFFFF", 0.1 + 0.16 * k), 4)


def flask(c: Canvas, m: Mood, x: float, y: float, size: float, tone: str) -> None:
    """A conical flask half full; `y` is the bench."""
    glass = mix(m.glow, m.water, 0.25)
    c.poly(
        [
            (x - size * 0.18, y - size * 1.5),
            (x + size * 0.18, y - size * 1.5),
            (x + size * 0.18, y - size),
            (x + size * 0.8, y),
            (x - size * 0.8, y),
            (x - size * 0.18, y - size),
        ],
        glass,
    )
    c.poly(
        [
            (x - size * 0.44, y - size * 0.58),
            (x + size * 0.44, y - size * 0.58),
            (x + size * 0.8, y),
            (x - size * 0.8, y),
        ],
        tone,
    )
    c.rect(x - size * 0.24, y - size * 1.56, size * 0.48, size * 0.1, m.mid, 4)
    for k in range(3):
        c.disc(
            x - size * 0.2 + k * size * 0.2, y - size * (0.2 + 0.1 * (k % 2)), size * 0.06, m.foam
        )


def pool(c: Canvas, m: Mood, rng: Random) -> None:
    """Lanes of a swimming pool under a timber roof."""
    c.rect(0, 0, WIDTH, 360, m.wall)
    for k in range(9):
        x = 800 + (k - 4) * 250
        c.line([(800 + (k - 4) * 60, 300), (x, -20)], mix("#8A5300", m.wall, 0.4), 22)
    c.rect(240, 120, 1120, 190, mix(m.sky, m.glow, 0.5), 6)
    for x in range(240, 1360, 140):
        c.rect(x, 120, 10, 190, m.wall)
    c.rect(0, 310, WIDTH, 80, mix(m.wall, m.mid, 0.25))
    c.poly([(300, 390), (1300, 390), (1760, 900), (-160, 900)], m.water)
    for k in range(1, 6):
        top, bottom = 300 + k * 1000 / 6, -160 + k * 1920 / 6
        for j in range(16):
            t, u = (j / 16) ** 1.6, ((j + 0.8) / 16) ** 1.6
            c.line(
                [
                    (top + (bottom - top) * t, 390 + 510 * t),
                    (top + (bottom - top) * u, 390 + 510 * u),
                ],
                m.accent if j % 2 else m.wall,
                4 + 16 * t,
            )
    for _ in range(34):
        t = rng.random()
        c.arc(rng.uniform(200, 1400), 420 + 460 * t, 26 + 50 * t, 200, 340, m.foam, 3 + 4 * t, 0.35)
    for k in range(6):
        x = 330 + k * 172
        c.rect(x, 330, 80, 60, "#14507A", 6)
        c.rect(x + 28, 342, 24, 34, m.wall, 4)
