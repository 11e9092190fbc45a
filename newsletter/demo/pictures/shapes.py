"""Parts that several scenes share: skies, hills, water, houses, trees, boats."""

import math
from random import Random

from newsletter.demo.pictures.canvas import HEIGHT, WIDTH, Canvas, mix
from newsletter.demo.pictures.moods import Mood


def sun(c: Canvas, m: Mood, x: float, y: float, r: float) -> None:
    """A sun or moon with two pale rings."""
    for factor, share in ((2.5, 0.16), (1.7, 0.32)):
        c.disc(x, y, r * factor, mix(m.sky, m.sun, share))
    c.disc(x, y, r, m.sun)


def cloud(c: Canvas, x: float, y: float, size: float, fill: str) -> None:
    """A cloud of three flat bars, wide at the bottom."""
    c.rect(x, y, size * 2.4, size * 0.42, fill, size)
    c.rect(x + size * 0.4, y - size * 0.32, size * 1.3, size * 0.5, fill, size)
    c.rect(x + size * 0.8, y - size * 0.6, size * 0.7, size * 0.5, fill, size)


def stars(c: Canvas, rng: Random, count: int, below: float, fill: str) -> None:
    """Small dots between the top and `below`."""
    for _ in range(count):
        x, y = rng.uniform(0, WIDTH), rng.uniform(0, below)
        c.disc(x, y, rng.choice((1.5, 2, 2.5, 3.5)), fill)


def birds(c: Canvas, rng: Random, x: float, y: float, count: int, fill: str) -> None:
    """A loose flock of gulls seen from afar."""
    for _ in range(count):
        px, py, s = x + rng.uniform(-190, 190), y + rng.uniform(-90, 90), rng.uniform(10, 20)
        c.line([(px - s * 1.6, py - s * 0.5), (px - s * 0.6, py - s * 0.7), (px, py)], fill, 4)
        c.line([(px + s * 1.6, py - s * 0.5), (px + s * 0.6, py - s * 0.7), (px, py)], fill, 4)


def hills(c: Canvas, rng: Random, y: float, height: float, fill: str, waves: float = 2) -> None:
    """A rolling ridge from edge to edge, filled down to the bottom."""
    a, b = rng.uniform(0, math.tau), rng.uniform(0, math.tau)
    points = []
    for x in range(0, WIDTH + 20, 20):
        t = x / WIDTH * math.tau * waves / 2
        points.append(
            (x, y - height * (0.5 + 0.35 * math.sin(t + a) + 0.15 * math.sin(2.3 * t + b)))
        )
    c.poly([*points, (WIDTH, HEIGHT), (0, HEIGHT)], fill)


def fell(c: Canvas, x: float, y: float, w: float, h: float, fill: str, shade: str) -> None:
    """A mountain with a shaded side; `x` is its middle, `y` its foot."""
    top = (x + w * 0.06, y - h)
    c.poly([(x - w / 2, y), (x - w * 0.18, y - h * 0.62), top, (x + w / 2, y)], fill)
    c.poly(
        [
            top,
            (x + w * 0.02, y - h * 0.5),
            (x + w * 0.16, y - h * 0.3),
            (x + w * 0.08, y),
            (x + w / 2, y),
        ],
        shade,
    )


def sea(c: Canvas, m: Mood, rng: Random, y: float, dashes: int = 46) -> None:
    """Water from `y` down to the bottom, with flecks of light that grow towards the viewer."""
    c.rect(0, y, WIDTH, HEIGHT - y, m.water)
    c.rect(0, y, WIDTH, 10, mix(m.water, m.foam, 0.35))
    for _ in range(dashes):
        depth = rng.random()
        wy = y + 18 + (HEIGHT - y - 30) * depth
        c.rect(
            rng.uniform(-40, WIDTH),
            wy,
            30 + 130 * depth,
            3 + 5 * depth,
            mix(m.water, m.foam, 0.28),
            6,
        )


def glitter(c: Canvas, m: Mood, rng: Random, x: float, y: float, spread: float) -> None:
    """The sun's broken reflection below it."""
    for i in range(12):
        w = (spread * (0.3 + 0.06 * i)) * rng.uniform(0.5, 1)
        c.rect(x - w / 2 + rng.uniform(-18, 18), y + 22 + i * 24, w, 7, mix(m.water, m.sun, 0.6), 4)


def windows(
    c: Canvas,
    x: float,
    y: float,
    columns: int,
    rows: int,
    step: tuple[float, float],
    size: tuple[float, float],
    fills: list[str],
    rng: Random,
) -> None:
    """A grid of panes, each in one of `fills`."""
    for i in range(columns):
        for j in range(rows):
            c.rect(x + i * step[0], y + j * step[1], *size, rng.choice(fills), 3)


def house(
    c: Canvas, m: Mood, rng: Random, x: float, y: float, w: float, h: float, wall: str, roof: str
) -> None:
    """A gabled house; `y` is the ground."""
    rise = w * 0.42
    c.rect(x, y - h, w, h, wall)
    c.poly([(x - w * 0.07, y - h), (x + w / 2, y - h - rise), (x + w * 1.07, y - h)], roof)
    c.rect(x + w * 0.68, y - h - rise * 0.92, w * 0.12, rise * 0.62, roof)
    pane, rows = w * 0.17, max(1, int(h / (w * 0.52)))
    lit = [m.light, mix(wall, m.ink, 0.55), mix(wall, m.ink, 0.55)]
    for row in range(rows):
        for k in (0.18, 0.62):
            c.rect(
                x + w * k, y - h + w * (0.16 + row * 0.52), pane, pane * 1.35, rng.choice(lit), 3
            )
    c.rect(x + w * 0.4, y - w * 0.36, w * 0.2, w * 0.36, mix(roof, m.ink, 0.25), 4)


def terrace(
    c: Canvas,
    m: Mood,
    rng: Random,
    x: float,
    y: float,
    widths: list[float],
    heights: list[float],
    walls: list[str],
) -> None:
    """A row of houses that touch."""
    for i, w in enumerate(widths):
        roof = mix(m.roof, m.ink, 0.12 * (i % 3))
        house(c, m, rng, x, y, w, heights[i % len(heights)], walls[i % len(walls)], roof)
        x += w


def tree(c: Canvas, x: float, y: float, size: float, crown: str, trunk: str) -> None:
    """A round tree with a lighter side; `y` is the ground."""
    c.rect(x - size * 0.06, y - size * 0.7, size * 0.12, size * 0.7, trunk)
    c.disc(x, y - size * 0.95, size * 0.45, crown)
    c.wedge(x, y - size * 0.95, size * 0.45, 120, 300, mix(crown, "#FFFFFF", 0.13))


def pine(c: Canvas, x: float, y: float, h: float, fill: str) -> None:
    """A fir of three tiers; `y` is the ground."""
    c.rect(x - h * 0.03, y - h * 0.14, h * 0.06, h * 0.14, mix(fill, "#15202B", 0.4))
    for i, (low, wide) in enumerate(((0.1, 0.27), (0.36, 0.22), (0.6, 0.16))):
        top = min(1.0, low + 0.42)
        c.poly(
            [(x - h * wide, y - h * low), (x, y - h * top), (x + h * wide, y - h * low)],
            mix(fill, "#FFFFFF", 0.07 * i),
        )


def sailboat(c: Canvas, x: float, y: float, s: float, hull: str, sail: str, shade: str) -> None:
    """A small boat with two sails; `y` is the water."""
    c.poly(
        [(x - s, y - s * 0.28), (x + s, y - s * 0.28), (x + s * 0.7, y), (x - s * 0.75, y)], hull
    )
    c.line([(x, y - s * 0.28), (x, y - s * 2.1)], hull, s * 0.06)
    c.poly(
        [(x - s * 0.08, y - s * 2), (x - s * 0.08, y - s * 0.42), (x - s * 0.95, y - s * 0.42)],
        sail,
    )
    c.poly(
        [(x + s * 0.08, y - s * 1.8), (x + s * 0.08, y - s * 0.42), (x + s * 0.75, y - s * 0.42)],
        shade,
    )


def lamp(c: Canvas, m: Mood, x: float, y: float, h: float) -> None:
    """A street lamp with a pool of light; `y` is the pavement."""
    c.line([(x, y), (x, y - h)], m.ink, 8)
    c.rect(x - 22, y - h - 6, 44, 12, m.ink, 4)
    c.poly(
        [(x - 17, y - h + 6), (x + 17, y - h + 6), (x + 11, y - h + 42), (x - 11, y - h + 42)],
        m.light,
    )


def reeds(c: Canvas, rng: Random, x: float, w: float, y: float, h: float, fill: str) -> None:
    """Blades of grass that lean both ways."""
    for _ in range(int(w / 13)):
        px, lean = x + rng.uniform(0, w), rng.uniform(-0.25, 0.25)
        top = h * rng.uniform(0.5, 1)
        c.poly([(px - 5, y), (px + lean * top, y - top), (px + 5, y)], fill)
