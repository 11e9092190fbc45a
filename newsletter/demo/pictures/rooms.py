"""Scenes of rooms where people meet: a game, a choir, a stage, a warm window."""

from random import Random

from newsletter.demo.pictures import shapes as s
from newsletter.demo.pictures.canvas import HEIGHT, WIDTH, Canvas, mix
from newsletter.demo.pictures.moods import Mood


def chess(c: Canvas, m: Mood, rng: Random) -> None:
    """A chessboard by a window, mid-game."""
    c.rect(0, 0, WIDTH, 480, m.wall)
    c.rect(880, 0, 520, 420, m.sky)
    s.cloud(c, 950, 200, 110, m.glow)
    c.rect(1130, 0, 18, 420, m.wall)
    c.rect(850, 416, 580, 26, mix(m.wall, m.mid, 0.4), 4)
    c.rect(0, 480, WIDTH, 420, mix("#8A5300", m.wall, 0.4))
    board = [(360, 520), (1240, 520), (1500, 880), (100, 880)]
    c.poly([(340, 508), (1260, 508), (1540, 896), (60, 896)], m.ink)
    c.poly(board, mix(m.wall, "#8A5300", 0.22))
    edges = [
        (360 - 260 * t, 520 + 360 * t, 880 + 520 * t) for t in ((k / 8) ** 1.25 for k in range(9))
    ]
    for row in range(8):
        (x0, y0, w0), (x1, y1, w1) = edges[row], edges[row + 1]
        for k in range(8):
            if (row + k) % 2:
                c.poly(
                    [
                        (x0 + w0 * k / 8, y0),
                        (x0 + w0 * (k + 1) / 8, y0),
                        (x1 + w1 * (k + 1) / 8, y1),
                        (x1 + w1 * k / 8, y1),
                    ],
                    "#2F78A8",
                )
    places = (
        (470, 570, 0.7, m.ink, 0),
        (640, 560, 0.7, m.ink, 1),
        (860, 566, 0.7, m.ink, 2),
        (1110, 590, 0.75, m.ink, 0),
        (760, 690, 1.0, m.accent, 2),
        (480, 760, 1.15, m.glow, 1),
        (1030, 745, 1.1, m.glow, 0),
        (1270, 830, 1.3, m.glow, 0),
        (270, 850, 1.35, m.glow, 2),
    )
    for x, y, size, tone, kind in places:
        piece(c, m, x, y, size, tone, kind)


def piece(c: Canvas, m: Mood, x: float, y: float, k: float, tone: str, kind: int) -> None:
    """A pawn (0), rook (1) or queen (2); `y` is the board."""
    shade, tall = mix(tone, m.mid, 0.35), 150 + 50 * (kind == 2)
    c.oval(x, y, 62 * k, 18 * k, shade)
    c.rect(x - 54 * k, y - 26 * k, 108 * k, 28 * k, tone, 10 * k)
    neck = y - tall * 0.75 * k
    c.poly(
        [
            (x - 40 * k, y - 20 * k),
            (x - 18 * k, neck),
            (x + 18 * k, neck),
            (x + 40 * k, y - 20 * k),
        ],
        tone,
    )
    c.poly(
        [(x + 4 * k, neck), (x + 18 * k, neck), (x + 40 * k, y - 20 * k), (x + 14 * k, y - 20 * k)],
        shade,
    )
    if kind == 0:
        c.disc(x, y - tall * 0.86 * k, 36 * k, tone)
    elif kind == 1:
        c.rect(x - 42 * k, y - tall * k, 84 * k, 52 * k, tone)
        for j in (-42, -10, 22):
            c.rect(x + j * k, y - (tall + 20) * k, 20 * k, 24 * k, tone)
    else:
        crown = ((-46, 230), (-20, 172), (0, 244), (20, 172), (46, 230), (26, 140), (-26, 140))
        c.poly([(x + dx * k, y - dy * k) for dx, dy in crown], tone)
        c.disc(x, y - (tall + 46) * k, 11 * k, m.sun)


def choir(c: Canvas, m: Mood, rng: Random) -> None:
    """A piano and music stands in a hall with tall windows."""
    c.rect(0, 0, WIDTH, 660, mix(m.wall, m.far, 0.35))
    for x in (140, 480, 820, 1160):
        c.rect(x, 150, 200, 420, m.glow)
        c.wedge(x + 100, 152, 100, 180, 360, m.glow)
        c.rect(x + 96, 60, 8, 510, m.wall)
        c.rect(x, 330, 200, 8, m.wall)
        c.poly([(x, 570), (x + 200, 570), (x + 60, 900), (x - 240, 900)], mix(m.mid, m.glow, 0.2))
    c.rect(0, 640, WIDTH, 260, mix("#8A5300", m.wall, 0.35))
    for x in (140, 480, 820, 1160):
        c.poly(
            [(x, 660), (x + 200, 660), (x + 20, 900), (x - 260, 900)], mix("#8A5300", m.wall, 0.6)
        )
    c.poly([(1010, 470), (1500, 470), (1540, 560), (1010, 560)], m.ink)
    c.rect(990, 550, 560, 60, m.ink, 8)
    c.rect(1000, 552, 300, 22, m.wall)
    for k in range(14):
        c.rect(1008 + k * 21, 552, 9, 14, m.ink)
    c.poly([(1080, 470), (1520, 470), (1570, 240), (1240, 300)], mix(m.ink, m.near, 0.4))
    for x in (1020, 1250, 1510):
        c.rect(x, 606, 18, 170, m.ink)
    for x, y, size in ((220, 700, 0.9), (470, 740, 1.05), (740, 780, 1.2)):
        music_stand(c, m, x, y, size)


def music_stand(c: Canvas, m: Mood, x: float, y: float, k: float) -> None:
    """A stand with a sheet of music; `y` is the floor."""
    c.line([(x, y), (x, y - 220 * k)], m.ink, 9)
    c.line([(x - 60 * k, y + 20 * k), (x, y - 30), (x + 60 * k, y + 20 * k)], m.ink, 9)
    desk = ((-90, -190), (90, -190), (110, -320), (-70, -320))
    sheet = ((-62, -206), (70, -206), (86, -306), (-46, -306))
    c.poly([(x + dx * k, y + dy * k) for dx, dy in desk], m.accent)
    c.poly([(x + dx * k, y + dy * k) for dx, dy in sheet], "#FFFFFF")


def warm_room(c: Canvas, m: Mood, rng: Random) -> None:
    """A window at night with a lamp, a pot of tea and snow outside."""
    c.rect(0, 0, WIDTH, HEIGHT, mix(m.accent, "#8A5300", 0.5))
    for x in range(40, 1600, 120):
        for y in range(40, 700, 120):
            c.disc(x + (60 if (y // 120) % 2 else 0), y, 9, mix(m.accent, m.sun, 0.4))
    c.rect(500, 70, 720, 560, "#FDF1DF", 8)
    c.rect(524, 94, 672, 512, m.sky)
    s.hills(c, rng, 700, 0, m.sky)
    c.poly([(524, 606), (524, 470), (700, 430), (960, 500), (1196, 440), (1196, 606)], "#DCE8F1")
    for x, h in ((600, 130), (680, 170), (1090, 150), (1150, 110)):
        s.pine(c, x, 510, h, m.mid)
    for _ in range(46):
        c.disc(rng.uniform(530, 1190), rng.uniform(100, 600), rng.uniform(3, 7), "#FFFFFF")
    c.rect(850, 94, 20, 512, "#FDF1DF")
    c.rect(524, 330, 672, 18, "#FDF1DF")
    c.rect(0, 640, WIDTH, 260, mix("#8A5300", "#15202B", 0.35))
    c.rect(0, 626, WIDTH, 34, mix("#8A5300", "#FDF1DF", 0.35))
    for r, share in ((330, 0.16), (230, 0.34)):
        c.disc(270, 330, r, mix(mix(m.accent, "#8A5300", 0.5), m.light, share))
    c.poly([(150, 400), (210, 240), (330, 240), (390, 400)], m.light)
    c.rect(260, 400, 20, 220, m.ink)
    c.rect(200, 610, 140, 20, m.ink, 8)
    c.oval(1000, 600, 96, 74, "#14507A")
    c.line([(1080, 590), (1150, 540)], "#14507A", 24)
    c.arc(906, 596, 44, 90, 270, "#14507A", 16)
    c.rect(964, 514, 72, 20, "#14507A", 8)
    for x in (1240, 1370):
        c.rect(x, 568, 84, 84, "#FDF1DF", 16)
        c.arc(x + 88, 606, 24, 270, 450, "#FDF1DF", 11)


def theatre(c: Canvas, m: Mood, rng: Random) -> None:
    """A stage seen from the stalls, curtain half drawn."""
    c.rect(0, 0, WIDTH, HEIGHT, m.near)
    c.rect(250, 110, 1100, 540, m.far)
    c.disc(980, 300, 110, m.sun)
    c.poly([(250, 650), (520, 420), (760, 560), (1040, 400), (1350, 650)], m.mid)
    c.poly([(800, 0), (620, 640), (1110, 640)], mix(m.far, m.glow, 0.4))
    c.oval(865, 640, 245, 34, m.glow)
    s.sailboat(c, 865, 630, 96, m.ink, m.accent, m.sun)
    for side in (0, 1):
        for k in range(5):
            x = 250 + k * 62 if not side else 1350 - (k + 1) * 62
            tone = mix(m.accent, m.ink, 0.12 + 0.14 * (k % 2))
            c.rect(x, 90, 64, 560 - 34 * k, tone, 18)
    c.rect(190, 40, 1220, 76, mix(m.accent, m.ink, 0.2))
    for k in range(11):
        c.wedge(245 + k * 111, 112, 56, 0, 180, mix(m.accent, m.ink, 0.1 + 0.12 * (k % 2)))
    for x in (170, 1360):
        c.rect(x, 20, 70, 650, m.sun, 6)
        c.rect(x + 24, 20, 8, 650, mix(m.sun, m.ink, 0.3))
    c.rect(120, 650, 1360, 44, mix("#8A5300", m.wall, 0.3), 4)
    for row in range(3):
        for k in range(13):
            x = k * 134 - 60 + (67 if row % 2 else 0)
            c.rect(x, 716 + row * 66, 112, 120, mix(m.roof, m.ink, 0.14 + 0.16 * row), 34)
