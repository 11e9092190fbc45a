"""Rows for tests: plain functions with sensible values, each one overridden by its keyword."""

from datetime import UTC, datetime, time
from itertools import count
from typing import Any

from config.models import StaffUser
from newsletter.models import Article, Image, Schedule
from subscribers.addresses import normalise
from subscribers.models import Newsletter, Subscriber, Subscription
from subscribers.suppression import address_hash

_numbers = count(1)

# A Tuesday; London is on UTC.
NOW = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)


def make_newsletter(**fields: Any) -> Newsletter:
    """A newsletter in London, without a schedule."""
    number = next(_numbers)
    defaults = {
        "name": f"Morning Briefing {number}",
        "slug": f"morning-briefing-{number}",
        "tagline": "The day in four minutes.",
        "writer": "Ines Okafor",
        "from_name": "The Daymark Morning Briefing",
        "from_address": "briefing@daymark.example",
        "time_zone": "Europe/London",
    }
    return Newsletter.objects.create(**{**defaults, **fields})


def make_schedule(newsletter: Newsletter | None = None, **fields: Any) -> Schedule:
    """Weekdays at 6:30, in force since long ago."""
    defaults = {
        "local_time": time(6, 30),
        "weekdays": "12345",
        "effective_from": datetime(2026, 1, 1, tzinfo=UTC),
    }
    return Schedule.objects.create(
        newsletter=newsletter or make_newsletter(), **{**defaults, **fields}
    )


def make_article(**fields: Any) -> Article:
    """A story of our own without a picture, published just before NOW."""
    number = next(_numbers)
    defaults = {
        "title": f"Harbour reopens after storm number {number}",
        "slug": f"harbour-reopens-{number}",
        "dek": "Boats went out again on Monday.",
        "body": "<p>The first boat left at six.</p>",
        "published_at": NOW.replace(hour=1),
    }
    return Article.objects.create(**{**defaults, **fields})


def make_image(**fields: Any) -> Image:
    """A picture with both copies named; the files are not there."""
    defaults = {
        "state": Image.State.READY,
        "small": "images/small.jpg",
        "small_width": 600,
        "small_height": 338,
        "large": "images/large.jpg",
        "large_width": 1200,
        "large_height": 675,
    }
    image = Image(**{**defaults, **fields})
    Image.objects.bulk_create([image])
    return image


def make_reader(address: str = "", *, newsletter: Newsletter | None = None) -> Subscriber:
    """A reader who confirmed `newsletter`, when one is given."""
    number = next(_numbers)
    address = address or f"reader-{number}@home.example"
    key = normalise(address)
    reader = Subscriber.objects.create(
        address=address, address_key=key, address_hash=address_hash(key), created_at=NOW
    )
    if newsletter is not None:
        Subscription.objects.create(
            subscriber=reader,
            newsletter=newsletter,
            state=Subscription.State.ACTIVE,
            page="the front page",
            created_at=NOW,
            confirmed_at=NOW,
        )
    return reader


def make_staff(**fields: Any) -> StaffUser:
    """A staff account with an address."""
    number = next(_numbers)
    defaults = {
        "username": f"staff-{number}",
        "email": f"staff-{number}@daymark.example",
        "is_staff": True,
    }
    return StaffUser.objects.create(**{**defaults, **fields})
