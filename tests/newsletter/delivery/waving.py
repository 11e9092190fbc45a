"""Mails by each reader's clock, for tests: readers in zones, a release, and what went when."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from newsletter.delivery import drain, preparation
from newsletter.digests import lifecycle
from newsletter.models import Delivery, Digest, Lane
from newsletter.scheduling.clocks import FIRST_ON_EARTH, instant
from subscribers.models import Newsletter, OutboxMail, Subscriber, Subscription
from tests.clocks import set_clocks
from tests.factories import make_reader, make_scheduled_digest

DAY = date(2026, 11, 24)
HALF_PAST_SIX = time(6, 30)


def reader_in(
    newsletter: Newsletter, zone: str = "", own_time: time | None = None, **values: Any
) -> Subscriber:
    """Somebody who gets the newsletter, with his clock and his own hour."""
    reader = make_reader(newsletter, time_zone=zone)
    Subscription.objects.filter(subscriber=reader).update(own_time=own_time, **values)
    return reader


def first_on_earth(day: date = DAY, at: time = HALF_PAST_SIX) -> datetime:
    """When a mail is to be ready for the first morning."""
    return instant(day=day, at=at, zone=FIRST_ON_EARTH)


def release_in_waves(
    newsletter: Newsletter,
    *,
    day: date = DAY,
    at: time = HALF_PAST_SIX,
    release_at: datetime | None = None,
    **values: Any,
) -> Digest:
    """Let a mail go and freeze who gets it, at the moment that its first wave may be due."""
    ready = release_at or first_on_earth(day, at)
    digest = make_scheduled_digest(
        newsletter,
        **{"occurrence": day.isoformat()} | values,
        wave_day=day,
        wave_time=at,
        release_at=ready,
    )
    assert lifecycle.release(digest_id=digest.pk, now=ready)
    preparation.prepare(digest_id=digest.pk, now=ready)
    digest.refresh_from_db()
    return digest


def goes_at(digest: Digest, reader: Subscriber) -> datetime:
    """The time of the lane that he is in."""
    lane = Delivery.objects.get(digest=digest, subscriber=reader).lane
    return Lane.objects.get(digest=digest, number=lane).release_at


def his_clock(digest: Digest, reader: Subscriber) -> str:
    """What his own clock says then."""
    zone = ZoneInfo(reader.time_zone or digest.newsletter.time_zone)
    return f"{goes_at(digest, reader).astimezone(zone):%Y-%m-%d %H:%M}"


def drain_at(monkeypatch: pytest.MonkeyPatch, now: datetime) -> set[int]:
    """Drains run at this moment: the ids of those who got something."""
    set_clocks(monkeypatch, lambda: now)
    before = set(OutboxMail.objects.values_list("pk", flat=True))
    drain.drain()
    mails = OutboxMail.objects.exclude(pk__in=before)
    return {one.subscriber_id for one in mails if one.subscriber_id}
