"""Whatever is changed, jumps or stands still: no run has two mails, and none goes early or late."""

from datetime import UTC, datetime, time, timedelta
from random import Random

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsletter.models import Digest, DigestChange, Schedule, ScheduleDay
from newsletter.scheduling import upcoming
from newsletter.scheduling.planning import plan
from tests.factories import make_article, make_schedule

pytestmark = pytest.mark.django_db

START = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
ZONES = (
    "Europe/London",
    "America/New_York",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "Pacific/Honolulu",
)
ACTS = (
    "tick",
    "tick",
    "tick",
    "outage",
    "long outage",
    "time",
    "weekdays",
    "zone",
    "by reader",
    "lead",
    "day",
    "off and on",
    "jump",
    "wrong look",
)
FINISHED = ("sent", "skipped", "cancelled")


class Newsroom:
    """A newsletter, its planners, and what must hold after each of their ticks."""

    def __init__(self, chance: Random) -> None:
        self.now, self.chance = START, chance
        # Enough for several mails.
        for _ in range(30):
            make_article(published_at=START - HOUR)
        self.schedule = make_schedule(
            weekdays="1234567",
            effective_from=START - HOUR,
            lead_time_minutes=26 * 60,
            max_age_hours=1000,
            grace_minutes=chance.choice([None, 4 * 24 * 60]),
        )
        self.gone: set[int] = set()

    def act(self, act: str) -> None:
        """One act, then two planners; the second one perhaps by a clock that jumped."""
        self.schedule = Schedule.objects.select_related("newsletter").get()
        self.now += timedelta(minutes=self.chance.randrange(5, 240))
        make_article(published_at=self.now - HOUR)
        getattr(self, f"_{act.replace(' ', '_')}")()
        self.tick(self.now)
        self.tick(self.now + timedelta(seconds=self.chance.randrange(10)))

    def tick(self, now: datetime) -> None:
        plan(now=now)
        self._holds(now)
        if self.chance.random() < 0.7:
            Digest.objects.filter(state="preparing").update(state="sent")

    def _tick(self) -> None:
        """Nothing but time."""

    def _outage(self) -> None:
        self.now += timedelta(hours=self.chance.randrange(2, 9))

    def _long_outage(self) -> None:
        self.now += timedelta(days=self.chance.randrange(1, 6))

    def _time(self) -> None:
        at = time(self.chance.randrange(24), 30 * self.chance.randrange(2))
        self._save(local_time=at)

    def _weekdays(self) -> None:
        days = sorted(self.chance.sample("1234567", self.chance.randrange(1, 8)))
        self._save(weekdays="".join(days))

    def _zone(self) -> None:
        self.schedule.newsletter.time_zone = self.chance.choice(ZONES)
        self.schedule.newsletter.save()
        self._save()

    def _by_reader(self) -> None:
        head = self.chance.choice([None, 60, 300])
        self._save(by_reader=not self.schedule.by_reader, head_start_minutes=head)

    def _lead(self) -> None:
        self._save(lead_time_minutes=self.chance.choice([60, 600, 4000]))

    def _day(self) -> None:
        day = (self.now + timedelta(days=self.chance.randrange(3))).date()
        kind = self.chance.choice(ScheduleDay.Kind.values)
        ScheduleDay.objects.update_or_create(
            schedule=self.schedule, day=day, defaults={"kind": kind}
        )
        self._save()

    def _off_and_on(self) -> None:
        self._save(is_active=False)
        self.tick(self.now)
        self.now += timedelta(hours=self.chance.randrange(1, 200))
        self._save(is_active=True)

    def _jump(self) -> None:
        """A planner whose both clocks are behind; one that is ahead waits for the other clock."""
        back = self.chance.choice([HOUR, timedelta(days=3)])
        plan(now=self.now - back)
        self._holds(self.now)

    def _wrong_look(self) -> None:
        ahead = timedelta(minutes=self.chance.randrange(-60, 200))
        Schedule.objects.update(looks_at=self.now + ahead)

    def _save(self, **fields: object) -> None:
        for name, value in fields.items():
            setattr(self.schedule, name, value)
        self.schedule.effective_from = self.now
        self.schedule.save()

    def _holds(self, now: datetime) -> None:
        standing: dict[tuple[object, bool], list[Digest]] = {}
        for digest in Digest.objects.select_related("newsletter__schedule"):
            standing.setdefault((digest.day, digest.is_weekly), []).append(digest)
        for digests in standing.values():
            open_ones = [one for one in digests if one.state not in FINISHED]
            assert len(open_ones) <= 1, "two mails stand for one run"
        moved = DigestChange.objects.filter(new="preparing").exclude(digest__in=self.gone)
        newly = list(moved.select_related("digest__newsletter__schedule"))
        assert len(newly) <= 1, "several mails went at once"
        for change in newly:
            self._is_in_time(change.digest, now)
        ids = DigestChange.objects.filter(new="preparing").values_list("digest", flat=True)
        assert len(ids) == len(set(ids)), "a mail went twice"
        self.gone.update(ids)

    def _is_in_time(self, digest: Digest, now: datetime) -> None:
        due = upcoming.own_time(digest=digest, zone=digest.newsletter.zone)
        assert digest.release_at is not None
        assert due is not None
        assert digest.release_at <= now, "it went early"
        assert now - due <= digest.newsletter.schedule.grace(), "it went late"


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(acts=st.lists(st.sampled_from(ACTS), min_size=3, max_size=14), seed=st.integers(0, 10_000))
def test_no_run_has_two_mails_and_none_goes_early_or_late(acts: list[str], seed: int) -> None:
    with transaction.atomic():
        newsroom = Newsroom(Random(seed))
        for act in acts:
            newsroom.act(act)
        transaction.set_rollback(True)
