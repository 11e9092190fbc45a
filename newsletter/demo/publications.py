"""The demo's newsletters with their schedules, and two sources that are not fetched."""

from datetime import datetime, time
from typing import Any

from django.core.files.base import ContentFile

from newsletter.demo import pictures
from newsletter.demo.reading import publication
from newsletter.models import Feed, Schedule
from subscribers.models import Newsletter

ZONE = "Europe/London"


def load_newsletters(*, now: datetime) -> list[Newsletter]:
    """Both newsletters with schedules in force from `now`; what is there stays as it is."""
    newsletters = [_newsletter(words, now) for words in publication()["newsletter"]]
    by_slug = {newsletter.slug: newsletter for newsletter in newsletters}
    for words in publication()["newsletter"]:
        promoted = by_slug.get(words.get("promotes", ""))
        Newsletter.objects.filter(slug=words["slug"], promotes=None).update(promotes=promoted)
    return newsletters


def load_welcomes() -> None:
    """Words of welcome for whoever joins from now on; the demo's readers joined months ago."""
    for words in publication()["newsletter"]:
        new = Newsletter.objects.filter(slug=words["slug"], welcome="")
        new.update(welcome=words["welcome"].strip())


def load_feeds() -> None:
    """Sources to look at in the desk; inactive, because the demo works offline."""
    for feed in publication()["feed"]:
        Feed.objects.get_or_create(
            url=feed["url"],
            defaults={
                "name": feed["name"],
                "good_news": feed.get("good_news", False),
                "is_active": False,
            },
        )


def _newsletter(words: dict[str, Any], now: datetime) -> Newsletter:
    newsletter, created = Newsletter.objects.get_or_create(
        slug=words["slug"],
        defaults={
            "name": words["name"],
            "tagline": words["tagline"],
            "description": words["description"].strip(),
            "writer": words["writer"],
            "from_name": words["from_name"],
            "from_address": words["address"],
            "reply_to": words["address"],
            "time_zone": ZONE,
            "accent": words["accent"],
            "position": words["position"],
        },
    )
    if created:
        drawn = ContentFile(pictures.draw(words["picture"]))
        newsletter.picture.save(f"{newsletter.slug}.jpg", drawn, save=True)
    weekly = words.get("weekly")
    Schedule.objects.get_or_create(
        newsletter=newsletter,
        defaults={
            "weekdays": words["weekdays"],
            "local_time": time.fromisoformat(words["time"]),
            "weekly_day": weekly["day"] if weekly else None,
            "weekly_time": time.fromisoformat(weekly["time"]) if weekly else None,
            "holidays": words.get("holidays", ""),
            "by_reader": words.get("by_reader", False),
            "layout": words["layout"],
            "good_news_only": words.get("good_news_only", False),
            "max_age_hours": words.get("max_age_hours", 72),
            "approval": Schedule.Approval.AUTOMATIC,
            "effective_from": now,
        },
    )
    return newsletter
