"""Presence: who has the page of a mail open at this moment."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import QuerySet

from config.models import StaffUser
from newsletter.models import Presence

# The page says so every few seconds; a browser puts that off while it shows another page.
GONE = timedelta(seconds=75)


def seen(*, digest_id: int, by: StaffUser, now: datetime) -> None:
    """Note that somebody has it open; one statement."""
    Presence.objects.bulk_create(
        [Presence(digest_id=digest_id, person=by, seen_at=now)],
        update_conflicts=True,
        unique_fields=["digest", "person"],
        update_fields=["seen_at"],
    )


def gone(*, digest_id: int, by: StaffUser) -> None:
    """Somebody closed it."""
    Presence.objects.filter(digest=digest_id, person=by).delete()


def others(*, digest_id: int, by: StaffUser, now: datetime) -> Sequence[str]:
    """The names of the others who have it open."""
    there = _there(digest_id, now).exclude(person=by).select_related("person").order_by("person")
    return [one.person.get_full_name() or one.person.get_username() for one in there]


def is_anybody(*, digest_id: int, now: datetime) -> bool:
    """Whether somebody has it open."""
    return _there(digest_id, now).exists()


def _there(digest_id: int, now: datetime) -> QuerySet[Presence]:
    return Presence.objects.filter(digest=digest_id, seen_at__gt=now - GONE)
