"""How many mails strangers may make us send in all, counted from the rows of those mails.

Limits of an address or a network do not see a robot that has many of both. This one holds without
Redis and however many web processes there are; when it is reached, staff are told.
"""

import threading
import time
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Count, Min, Q
from django.urls import reverse

from subscribers.abuse.mail_limits import ASKED_FOR
from subscribers.abuse.ratelimit import TooMany
from subscribers.models import Notice
from subscribers.staff import alerts

ONE_ALARM_IN = timedelta(hours=1)
EVENT = "sign-ups"

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
# Between two counts a process lets through at most this share of what is left, so that many
# processes together stay below the limit; and for no longer than so many seconds.
_UNCOUNTED_SHARE = 0.01
_UNCOUNTED_SECONDS = 1.0


def check(*, now: datetime) -> None:
    """Raise TooMany, before anything is written, when so many mails were asked for already.

    Far from the limit it counts now and then, near it each time. Requests that are served at the
    same moment do not see each other's rows, so there may be a few more mails than the limit.
    """
    if not settings.SIGNUP_LIMITS or _uncounted.take():
        return
    within_minute = Q(created_at__gt=now - MINUTE)
    found = Notice.objects.filter(kind__in=ASKED_FOR, created_at__gt=now - HOUR).aggregate(
        hour=Count("created_at"),
        hour_first=Min("created_at"),
        minute=Count("created_at", filter=within_minute),
        minute_first=Min("created_at", filter=within_minute),
    )
    if found["hour"] >= settings.SIGNUPS_AN_HOUR:
        _refuse(until=found["hour_first"] + HOUR, now=now)
    if found["minute"] >= settings.SIGNUPS_A_MINUTE:
        _refuse(until=found["minute_first"] + MINUTE, now=now)
    left = min(
        settings.SIGNUPS_AN_HOUR - found["hour"], settings.SIGNUPS_A_MINUTE - found["minute"]
    )
    _uncounted.allow(int(left * _UNCOUNTED_SHARE))


class _Uncounted:
    """How many sign-ups this process may let through before it counts again."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._left = 0
        self._until = 0.0

    def allow(self, how_many: int) -> None:
        with self._lock:
            self._left, self._until = how_many, time.monotonic() + _UNCOUNTED_SECONDS

    def take(self) -> bool:
        with self._lock:
            self._left -= 1
            return self._left >= 0 and time.monotonic() < self._until


_uncounted = _Uncounted()


def _refuse(*, until: datetime, now: datetime) -> None:
    _tell_staff(now=now)
    raise TooMany(minutes=max(1, -((now - until) // MINUTE)))


def _tell_staff(*, now: datetime) -> None:
    """Queue one mail to each staff account with an address, unless there was one lately."""
    if _told_lately(now):
        return
    with transaction.atomic():
        staff = get_user_model().objects.filter(is_active=True, is_staff=True).exclude(email="")
        # Locked, so that of many requests at once one tells.
        addresses = {one.email for one in staff.select_for_update().order_by("pk")}
        if _told_lately(now):
            return
        _tell(sorted(addresses), now)


def _told_lately(now: datetime) -> bool:
    return Notice.objects.filter(
        kind=Notice.Kind.STAFF_ALERT, created_at__gt=now - ONE_ALARM_IN, context__about=EVENT
    ).exists()


def _tell(addresses: list[str], now: datetime) -> None:
    alerts.tell(
        event=EVENT,
        subject="Unusually many sign-ups",
        message=(
            f"{settings.SIGNUPS_A_MINUTE:,} mails in a minute or {settings.SIGNUPS_AN_HOUR:,} in "
            "an hour were asked for through the sign-up form. Whoever signs up now is asked to "
            "come back in a few minutes. Look at the newest readers: a robot shows in their "
            "addresses. If they are people, raise SIGNUPS_A_MINUTE or SIGNUPS_AN_HOUR."
        ),
        url=settings.SITE_URL + reverse("admin:subscribers_subscriber_changelist"),
        addresses=addresses,
        now=now,
    )
