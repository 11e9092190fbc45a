"""A drawing surface of 1600x900 units, drawn at twice the size and scaled down for smooth edges."""

import math
from collections.abc import Sequence
from io import BytesIO

from PIL import Image, ImageColor, ImageDraw

WIDTH, HEIGHT = 1600, 900
SCALE = 2
Point = tuple[float, float]


def mix(first: str, second: str, share: float) -> str:
    """The colour `share` (0 to 1) of the way from `first` to `second`, as "#RRGGBB"."""
    start, end = ImageColor.getrgb(first), ImageColor.getrgb(second)
    parts = (round(a + (b - a) * share) for a, b in zip(start[:3], end[:3], strict=True))
    return "#" + "".join(f"{part:02X}" for part in parts)


class Canvas:
    """Flat shapes in flat colours; y grows downwards."""

    def __init__(self, background: str) -> None:
        self._image = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE), background)
        self._draw = ImageDraw.Draw(self._image)

    def rect(self, x: float, y: float, w: float, h: float, fill: str, radius: float = 0) -> None:
        """A rectangle from its upper left corner."""
        if w <= 0 or h <= 0:
            return
        box = (x * SCALE, y * SCALE, (x + w) * SCALE - 1, (y + h) * SCALE - 1)
        if radius:
            self._draw.rounded_rectangle(box, min(radius, w / 2, h / 2) * SCALE, fill)
        else:
            self._draw.rectangle(box, fill)

    def poly(self, points: Sequence[Point], fill: str) -> None:
        """A filled polygon."""
        self._draw.polygon([(x * SCALE, y * SCALE) for x, y in points], fill)

    def oval(self, x: float, y: float, rx: float, ry: float, fill: str) -> None:
        """A filled ellipse around its middle."""
        box = ((x - rx) * SCALE, (y - ry) * SCALE, (x + rx) * SCALE, (y + ry) * SCALE)
        self._draw.ellipse(box, fill)

    def disc(self, x: float, y: float, radius: float, fill: str) -> None:
        """A filled circle around its middle."""
        self.oval(x, y, radius, radius, fill)

    def line(self, points: Sequence[Point], fill: str, width: float = 4) -> None:
        """An open line with round joints and ends."""
        scaled = [(x * SCALE, y * SCALE) for x, y in points]
        thick = max(1, round(width * SCALE))
        self._draw.line(scaled, fill, thick, joint="curve")
        if thick > 3:
            for x, y in (scaled[0], scaled[-1]):
                half = thick / 2
                self._draw.ellipse((x - half, y - half, x + half, y + half), fill)

    def arc(
        self,
        x: float,
        y: float,
        r: float,
        start: float,
        end: float,
        fill: str,
        width: float,
        squash: float = 1,
    ) -> None:
        """Part of a circle's outline; degrees clockwise from three o'clock."""
        steps = max(6, int(abs(end - start) / 6))
        angles = (math.radians(start + (end - start) * i / steps) for i in range(steps + 1))
        points = [(x + r * math.cos(a), y + r * squash * math.sin(a)) for a in angles]
        self.line(points, fill, width)

    def wedge(self, x: float, y: float, r: float, start: float, end: float, fill: str) -> None:
        """A filled slice of a circle; degrees clockwise from three o'clock."""
        box = ((x - r) * SCALE, (y - r) * SCALE, (x + r) * SCALE, (y + r) * SCALE)
        self._draw.pieslice(box, start, end, fill)

    def jpeg(self) -> bytes:
        """The picture at 1600x900."""
        buffer = BytesIO()
        self._image.reduce(SCALE).save(buffer, "JPEG", quality=92)
        return buffer.getvalue()
