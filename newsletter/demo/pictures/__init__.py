"""The demo's pictures: flat scenes in the publisher's colours, one each for stories and people."""

from collections.abc import Callable
from io import BytesIO
from random import Random

from PIL import Image

from newsletter.demo.pictures import (
    civic,
    coast,
    covers,
    indoors,
    land,
    moods,
    portraits,
    rooms,
    town,
    travel,
    water,
)
from newsletter.demo.pictures.canvas import Canvas

Scene = Callable[[Canvas, moods.Mood, Random], None]

SCENES: dict[str, tuple[Scene, moods.Mood]] = {
    "allotment": (land.allotment, moods.SPRING),
    "anchor": (water.anchor, moods.DEEP),
    "bakery": (town.bakery, moods.DAWN),
    "barrier": (coast.barrier, moods.GREY),
    "beaver-dam": (water.beaver_dam, moods.AUTUMN),
    "bicycles": (travel.bicycles, moods.NOON),
    "boardwalk": (land.boardwalk, moods.AUTUMN),
    "buoy": (coast.buoy, moods.DAY),
    "chess": (rooms.chess, moods.SPRING),
    "choir": (rooms.choir, moods.PLUM),
    "cliffs": (coast.cliffs, moods.SPRING),
    "clinic": (civic.clinic, moods.SPRING),
    "clock-tower": (civic.clock_tower, moods.DAY),
    "ferry": (coast.ferry, moods.DAY),
    "fish-market": (indoors.fish_market, moods.DAY),
    "garden": (land.garden, moods.NOON),
    "good-news": (covers.good_news, moods.SPRING),
    "harbour": (coast.harbour, moods.DAWN),
    "hedgehog": (land.hedgehog, moods.NIGHT),
    "hens": (portraits.hens, moods.DAWN),
    "kites": (land.kites, moods.DAY),
    "lab-bench": (indoors.lab_bench, moods.SPRING),
    "library": (indoors.library, moods.NOON),
    "lifeboat": (coast.lifeboat, moods.GREY),
    "lighthouse": (coast.lighthouse, moods.DUSK),
    "market-roof": (town.market_roof, moods.NOON),
    "marsh": (water.marsh, moods.SPRING),
    "morning-briefing": (covers.morning_briefing, moods.DAWN),
    "night-bus": (travel.night_bus, moods.NIGHT),
    "observatory": (travel.observatory, moods.NIGHT),
    "orchard": (land.orchard, moods.NOON),
    "outfall": (water.outfall, moods.GREY),
    "oysters": (water.oysters, moods.DEEP),
    "pool": (indoors.pool, moods.DAY),
    "postbox": (town.postbox, moods.GREY),
    "road-bridge": (travel.road_bridge, moods.NOON),
    "ropeworks": (town.ropeworks, moods.AUTUMN),
    "school": (civic.school, moods.DAY),
    "seedlings": (portraits.seedlings, moods.SPRING),
    "sleeper": (travel.sleeper, moods.NIGHT),
    "snowplough": (land.snowplough, moods.SNOW),
    "steering-wheel": (portraits.steering_wheel, moods.DUSK),
    "street-lights": (travel.street_lights, moods.DUSK),
    "telescope": (portraits.telescope, moods.PLUM),
    "terraces": (town.terraces, moods.DAY),
    "theatre": (rooms.theatre, moods.PLUM),
    "town-hall": (civic.town_hall, moods.DAY),
    "tram": (travel.tram, moods.DAWN),
    "tug": (coast.tug, moods.DAY),
    "turbines": (coast.turbines, moods.DAWN),
    "viaduct": (travel.viaduct, moods.DUSK),
    "warm-room": (rooms.warm_room, moods.NIGHT),
    "weather-balloon": (land.weather_balloon, moods.PLUM),
    "winter-market": (civic.winter_market, moods.NIGHT),
}


def draw(name: str) -> bytes:
    """The scene `name` as a JPEG of 1600x900; the same bytes each time."""
    scene, mood = SCENES[name]
    canvas = Canvas(mood.sky)
    scene(canvas, mood, Random(name))  # noqa: S311  (a picture, not a secret)
    return canvas.jpeg()


def draw_square(name: str, size: int = 400) -> bytes:
    """The middle of the scene as a square JPEG."""
    scene = Image.open(BytesIO(draw(name)))
    side = min(scene.size)
    left, top = (scene.width - side) // 2, (scene.height - side) // 2
    square = scene.crop((left, top, left + side, top + side)).resize((size, size))
    buffer = BytesIO()
    square.save(buffer, "JPEG", quality=90)
    return buffer.getvalue()
