"""Scenes of streets, shops and works."""

from random import Random

from newsletter.demo.pictures import shapes as s
from newsletter.demo.pictures.canvas import WIDTH, Canvas, mix
from newsletter.demo.pictures.moods import Mood


def terraces(c: Canvas, m: Mood, rng: Random) -> None:
    """Painted houses stepping up a hill."""
    s.cloud(c, 200, 160, 110, m.glow)
    s.birds(c, rng, 480, 260, 4, m.ink)
    tones = ["#E6B7A9", "#F3D58B", "#A9C8D8", "#B5D9BE", m.wall, "#D8C3E8"]
    for row, (y, size) in enumerate(((480, 112), (640, 150), (860, 214))):
        c.poly([(0, y + 30), (1600, y - 70), (1600, 900), (0, 900)], mix(m.far, m.mid, 0.3 * row))
        x, k = -40.0 - 30 * row, row
        while x < 1600:
            w = size * rng.uniform(0.85, 1.1)
            ground = y + 24 - (x + w / 2) * 0.0625
            s.house(
                c,
                m,
                rng,
                x,
                ground + 18,
                w,
                size * rng.uniform(0.9, 1.35),
                tones[k % 6],
                mix(m.roof, m.ink, 0.1 * (k % 4)),
            )
            x, k = x + w, k + 1
    c.poly([(0, 886), (1600, 786), (1600, 900), (0, 900)], m.near)


def ropeworks(c: Canvas, m: Mood, rng: Random) -> None:
    """A long brick mill with a saw-tooth roof and a chimney."""
    s.sun(c, m, 360, 250, 80)
    brick = mix(m.roof, m.wall, 0.12)
    c.poly([(1290, 640), (1306, 90), (1384, 90), (1400, 640)], mix(brick, m.ink, 0.16))
    c.rect(1296, 80, 98, 26, m.wall, 4)
    c.rect(120, 380, 1120, 280, brick)
    for k in range(7):
        x = 120 + k * 160
        c.poly([(x, 384), (x, 280), (x + 160, 384)], mix(brick, m.ink, 0.3))
        c.poly([(x, 384), (x, 298), (x + 60, 384)], mix(m.water, m.foam, 0.4))
    for k in range(9):
        x = 156 + k * 120
        c.rect(x, 430, 76, 120, mix(m.ink, brick, 0.2), 4)
        c.wedge(x + 38, 434, 38, 180, 360, mix(m.ink, brick, 0.2))
        c.rect(x + 8, 440, 26, 46, m.light if k % 3 else m.foam)
        c.rect(x + 42, 440, 26, 46, m.light if k % 4 else m.foam)
        c.rect(x + 8, 494, 60, 46, m.foam if k % 2 else m.light)
    c.rect(0, 656, WIDTH, 244, m.water)
    c.rect(0, 640, WIDTH, 34, mix(m.wall, m.mid, 0.4))
    for i in range(14):
        c.rect(
            rng.uniform(0, 1300),
            700 + i * 14,
            rng.uniform(140, 340),
            6,
            mix(m.water, brick, 0.4),
            4,
        )
    c.line([(980, 656), (980, 190), (700, 230)], m.sun, 12)
    c.line([(740, 226), (740, 300)], m.ink, 4)


def bakery(c: Canvas, m: Mood, rng: Random) -> None:
    """A shop front with a striped awning and loaves in the window."""
    c.rect(0, 0, WIDTH, 760, mix(m.wall, m.roof, 0.3))
    for x in (170, 700, 1230):
        c.rect(x, 30, 200, 170, m.wall, 6)
        c.rect(x + 16, 46, 168, 140, mix(m.water, m.foam, 0.3), 4)
        c.rect(x + 96, 46, 8, 140, m.wall)
    c.rect(90, 250, 1420, 500, m.near)
    c.rect(140, 250, 1320, 74, m.ink, 4)
    for k in range(9):
        loaf = 240 + k * 140
        c.oval(loaf, 288, 32, 15, m.sun)
    c.rect(170, 400, 820, 300, m.glow, 6)
    c.rect(1080, 390, 280, 370, mix(m.near, m.ink, 0.3), 6)
    c.rect(1116, 424, 208, 180, m.glow, 6)
    c.disc(1330, 640, 12, m.sun)
    for row, y in enumerate((540, 684)):
        c.rect(190, y, 780, 14, mix(m.roof, m.sun, 0.4))
        for k in range(5 + row):
            x, tone = 250 + k * (150 - 22 * row), mix("#8A5300", m.sun, rng.uniform(0.3, 0.7))
            c.oval(x, y - 30, 62, 32, tone)
            for j in (-24, 0, 24):
                c.line([(x + j - 8, y - 20), (x + j + 8, y - 48)], mix(tone, m.wall, 0.6), 6)
    for k in range(16):
        x, tone = 120 + k * 85, m.accent if k % 2 else m.wall
        c.rect(x, 316, 85, 70, tone)
        c.wedge(x + 42.5, 384, 42.5, 0, 180, tone)
    c.rect(0, 756, WIDTH, 144, mix(m.wall, m.mid, 0.5))
    c.rect(0, 748, WIDTH, 16, mix(m.wall, m.ink, 0.3))


def postbox(c: Canvas, m: Mood, rng: Random) -> None:
    """A red pillar box at a corner in drizzle."""
    s.terrace(
        c,
        m,
        rng,
        640,
        700,
        [250, 230, 270, 260],
        [360, 300, 400],
        [m.wall, mix(m.wall, m.far, 0.6)],
    )
    s.hills(c, rng, 640, 120, m.far, 3)
    s.terrace(
        c,
        m,
        rng,
        760,
        720,
        [240, 260, 250, 240],
        [330, 280, 370],
        [mix(m.wall, m.far, 0.5), m.wall],
    )
    c.rect(0, 716, WIDTH, 184, m.mid)
    c.rect(0, 716, WIDTH, 16, m.glow)
    c.oval(420, 800, 210, 26, mix(m.mid, m.ink, 0.3))
    c.rect(280, 270, 280, 520, m.accent, 16)
    c.rect(480, 290, 80, 480, mix(m.accent, m.ink, 0.2), 8)
    c.rect(256, 236, 328, 56, m.accent, 24)
    c.wedge(420, 246, 150, 180, 360, m.accent)
    c.rect(256, 740, 328, 60, m.ink, 8)
    c.rect(330, 350, 170, 24, m.ink, 8)
    c.rect(336, 430, 150, 120, m.wall, 6)
    for k in range(4):
        c.rect(354, 452 + k * 24, 114 - 18 * (k % 2), 8, m.mid, 4)
    for _ in range(60):
        x, y = rng.uniform(0, 1600), rng.uniform(0, 860)
        c.line([(x, y), (x - 12, y + 40)], mix(m.sky, "#FFFFFF", 0.6), 3)


def market_roof(c: Canvas, m: Mood, rng: Random) -> None:
    """Solar panels on the market hall, the town below."""
    s.sun(c, m, 1220, 180, 100)
    s.hills(c, rng, 380, 100, m.far, 3)
    s.terrace(
        c,
        m,
        rng,
        -10,
        470,
        [110, 96, 120, 104, 98, 116, 110, 100, 120, 96, 112, 110, 104, 116, 110],
        [90, 120, 76],
        [m.wall, mix(m.wall, m.roof, 0.3), mix(m.wall, m.sun, 0.3)],
    )
    c.poly([(0, 470), (1600, 430), (1600, 900), (0, 900)], mix(m.roof, m.ink, 0.25))
    for row in range(3):
        for k in range(6):
            panel(c, 40 + k * 262 - row * 40, 508 + row * 128, bright=(row + k) % 4 == 0)


def panel(c: Canvas, x: float, y: float, *, bright: bool) -> None:
    """A solar panel leaning right; a `bright` one has a stripe of reflected sky."""
    lean, w, tall = 34, 226, 110

    def at(share: float, down: float) -> tuple[float, float]:
        px = x + w * share
        return px + lean * (1 - down), y + tall * down - px * 0.02

    c.poly([at(0, 0), at(1, 0), at(1, 1), at(0, 1)], "#14507A")
    if bright:
        c.poly([at(0.13, 0), at(0.37, 0), at(0.27, 1), at(0.03, 1)], "#3D7FAE")
    for j in range(1, 4):
        c.line([at(j / 4, 0), at(j / 4, 1)], "#6E9ABB", 3)
    c.line([at(0, 0.5), at(1, 0.5)], "#6E9ABB", 3)
