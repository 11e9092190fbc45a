"""Times and lengths as the pages say them."""

from datetime import datetime
from math import ceil
from zoneinfo import ZoneInfo

from django.conf import settings

from newsletter.content.sanitizing import plain_text
from newsletter.rendering.wording import day_in_words
from subscribers.models import Newsletter
from subscribers.moments import clock_in_words, place_in_words

WORDS_A_MINUTE = 220


def publisher_zone() -> ZoneInfo:
    """The zone that the site tells time in: that of its first newsletter, else TIME_ZONE."""
    first = Newsletter.objects.only("time_zone").first()
    return first.zone if first else ZoneInfo(settings.TIME_ZONE)


def moment(*, at: datetime, zone: ZoneInfo, language: str) -> str:
    """ "24 November 2026, 6:30 am London time" for an aware instant."""
    local = at.astimezone(zone)
    day = day_in_words(local.date(), language)
    return f"{day}, {clock_in_words(local)} {place_in_words(zone)}"


def minutes(html: str) -> int:
    """Whole minutes that reading `html` takes, at least one."""
    return max(1, ceil(len(plain_text(html).split()) / WORDS_A_MINUTE))
