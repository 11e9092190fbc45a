"""What this app adds to the pages and mails of `subscribers`; registered when it is ready."""

from datetime import datetime, timedelta

from newsletter import privacy, reader_mails
from newsletter.digests import queries
from newsletter.models import Schedule
from newsletter.release import testing
from newsletter.scheduling import escalation, upcoming, words
from subscribers.extensions import (
    LatestDigest,
    Privacy,
    Registry,
    Retention,
    register,
    register_privacy,
    register_retention,
)
from subscribers.models import Newsletter


def cadence(newsletter: Newsletter) -> str:
    """ "Every weekday at 6:30 am, London time"; "" without a schedule that runs."""
    try:
        schedule = newsletter.schedule
    except Schedule.DoesNotExist:
        return ""
    return words.in_words(schedule) if schedule.is_active else ""


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
            reader_mails=reader_mails.of,
            test_mailing=testing.test_mailing,
            has_weekends=has_weekends,
        )
    )
    register_privacy(name="newsletters", part=Privacy(export=privacy.export, erase=privacy.erase))
    month, year = timedelta(days=30), timedelta(days=365)
    register_retention(Retention("reports not applied", month, privacy.let_go_of_posts))
    register_retention(Retention("words of mail servers", year, privacy.let_go_of_words))
    register_retention(Retention("which mails staff were told of", month, escalation.let_go))
