"""What this app adds to the pages and mails of `subscribers`; registered when it is ready."""

from datetime import datetime

from newsletter.digests import queries
from newsletter.models import Schedule
from newsletter.release import testing
from newsletter.scheduling import recurrence, upcoming
from subscribers.extensions import LatestDigest, Registry, register
from subscribers.models import Newsletter


def cadence(newsletter: Newsletter) -> str:
    """ "Every weekday at 6:30 am, London time"; "" without a schedule that runs."""
    try:
        schedule = newsletter.schedule
    except Schedule.DoesNotExist:
        return ""
    return recurrence.in_words(schedule) if schedule.is_active else ""


def next_release(newsletter: Newsletter, now: datetime) -> datetime | None:
    """The instant of the next mail after `now`, None when nothing is planned."""
    return upcoming.next_release(newsletter=newsletter, now=now)


def latest_digest(newsletter: Newsletter) -> LatestDigest | None:
    """The newest mail that readers got, for "See the latest"."""
    digest = queries.latest_sent(newsletter=newsletter)
    if digest is None or digest.revision is None:
        return None
    return LatestDigest(subject=digest.revision.subject, url=digest.get_absolute_url())


def has_weekends(newsletter: Newsletter) -> bool:
    """Whether a reader can leave its weekend mails out and still gets some."""
    schedule = Schedule.objects.filter(newsletter=newsletter).first()
    days = set(schedule.weekdays) if schedule else set()
    return bool(days & set("67")) and bool(days & set("12345"))


def install() -> None:
    """Register all of them."""
    register(
        Registry(
            cadence=cadence,
            next_release=next_release,
            latest_digest=latest_digest,
            test_mailing=testing.test_mailing,
            has_weekends=has_weekends,
        )
    )
