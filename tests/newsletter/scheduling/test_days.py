"""On which days there is a mail, why not on others, and at what time."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from newsletter.models import Schedule, ScheduleDay
from newsletter.scheduling.days import UnknownCalendar, checked_calendar, codes_in, days_of
from newsletter.scheduling.recurrence import next_run, occurrences_between, runs_after
from tests.factories import NOW, make_newsletter, make_schedule

pytestmark = pytest.mark.django_db

SKIP, EXTRA = ScheduleDay.Kind.SKIP, ScheduleDay.Kind.EXTRA
FAR = NOW + timedelta(days=2000)


def name_day(schedule: Schedule, day: str, kind: str = EXTRA, **more: object) -> None:
    schedule.days.create(day=date.fromisoformat(day), kind=kind, **more)


def days_from(schedule: Schedule, since: datetime = NOW, until: datetime = FAR) -> list[str]:
    runs = occurrences_between(schedule=schedule, since=since, until=until)
    return [run.key for run in runs]


def test_it_runs_from_the_first_to_the_last_day_both_included() -> None:
    within = {"first_day": date(2026, 12, 1), "last_day": date(2026, 12, 3)}
    schedule = make_schedule(**within)
    assert days_from(schedule) == ["2026-12-01", "2026-12-02", "2026-12-03"]


def test_a_further_day_after_the_last_one_still_counts() -> None:
    schedule = make_schedule(last_day=date(2026, 11, 25))
    name_day(schedule, "2026-12-24")
    assert days_from(schedule) == ["2026-11-24", "2026-11-25", "2026-12-24"]
    after = [run.key for run in runs_after(schedule=schedule, after=NOW)]
    assert after == ["2026-11-24", "2026-11-25", "2026-12-24"]


def test_a_schedule_of_further_days_only_runs_on_those() -> None:
    schedule = make_schedule(weekdays="")
    name_day(schedule, "2028-02-29", local_time=time(8, 0))
    run = next_run(schedule=schedule, after=NOW)
    assert run is not None
    assert run.own_time == datetime(2028, 2, 29, 8, 0, tzinfo=UTC)
    assert next_run(schedule=schedule, after=run.own_time) is None


def test_a_further_day_may_have_a_time_of_its_own_also_on_a_weekday_that_runs() -> None:
    schedule = make_schedule()
    name_day(schedule, "2026-11-25", local_time=time(9, 30))
    runs = occurrences_between(
        schedule=schedule, since=NOW + timedelta(days=1), until=NOW + timedelta(days=2)
    )
    assert [run.own_time for run in runs] == [datetime(2026, 11, 25, 9, 30, tzinfo=UTC)]


def test_a_day_left_out_has_no_mail_and_its_reason() -> None:
    schedule = make_schedule()
    name_day(schedule, "2026-11-25", SKIP, note="Office party")
    name_day(schedule, "2026-11-26", SKIP)
    days = days_of(schedule)
    assert days_from(schedule)[:2] == ["2026-11-24", "2026-11-27"]
    assert days.left_out(date(2026, 11, 25)) == "Office party"
    assert days.left_out(date(2026, 11, 26)) == "no mail"
    assert days.left_out(date(2026, 11, 27)) == ""


def test_no_day_is_left_out_that_the_rule_does_not_ask_for() -> None:
    schedule = make_schedule(holidays="GB-ENG", last_day=date(2026, 12, 24))
    name_day(schedule, "2026-11-28", SKIP)
    days = days_of(schedule)
    assert days.left_out(date(2026, 11, 28)) == "", "a Saturday"
    assert days.left_out(date(2026, 12, 25)) == "", "after the last day"


def test_it_leaves_out_public_holidays_of_each_calendar() -> None:
    schedule = make_schedule(holidays="GB-ENG, US")
    since = datetime(2026, 12, 24, 0, 0, tzinfo=UTC)
    assert days_from(schedule, since, since + timedelta(days=5)) == ["2026-12-24"]
    days = days_of(schedule)
    assert days.left_out(date(2026, 12, 25)) == "Christmas Day"
    assert days.left_out(date(2026, 12, 28)) == "Boxing Day (observed)"
    assert days.left_out(date(2027, 7, 5)) == "Independence Day (observed)"


def test_a_further_day_wins_over_a_holiday() -> None:
    schedule = make_schedule(holidays="GB-ENG")
    name_day(schedule, "2026-12-25", local_time=time(9, 0))
    assert "2026-12-25" in days_from(schedule)
    assert days_of(schedule).left_out(date(2026, 12, 25)) == ""


def test_a_holiday_is_the_newsletter_s_own_local_day() -> None:
    """In Auckland the first of January begins while it is the thirty-first in UTC."""
    auckland = make_newsletter(time_zone="Pacific/Auckland")
    schedule = make_schedule(auckland, holidays="NZ", weekdays="1234567")
    since = datetime(2026, 12, 30, 12, tzinfo=UTC)
    # The second of January is a holiday there, too, and falls on a Saturday: so Monday is one.
    found = days_from(schedule, since, since + timedelta(days=6))
    assert found == ["2026-12-31", "2027-01-03", "2027-01-05"]


def test_the_weekly_mail_keeps_its_day_whatever_is_left_out() -> None:
    schedule = make_schedule(weekly_day=5, weekly_time=time(9), holidays="GB-ENG")
    name_day(schedule, "2026-11-27", SKIP)
    assert "2026-11-27-week" in days_from(schedule)
    assert "2026-12-25-week" in days_from(schedule)
    assert "2026-12-25" not in days_from(schedule)


def test_a_weekly_mail_before_the_day_s_own_comes_first() -> None:
    schedule = make_schedule(weekly_day=3, weekly_time=time(5, 0))
    after = datetime(2026, 11, 24, 12, tzinfo=UTC)
    run = next_run(schedule=schedule, after=after)
    assert run is not None
    assert run.key == "2026-11-25-week"


def test_a_leap_day_comes_every_four_years() -> None:
    schedule = make_schedule(weekdays="2", first_day=date(2028, 2, 29))
    assert days_from(schedule)[0] == "2028-02-29"


def test_codes_are_read_however_they_are_typed() -> None:
    assert codes_in(" gb-eng, us-ny ,GB-ENG,,") == ("GB-ENG", "US-NY")
    assert codes_in("au-nsw  western") == ("AU-NSW Western",)
    for code in codes_in("gb, uk, au-nsw western, de-by"):
        assert checked_calendar(code, 2026)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("GB-EN", "Did you mean GB-ENG or GB-NIR?"),
        ("gb-scotland", "Did you mean GB-SCT?"),
        ("Germany", "Did you mean DE?"),
        ("QQ", "Give a country as in GB, or a part of one as in GB-SCT."),
    ],
)
def test_an_unknown_calendar_is_named_with_what_may_be_meant(typed: str, meant: str) -> None:
    (code,) = codes_in(typed)
    with pytest.raises(UnknownCalendar) as refused:
        checked_calendar(code, 2026)
    assert str(refused.value) == f"There is no holiday calendar “{code}”. {meant}"


def test_a_calendar_that_is_gone_leaves_nothing_out() -> None:
    assert "2026-12-25" in days_from(make_schedule(holidays="QQ"))


def test_holidays_have_english_names_whatever_the_machine_speaks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LANGUAGE", "de")
    assert checked_calendar("DE", 2033)[date(2033, 12, 26)] == "Second Day of Christmas"
