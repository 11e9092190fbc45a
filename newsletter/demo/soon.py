"""A schedule that is due in two minutes, to watch a mail be made and sent by itself."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from newsletter.demo import safety
from newsletter.demo.loading import more
from newsletter.digests import assembly, story_ledger
from newsletter.models import Digest, Schedule, ScheduleDay
from newsletter.release import approval
from newsletter.scheduling.days import days_of
from subscribers.models import Newsletter

SLUG = "morning-briefing"
TWO_MINUTES = timedelta(minutes=2)
# Worked on by a person or the planner, but not on its way yet.
WAITING = [Digest.State.DRAFT, Digest.State.APPROVED, Digest.State.SCHEDULED, Digest.State.HELD]
ON_ITS_WAY = [Digest.State.PREPARING, Digest.State.SENDING, Digest.State.PAUSED]


@dataclass(frozen=True, slots=True)
class Soon:
    """When it goes out (None: it does not), and what will happen, in sentences for a terminal."""

    due: datetime | None
    words: str


def soon(*, now: datetime) -> Soon:
    """Let the next Morning Briefing go out in about two minutes.

    A mail of today that still waits is moved to that time. Where today's was sent, a further one is
    made for it ("-2"). Otherwise the schedule is moved, and the planner makes the mail. Without new
    stories the further ones of the demo are added first. Raises DemoRefused.
    """
    safety.check()
    newsletter = Newsletter.objects.filter(slug=SLUG).first()
    if newsletter is None:
        return Soon(due=None, words="Load the demo first: manage.py demo")
    due = (now + TWO_MINUTES).replace(second=0, microsecond=0) + timedelta(minutes=1)
    at = f"{due.astimezone(newsletter.zone):%H:%M} ({newsletter.time_zone})"
    today = due.astimezone(newsletter.zone).date().isoformat()
    standing = newsletter.digests.filter(occurrence__startswith=today, is_weekly=False)
    made = standing.filter(state=Digest.State.SENT)
    moving = standing.filter(state__in=ON_ITS_WAY).first()
    if moving is not None:
        return Soon(due=None, words=f"{moving} is {moving.get_state_display()} at this moment.")
    waiting = standing.filter(state__in=WAITING).first()
    if waiting is not None:
        approval.schedule(digest_id=waiting.pk, release_at=due, by=None, now=now)
        return Soon(due=due, words=f"{waiting} was waiting already; it now goes out at {at}.")
    act = _make_another if made.exists() else _move_schedule
    return Soon(due=due, words=act(newsletter, due=due, at=at, now=now))


def _make_another(newsletter: Newsletter, *, due: datetime, at: str, now: datetime) -> str:
    """A further mail of today for `due`, with something to tell; what was done, in words."""
    said = [f"Today's went out already, so another one is made. It goes out at {at}."]
    said += _something_to_tell(newsletter, now)
    day = due.astimezone(newsletter.zone).date()
    digest = assembly.make_digest(
        newsletter=newsletter,
        occurrence=assembly.next_occurrence(newsletter=newsletter, day=day),
        release_at=due,
        now=now,
    )
    approval.schedule(digest_id=digest.pk, release_at=due, by=None, now=now)
    return "\n".join(said)


def _move_schedule(newsletter: Newsletter, *, due: datetime, at: str, now: datetime) -> str:
    """Let the schedule run today at `due`, with something to tell; what was done, in words."""
    rule = assembly.rule_of(newsletter)
    said = [f"{newsletter} is due at {at}: a draft appears within seconds, and is sent then."]
    said += _something_to_tell(newsletter, now)
    local = due.astimezone(newsletter.zone)
    days = "".join(sorted({*rule.weekdays, str(local.isoweekday())}))
    Schedule.objects.filter(newsletter=newsletter).update(
        is_active=True,
        approval=Schedule.Approval.AUTOMATIC,
        weekdays=days,
        local_time=local.time(),
        effective_from=now,
        looks_at=None,
    )
    _run_on(local.date(), newsletter)
    said.append("Set the time back under Newsletters, Schedule in the desk.")
    return "\n".join(said)


def _run_on(day: date, newsletter: Newsletter) -> None:
    """Also where it is a public holiday, or left out by hand."""
    schedule = Schedule.objects.get(newsletter=newsletter)
    if days_of(schedule).left_out(day):
        extra = {"kind": ScheduleDay.Kind.EXTRA, "local_time": None}
        ScheduleDay.objects.update_or_create(schedule=schedule, day=day, defaults=extra)


def _something_to_tell(newsletter: Newsletter, now: datetime) -> list[str]:
    """Sees to it that there are new stories; says so where some had to be added."""
    rule = assembly.rule_of(newsletter)
    if story_ledger.new_stories(newsletter=newsletter, rule=rule, now=now).exists():
        return []
    return [f"There was nothing new to tell, so {more(now=now)} stories were added."]
