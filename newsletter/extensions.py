"""What this app adds to the pages and mails of `subscribers`; registered when it is ready."""

from datetime import datetime, time, timedelta

from django.utils.translation import gettext

from newsletter import privacy, reader_mails
from newsletter.digests import queries
from newsletter.models import Schedule
from newsletter.release import testing
from newsletter.scheduling import escalation, next_mail, words
from subscribers.extensions import (
    LatestDigest,
    Privacy,
    Registry,
    Retention,
    Rhythm,
    register,
    register_privacy,
    register_retention,
)
from subscribers.models import Newsletter, Subscription
from subscribers.moments import clock_in_words


def cadence(newsletter: Newsletter) -> str:
    """ "Every weekday at 6:30 am, London time"; "" without a schedule that runs."""
    schedule = _running(newsletter)
    return words.in_words(schedule) if schedule else ""


def next_release(
    newsletter: Newsletter, now: datetime, rhythm: Rhythm | None = None
) -> datetime | None:
    """When the next mail comes to a reader of that rhythm, None when nothing is planned."""
    return next_mail.next_release(newsletter=newsletter, now=now, rhythm=rhythm)


def latest_digest(newsletter: Newsletter) -> LatestDigest | None:
    """The newest mail that readers got, for "See the latest"."""
    digest = queries.latest_sent(newsletter=newsletter)
    if digest is None or digest.revision is None:
        return None
    return LatestDigest(subject=digest.revision.subject, url=digest.get_absolute_url())


def is_daily(newsletter: Newsletter) -> bool:
    """Whether it goes out on each day of the week."""
    schedule = _running(newsletter)
    return schedule is not None and schedule.weekdays == "1234567"


def has_weekends(newsletter: Newsletter) -> bool:
    """Whether a reader can leave its weekend mails out and still gets some."""
    schedule = _schedule(newsletter)
    days = set(schedule.weekdays) if schedule else set()
    return bool(days & set("67")) and bool(days & set("12345"))


def weekly(newsletter: Newsletter) -> str:
    """ "Saturdays at 9:00 am": when "what you missed" comes; "" where it is not offered."""
    schedule = _running(newsletter)
    if schedule is None or schedule.weekly_day is None:
        return ""
    return gettext("%(days)s at %(clock)s") % {
        "days": words.WEEKDAYS[schedule.weekly_day - 1],
        "clock": clock_in_words(schedule.time_of(is_weekly=True)),
    }


def usual_time(newsletter: Newsletter, frequency: Subscription.Frequency) -> time | None:
    """When mails of that frequency come by each reader's clock; None where all go at once."""
    schedule = _running(newsletter)
    if schedule is None or not schedule.by_reader:
        return None
    return schedule.time_of(is_weekly=frequency == Subscription.Frequency.ONCE_A_WEEK)


def _running(newsletter: Newsletter) -> Schedule | None:
    """Its schedule; None where it makes no mails by itself."""
    schedule = _schedule(newsletter)
    return schedule if schedule and schedule.is_active else None


def _schedule(newsletter: Newsletter) -> Schedule | None:
    """Asked once of each object."""
    try:
        return newsletter.schedule
    except Schedule.DoesNotExist:
        return None


def install() -> None:
    """Register all of them."""
    register(
        Registry(
            cadence=cadence,
            next_release=next_release,
            latest_digest=latest_digest,
            reader_mails=reader_mails.of,
            test_mailing=testing.test_mailing,
            is_daily=is_daily,
            has_weekends=has_weekends,
            weekly=weekly,
            usual_time=usual_time,
        )
    )
    register_privacy(name="newsletters", part=Privacy(export=privacy.export, erase=privacy.erase))
    month, year = timedelta(days=30), timedelta(days=365)
    register_retention(Retention("reports not applied", month, privacy.let_go_of_posts))
    register_retention(Retention("words of mail servers", year, privacy.let_go_of_words))
    register_retention(Retention("which mails staff were told of", month, escalation.let_go))
