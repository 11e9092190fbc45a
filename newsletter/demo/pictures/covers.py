"""The pictures of the two newsletters."""

from random import Random

from newsletter.demo.pictures import shapes as s
from newsletter.demo.pictures.canvas import WIDTH, Canvas, mix
from newsletter.demo.pictures.moods import Mood


def morning_briefing(c: Canvas, m: Mood, rng: Random) -> None:
    """A cup and a folded paper on a sill, the daymark on its hill and first light outside."""
    s.sun(c, m, 640, 520, 120)
    s.hills(c, rng, 620, 130, m.far, 3)
    c.rect(0, 560, WIDTH, 340, m.water)
    s.glitter(c, m, rng, 640, 560, 200)
    c.poly([(980, 640), (1180, 470), (1420, 440), (1600, 470), (1600, 700), (940, 700)], m.near)
    c.rect(1312, 330, 16, 130, m.ink)
    c.poly([(1230, 400), (1320, 230), (1410, 400)], m.accent)
    c.poly([(1267, 330), (1373, 330), (1387, 356), (1253, 356)], m.wall)
    s.sailboat(c, 300, 650, 60, m.ink, m.wall, m.foam)
    c.rect(0, 700, WIDTH, 200, m.wall)
    c.rect(0, 700, WIDTH, 18, mix(m.wall, m.mid, 0.35))
    c.oval(500, 812, 170, 24, mix(m.wall, m.mid, 0.3))
    c.arc(612, 720, 52, 250, 450, m.near, 22)
    c.rect(390, 640, 220, 170, m.near, 40)
    c.rect(390, 640, 220, 60, m.near)
    c.oval(500, 642, 110, 20, mix(m.ink, m.roof, 0.4))
    for x in (450, 500, 550):
        c.line(
            [(x, 610), (x + 14, 580), (x - 10, 550), (x + 8, 520)], mix(m.sky, "#FFFFFF", 0.7), 9
        )
    c.poly([(840, 780), (1290, 760), (1340, 840), (880, 868)], mix(m.wall, m.mid, 0.18))
    c.poly([(860, 752), (1280, 736), (1320, 806), (894, 830)], "#FFFFFF")
    for k in range(4):
        c.line(
            [(920 + k * 8, 772 + k * 14), (1090 + k * 8, 766 + k * 14)], mix(m.wall, m.mid, 0.6), 5
        )
    c.poly([(1130, 762), (1250, 758), (1276, 796), (1152, 802)], m.water)


def good_news(c: Canvas, m: Mood, rng: Random) -> None:
    """A window box in full flower, hills and a wide sun behind it."""
    c.disc(800, 620, 470, mix(m.sky, m.sun, 0.3))
    c.disc(800, 620, 350, mix(m.sky, m.sun, 0.55))
    c.disc(800, 620, 240, m.sun)
    s.hills(c, rng, 720, 190, m.far, 2)
    s.hills(c, rng, 800, 130, m.mid, 3)
    for x, size in ((130, 190), (300, 150), (1330, 160), (1480, 210)):
        s.tree(c, x, 720, size, m.near, m.ink)
    s.birds(c, rng, 420, 240, 4, m.ink)
    s.reeds(c, rng, 120, 1360, 770, 150, m.near)
    tones = (m.accent, "#FFFFFF", m.sun, m.roof, "#6B3FA0")
    for k in range(17):
        at, top = 170 + k * 78 + rng.uniform(-16, 16), 560 + rng.uniform(-60, 70)
        c.line([(at, top), (at + rng.uniform(-16, 16), 770)], m.near, 9)
        flower(c, at, top, rng.uniform(30, 46), tones[k % 5], m)
    c.rect(90, 760, 1420, 140, m.roof, 12)
    c.rect(60, 744, 1480, 46, mix(m.roof, "#FFFFFF", 0.18), 12)


def flower(c: Canvas, x: float, y: float, r: float, tone: str, m: Mood) -> None:
    """A flower of five petals."""
    for dx, dy in ((0, -0.9), (0.86, -0.28), (0.53, 0.73), (-0.53, 0.73), (-0.86, -0.28)):
        c.disc(x + dx * r, y + dy * r, r * 0.62, tone)
    c.disc(x, y, r * 0.55, m.ink if tone == m.sun else m.sun)
