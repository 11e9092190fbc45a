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

from subscribers import notices
from subscribers.models import Notice
from subscribers.ratelimit import TooMany

# The mails that anybody can have sent to an address by typing it into the sign-up form.
ASKED_FOR = (Notice.Kind.CONFIRMATION, Notice.Kind.ALREADY)
MOST_A_MINUTE = 600
MOST_AN_HOUR = 10_000
ONE_ALARM_IN = timedelta(hours=1)

# Of the room that is left, the share that one process uses up before it counts again, and seconds
# after which it does in any case. A quiet day costs next to nothing; near the limit each counts.
SHARE = 32
CALM = 1.0

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


class _Calm:
    """What this process may still let through without counting."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._room = 0
        self._until = 0.0

    def begin(self, room: int) -> None:
        with self._lock:
            self._room, self._until = room, time.monotonic() + CALM

    def has_room(self) -> bool:
        """Take one place, if there is one."""
        with self._lock:
            if self._room < 1 or time.monotonic() >= self._until:
                return False
            self._room -= 1
            return True


_calm = _Calm()


def check(*, now: datetime) -> None:
    """Raise TooMany, before anything is written, when so many mails were asked for already.

    One statement over at most an hour of one index, now and then. Requests that are served at the
    same moment do not see each other's rows, so there may be a few more mails than the limit.
    """
    if not settings.SIGNUP_LIMITS or _calm.has_room():
        return
    within_minute = Q(created_at__gt=now - MINUTE)
    found = Notice.objects.filter(kind__in=ASKED_FOR, created_at__gt=now - HOUR).aggregate(
        hour=Count("created_at"),
        hour_first=Min("created_at"),
        minute=Count("created_at", filter=within_minute),
        minute_first=Min("created_at", filter=within_minute),
    )
    if found["hour"] >= MOST_AN_HOUR:
        _refuse(until=found["hour_first"] + HOUR, now=now)
    if found["minute"] >= MOST_A_MINUTE:
        _refuse(until=found["minute_first"] + MINUTE, now=now)
    _calm.begin(min(MOST_AN_HOUR - found["hour"], MOST_A_MINUTE - found["minute"]) // SHARE)


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
        for address in sorted(addresses):
            notices.queue(
                kind=Notice.Kind.STAFF_ALERT, staff_address=address, context=_alarm(), now=now
            )


def _told_lately(now: datetime) -> bool:
    return Notice.objects.filter(
        kind=Notice.Kind.STAFF_ALERT, created_at__gt=now - ONE_ALARM_IN, context__about="sign-ups"
    ).exists()


def _alarm() -> dict[str, str]:
    return {
        "about": "sign-ups",
        "subject": "Unusually many sign-ups",
        "message": (
            f"More than {MOST_A_MINUTE:,} mails in a minute or {MOST_AN_HOUR:,} in an hour were "
            "asked for through the sign-up form. Whoever signs up now is asked to come back in a "
            "few minutes. Look at the newest readers: a robot shows in their addresses."
        ),
        "url": settings.SITE_URL + reverse("admin:subscribers_subscriber_changelist"),
    }
