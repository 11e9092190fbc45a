"""The next runs as people look them over: on the page and by the command."""

import json
from datetime import UTC, date, datetime, time, timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from newsletter.models import Schedule
from newsletter.scheduling.forecast import Kind, Line, forecast, ready_in_words
from tests.factories import NOW, make_newsletter, make_schedule, make_staff

pytestmark = pytest.mark.django_db

FORWARD = "Clocks went forward: 1 h earlier in UTC."
BACK = "Clocks went back: 1 h later in UTC."


def lines_of(schedule: Schedule, since: datetime = NOW, count: int = 20) -> dict[str, Line]:
    found = forecast(schedule=schedule, now=since, count=count)
    return {f"{line.day} {line.kind}": line for line in found}


def test_it_tells_the_next_twenty_in_local_time_and_utc() -> None:
    found = forecast(schedule=make_schedule(), now=NOW)
    assert len(found) == 20
    first = found[0]
    assert (first.day, first.kind, first.notes) == (date(2026, 11, 24), Kind.RUN, ())
    assert first.utc == datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
    assert first.local is not None
    assert first.local.time() == time(6, 30)


def test_days_left_out_stand_between_with_their_reason() -> None:
    schedule = make_schedule(holidays="GB-ENG")
    schedule.days.create(day=date(2026, 12, 3), kind="skip", note="Office party")
    found = forecast(schedule=schedule, now=NOW, count=25)
    assert [line.day for line in found] == sorted(line.day for line in found)
    left_out = {line.day: line.notes for line in found if line.kind == Kind.LEFT_OUT}
    assert left_out == {
        date(2026, 12, 3): ("Office party",),
        date(2026, 12, 25): ("Christmas Day",),
        date(2026, 12, 28): ("Boxing Day (observed)",),
    }
    assert sum(line.kind == Kind.RUN for line in found) == 25


def test_the_weekly_mail_is_marked_also_on_a_day_left_out() -> None:
    schedule = make_schedule(weekly_day=5, weekly_time=time(9), holidays="GB-ENG")
    found = lines_of(schedule, datetime(2026, 12, 21, tzinfo=UTC))
    assert found["2026-12-25 left_out"].notes == ("Christmas Day",)
    assert found["2026-12-25 weekly"].utc == datetime(2026, 12, 25, 9, tzinfo=UTC)


def test_it_marks_the_first_run_after_clocks_changed() -> None:
    schedule = make_schedule(weekdays="1234567")
    spring = lines_of(schedule, datetime(2027, 3, 26, tzinfo=UTC))
    marked = {key: line.notes for key, line in spring.items() if line.notes}
    assert marked == {"2027-03-28 run": (FORWARD,)}
    autumn = lines_of(schedule, datetime(2027, 10, 30, 20, tzinfo=UTC))
    assert autumn["2027-10-31 run"].notes == (BACK,)


def test_it_marks_a_run_in_a_gap_and_one_in_a_repeated_hour() -> None:
    schedule = make_schedule(weekdays="7", local_time=time(1, 30))
    spring = lines_of(schedule, datetime(2027, 3, 26, tzinfo=UTC))
    assert spring["2027-03-28 run"].utc == datetime(2027, 3, 28, 1, 0, tzinfo=UTC)
    skipped = "Clocks skip 01:30 that day: it goes right after."
    assert spring["2027-03-28 run"].notes == (FORWARD, skipped)
    autumn = lines_of(schedule, datetime(2027, 10, 30, tzinfo=UTC))
    twice = "01:30 comes twice that day: it goes the first time."
    assert autumn["2027-10-31 run"].notes == (twice,)
    assert autumn["2027-11-07 run"].notes == (BACK,)


def test_it_tells_when_a_mail_by_each_reader_s_clock_must_be_ready() -> None:
    schedule = make_schedule(by_reader=True)
    tomorrow = lines_of(schedule)["2026-11-25 run"]
    assert tomorrow.ready == datetime(2026, 11, 24, 16, 30, tzinfo=UTC)
    assert ready_in_words(schedule=schedule, now=NOW) == (
        "The mail of Wednesday has to be ready by Tuesday 16:30 London time, "
        "when the first readers wake."
    )
    schedule.head_start_minutes = 120
    assert "by Wednesday 04:30 London time, when the first readers get it." in ready_in_words(
        schedule=schedule, now=NOW + timedelta(hours=1)
    )
    assert ready_in_words(schedule=make_schedule(), now=NOW) == ""


def test_of_the_weekly_mail_it_tells_only_where_there_is_no_other() -> None:
    schedule = make_schedule(by_reader=True, weekly_day=3, weekly_time=time(5))
    assert ready_in_words(schedule=schedule, now=NOW).startswith("The mail of Wednesday")
    schedule.weekdays = ""
    assert ready_in_words(schedule=schedule, now=NOW) == (
        "The weekly mail of Wednesday has to be ready by Tuesday 15:00 London time, "
        "when the first readers wake."
    )


def test_a_rule_that_ends_is_told_to_its_end() -> None:
    schedule = make_schedule(last_day=date(2026, 12, 31), holidays="GB-ENG")
    found = forecast(schedule=schedule, now=datetime(2026, 12, 30, tzinfo=UTC))
    assert [(line.day.day, line.kind) for line in found] == [(30, "run"), (31, "run")]
    assert forecast(schedule=schedule, now=datetime(2027, 1, 1, tzinfo=UTC)) == []


def test_nothing_is_told_of_before_the_rule_holds() -> None:
    schedule = make_schedule(effective_from=datetime(2026, 12, 1, 7, tzinfo=UTC))
    assert forecast(schedule=schedule, now=NOW)[0].day == date(2026, 12, 2)


def said(*words: str) -> str:
    out = StringIO()
    call_command("next_runs", *words, stdout=out)
    return out.getvalue()


@time_machine.travel(NOW, tick=False)
def test_the_command_tells_all_newsletters_or_those_named() -> None:
    one = make_schedule(holidays="GB-ENG", weekly_day=6, weekly_time=time(9)).newsletter
    other = make_schedule(make_newsletter(time_zone="America/New_York"), is_active=False)
    told = said("--count", "2")
    assert f"{other.newsletter.slug}: weekdays at 06:30, New York (switched off)" in told
    assert "  Tue 2026-11-24  06:30 EST  2026-11-24 11:30 UTC\n" in told
    assert said(one.slug, "--count", "5").splitlines()[5:] == [
        "  Sat 2026-11-28  09:00 GMT  2026-11-28 09:00 UTC  once a week",
    ]
    assert other.newsletter.slug not in said(one.slug)


@time_machine.travel(NOW, tick=False)
def test_the_command_speaks_json() -> None:
    schedule = make_schedule(by_reader=True)
    (told,) = json.loads(said("--json", "--count", "1"))
    assert told == {
        "newsletter": schedule.newsletter.slug,
        "is_active": True,
        "time_zone": "Europe/London",
        "rule": "weekdays at 06:30, each reader's own time",
        "days": [
            {
                "day": "2026-11-24",
                "kind": "run",
                "local": "2026-11-24T06:30:00Z",
                "utc": "2026-11-24T06:30:00Z",
                "ready": "2026-11-23T16:30:00Z",
                "notes": [],
            }
        ],
    }


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["nothing"], "No newsletter is called 'nothing'"),
        (["--count", "0"], "--count is a number from 1 to 1000."),
        (["by-hand"], "By hand has no schedule: its mails are made by hand."),
    ],
)
def test_the_command_says_what_is_wrong(words: list[str], sentence: str) -> None:
    make_newsletter(name="By hand", slug="by-hand")
    with pytest.raises(CommandError, match=sentence):
        said(*words)


@pytest.fixture
def page(client: Client) -> Any:
    def get(schedule: Schedule) -> str:
        client.force_login(make_staff(is_superuser=True))
        return client.get(reverse("admin:newsletter_schedule_next_runs", args=[schedule.pk])).text

    return get


@time_machine.travel(datetime(2026, 12, 21, 12, tzinfo=UTC), tick=False)
def test_the_page_shows_days_times_and_reasons(page: Any) -> None:
    auckland = make_newsletter(time_zone="Pacific/Auckland")
    shown = " ".join(page(make_schedule(auckland, holidays="NZ", weekly_day=6)).split())
    assert "Fri 25 Dec" in shown
    assert "Fri 1 Jan 2027" in shown
    assert "No mail: Christmas Day" in shown
    assert "once a week" in shown
    # Wednesday at half past six there is the evening of Tuesday in UTC.
    assert '<time datetime="2026-12-22T17:30:00+00:00">06:30</time>' in shown
    assert "<td>Tue 22 Dec 17:30</td>" in shown


def test_the_page_says_when_nothing_is_to_come_or_it_is_switched_off(page: Any) -> None:
    shown = page(make_schedule(weekdays="", is_active=False))
    assert "No run is to come." in shown
    assert "It does not make mails by itself now." in shown


def test_the_page_is_for_those_who_may_see_schedules(client: Client) -> None:
    client.force_login(make_staff())
    address = reverse("admin:newsletter_schedule_next_runs", args=[make_schedule().pk])
    assert client.get(address).status_code == 403
