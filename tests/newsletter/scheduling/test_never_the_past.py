"""Changing a schedule, a zone or a clock never fires the past, and never twice."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine

from newsletter import tasks
from newsletter.models import Digest, DigestChange, Schedule
from newsletter.scheduling.planning import plan
from subscribers import clock
from subscribers.models import Newsletter
from tests.factories import make_article, make_schedule

pytestmark = pytest.mark.django_db

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
# A Tuesday in London, on UTC.
DUE = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
TUESDAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def _news(db: None) -> None:
    for hours in [*range(-9, 36, 3), *range(36, 240, 12)]:
        make_article(published_at=DUE + hours * HOUR)


@pytest.fixture
def daily(db: None) -> Schedule:
    return make_schedule(weekdays="1234567", effective_from=DUE - 8 * HOUR, max_age_hours=400)


def run(since: datetime, until: datetime) -> None:
    """A tick each half hour and at the end; what went out is with its readers soon after."""
    now = since
    while now < until:
        tick(now)
        now += HOUR / 2
    tick(until)


def tick(now: datetime) -> None:
    plan(now=now)
    Digest.objects.filter(state="preparing").update(state="sent")


def change(now: datetime, **fields: object) -> None:
    """As the desk saves it: in force from now on."""
    schedule = Schedule.objects.select_related("newsletter").get()
    zone = fields.pop("time_zone", None)
    for name, value in fields.items():
        setattr(schedule, name, value)
    if zone is not None:
        schedule.newsletter.time_zone = str(zone)
        schedule.newsletter.save()
    schedule.effective_from = now
    schedule.save()


def released() -> list[datetime]:
    """When mails went, the first one first."""
    rows = DigestChange.objects.filter(new="preparing").order_by("at")
    return list(rows.values_list("at", flat=True))


# Half an hour after Tuesday's went: what it is changed to, and when the next one goes.
CHANGES: dict[str, tuple[dict[str, object], datetime]] = {
    "to an hour that is past today": ({"local_time": time(5, 0)}, DUE + DAY - 90 * MINUTE),
    "to a moment ago": ({"local_time": time(6, 59)}, DUE + DAY + 29 * MINUTE),
    # Readers had the one of today.
    "to later today": ({"local_time": time(9, 0)}, DUE + DAY + 150 * MINUTE),
    "to yesterday's weekday": ({"weekdays": "1"}, DUE + 6 * DAY),
    "to tomorrow's weekday": ({"weekdays": "3"}, DUE + DAY),
    "to a zone further west": ({"time_zone": "America/New_York"}, DUE + 29 * HOUR),
    "to a zone further east": ({"time_zone": "Asia/Tokyo"}, DUE + 15 * HOUR),
    "over the date line to the east of it": ({"time_zone": "Pacific/Honolulu"}, DUE + 34 * HOUR),
    "over the date line to the west of it": ({"time_zone": "Pacific/Apia"}, DUE + 11 * HOUR),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_fires_nothing_and_the_next_run_is_that_of_the_new_rule(
    daily: Schedule, what: str
) -> None:
    fields, next_at = CHANGES[what]
    run(DUE - 2 * HOUR, DUE)
    assert released() == [DUE]
    changed = DUE + 30 * MINUTE
    change(changed, **fields)
    run(changed, min(next_at - MINUTE, changed + 4 * HOUR))
    run(next_at - 150 * MINUTE, next_at - MINUTE)
    assert released() == [DUE]
    run(next_at, next_at + HOUR)
    assert released() == [DUE, next_at]
    assert not Digest.objects.filter(state="held").exists()


def test_from_one_side_of_the_date_line_to_the_other_and_back(daily: Schedule) -> None:
    run(DUE - 2 * HOUR, DUE)
    change(DUE + HOUR, time_zone="Pacific/Apia")
    run(DUE + HOUR, DUE + 2 * HOUR)
    change(DUE + 2 * HOUR, time_zone="Europe/London")
    run(DUE + 2 * HOUR, DUE + 14 * HOUR)
    run(DUE + 20 * HOUR, DUE + DAY)
    assert released() == [DUE, DUE + DAY]


def test_a_schedule_that_was_off_for_a_week_goes_on_with_the_next_day(daily: Schedule) -> None:
    run(DUE - 2 * HOUR, DUE)
    change(DUE + HOUR, is_active=False)
    run(DUE + HOUR, DUE + 3 * HOUR)
    back = DUE + 7 * DAY + HOUR
    change(back, is_active=True)
    run(back, back + 2 * HOUR)
    run(DUE + 8 * DAY - 2 * HOUR, DUE + 8 * DAY)
    assert released() == [DUE, DUE + 8 * DAY]
    assert sorted(Digest.objects.values_list("occurrence", flat=True)) == [
        "2026-11-24",
        "2026-12-02",
    ]


def test_a_rule_changed_to_each_readers_time_makes_the_next_morning(daily: Schedule) -> None:
    """At 18:00, where the first morning on Earth has begun already: it goes at its own time."""
    run(DUE - 2 * HOUR, DUE)
    evening = DUE + 11 * HOUR + 30 * MINUTE
    change(evening, by_reader=True)
    run(evening, evening + HOUR)
    assert released() == [DUE]
    wednesday = Digest.objects.get(occurrence="2026-11-25")
    assert wednesday.state == "draft"
    run(DUE + DAY - HOUR, DUE + DAY)
    assert released()[:2] == [DUE, DUE + DAY]
    assert (wednesday.wave_day, wednesday.wave_time) == (TUESDAY + DAY, time(6, 30))


def test_and_not_that_of_a_morning_that_is_over_here(daily: Schedule) -> None:
    run(DUE - 2 * HOUR, DUE)
    change(DUE + MINUTE, by_reader=True)
    run(DUE + MINUTE, DUE + 3 * HOUR)
    assert released() == [DUE]


# Spring in London: 1:30 does not come on 29 March; autumn: it comes twice on 25 October.
@pytest.mark.parametrize(
    ("day", "due"),
    [
        (date(2026, 3, 29), datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
        (date(2026, 10, 25), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
    ],
    ids=["the hour that is left out", "the hour that comes twice"],
)
def test_a_mail_goes_once_when_clocks_change(day: date, due: datetime) -> None:
    make_article(published_at=due - 6 * HOUR)
    make_schedule(weekdays="7", local_time=time(1, 30), effective_from=due - DAY)
    run(due - 4 * HOUR, due + 6 * HOUR)
    assert released() == [due]
    assert Digest.objects.get().day == day


# --- Clocks: the database's and the machine's, one of which jumps ---


@pytest.mark.parametrize("which", ["database", "machine"])
@pytest.mark.parametrize("jump", [HOUR, -HOUR, 3 * DAY, -3 * DAY], ids=str)
def test_a_clock_that_jumps_and_comes_back_sends_each_mail_once_and_none_early(
    daily: Schedule, which: str, jump: timedelta, monkeypatch: pytest.MonkeyPatch
) -> None:
    def tick_at(now: datetime, *, by: timedelta = timedelta()) -> None:
        database, machine = (now + by, now) if which == "database" else (now, now + by)
        monkeypatch.setattr(clock, "database_now", lambda: database)
        with time_machine.travel(machine, tick=False):
            tasks.plan_digests()

    for minutes in range(-150, 40, 20):
        tick_at(DUE + minutes * MINUTE, by=jump if -60 <= minutes <= -20 else timedelta())
    for minutes in range(0, 24 * 60, 60):
        now = DUE + HOUR + minutes * MINUTE
        tick_at(now, by=jump if 9 * 60 <= minutes <= 12 * 60 else timedelta())
    assert released() == [DUE + 10 * MINUTE, DUE + DAY]


@pytest.mark.parametrize("jump", [HOUR, 3 * DAY], ids=str)
def test_after_both_clocks_were_set_back_nothing_goes_twice(
    daily: Schedule, jump: timedelta
) -> None:
    """Both ahead for ten minutes: what they made then stands, and is not made again."""
    run(DUE - 3 * HOUR, DUE - HOUR)
    run(DUE + jump, DUE + jump + 10 * MINUTE)
    for day in range(5):
        run(DUE - 50 * MINUTE + day * DAY, DUE + day * DAY)
        run(DUE + day * DAY, DUE + day * DAY + 4 * HOUR)
    days = [digest.day for digest in Digest.objects.all()]
    assert len(days) == len(set(days))
    gone = DigestChange.objects.filter(new="preparing").values_list("digest", flat=True)
    assert len(gone) == len(set(gone))
    assert Newsletter.objects.count() == 1
