"""The pages of a schedule at the desk: what is kept, what is refused, and what begins anew."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from newsletter.models import Schedule, ScheduleDay
from subscribers.models import Subscription
from tests.factories import make_newsletter, make_reader, make_schedule, make_staff
from tests.newsletter.admin.scheduling import fields, newsletter_fields, page_of

LOOKED_AT = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)


@pytest.fixture
def schedule(db: None) -> Schedule:
    schedule = make_schedule()
    # Saving it has the planner look again; here it did since.
    Schedule.objects.filter(pk=schedule.pk).update(looks_at=LOOKED_AT)
    return schedule


def saved(desk: Client, schedule: Schedule, *days: dict[str, Any], **words: Any) -> Schedule:
    response = desk.post(page_of(schedule), fields(*days, **words))
    assert response.status_code == 302, response.context["errors"]
    return Schedule.objects.get(pk=schedule.pk)


def refused(desk: Client, schedule: Schedule, *days: dict[str, Any], **words: Any) -> str:
    response = desk.post(page_of(schedule), fields(*days, **words))
    assert response.status_code == 200, "it was saved"
    assert Schedule.objects.get(pk=schedule.pk).effective_from == schedule.effective_from
    return response.text


def begins_now(schedule: Schedule) -> bool:
    return timezone.now() - schedule.effective_from < timedelta(minutes=1)


def test_a_schedule_leaves_out_what_others_ran(desk: Client, schedule: Schedule) -> None:
    other = make_newsletter(name="Evening Post")
    page = desk.get(page_of(schedule)).text
    assert f'type="checkbox" name="leaves_out" value="{other.pk}"' in page
    assert f'name="leaves_out" value="{schedule.newsletter_id}"' not in page
    changed = saved(desk, schedule, leaves_out=[other.pk], leaves_out_days="3")
    assert list(changed.leaves_out.all()) == [other]
    assert changed.leaves_out_days == 3


def test_an_unchanged_schedule_keeps_its_start(desk: Client, schedule: Schedule) -> None:
    same = saved(desk, schedule)
    assert same.effective_from == schedule.effective_from
    assert same.looks_at == LOOKED_AT


@pytest.mark.parametrize(
    "changed",
    [
        {"weekdays": ["6", "1"]},
        {"local_time": "09:00"},
        {"is_active": ""},
        {"first_day": "2026-12-01"},
        {"last_day": "2026-12-20"},
        {"holidays": "GB-ENG"},
        {"by_reader": "on"},
        {"by_reader": "on", "head_start_minutes": "60"},
        {"weekly_day": "6"},
        {"weekly_day": "6", "weekly_time": "09:00"},
    ],
    ids=str,
)
def test_a_changed_rule_starts_now_and_does_not_fire_the_past(
    desk: Client, schedule: Schedule, changed: dict[str, Any]
) -> None:
    now = saved(desk, schedule, **changed)
    assert begins_now(now)
    assert now.looks_at is None


def test_what_is_no_part_of_the_rule_only_has_it_looked_at_again(
    desk: Client, schedule: Schedule
) -> None:
    changed = saved(desk, schedule, lead_time_minutes="240")
    assert changed.effective_from == schedule.effective_from
    assert changed.looks_at is None


def test_a_day_that_differs_is_named_on_the_schedule_s_page(
    desk: Client, schedule: Schedule
) -> None:
    day = {"day": "2026-12-24", "kind": "extra", "local_time": "09:00", "note": "Christmas"}
    changed = saved(desk, schedule, day)
    (kept,) = changed.days.all()
    assert (kept.day, kept.kind, kept.local_time) == (date(2026, 12, 24), "extra", time(9))
    assert begins_now(changed)
    assert changed.looks_at is None


def test_a_day_that_is_taken_out_again_begins_the_rule_anew(
    desk: Client, schedule: Schedule
) -> None:
    day = schedule.days.create(day=date(2026, 12, 24), kind=ScheduleDay.Kind.SKIP)
    row = {"id": str(day.pk), "schedule": str(schedule.pk), "day": "2026-12-24", "kind": "skip"}
    posted = fields(row | {"DELETE": "on"}) | {"days-INITIAL_FORMS": "1"}
    desk.post(page_of(schedule), posted)
    changed = Schedule.objects.get()
    assert not changed.days.exists()
    assert begins_now(changed)


def test_a_day_cannot_be_left_out_and_be_a_further_one(desk: Client, schedule: Schedule) -> None:
    one = {"day": "2026-12-24", "kind": "extra"}
    page = refused(desk, schedule, one, {"day": "2026-12-24", "kind": "skip"})
    assert "either there is a mail on it, or there is none" in page


def test_a_day_without_a_mail_needs_no_time(desk: Client, schedule: Schedule) -> None:
    day = {"day": "2026-12-24", "kind": "skip", "local_time": "09:00"}
    assert "A day without a mail needs no time." in refused(desk, schedule, day)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"holidays": "GB, GB-EN"}, "no holiday calendar “GB-EN”. Did you mean GB-ENG or GB-NIR?"),
        (
            {"first_day": "2026-12-02", "last_day": "2026-12-01"},
            "The last day is before the first.",
        ),
        ({"weekly_time": "09:00"}, "Choose its day as well, or leave its time empty."),
        ({"by_reader": "on", "head_start_minutes": "1621"}, "27 hours (1,620 minutes) is the most"),
        ({"weekdays": []}, "Tick at least one day, or choose one once a week"),
    ],
    ids=lambda one: str(one)[:40],
)
def test_a_mistake_is_told_kindly_beside_its_field(
    desk: Client, schedule: Schedule, words: dict[str, Any], sentence: str
) -> None:
    assert sentence in refused(desk, schedule, **words)


def test_no_weekday_is_needed_where_a_further_day_or_a_weekly_one_is_named(
    desk: Client, schedule: Schedule
) -> None:
    assert saved(desk, schedule, weekdays=[], weekly_day="6").weekdays == ""
    day = {"day": "2026-12-24", "kind": "extra"}
    assert saved(desk, schedule, day, weekdays=[], weekly_day="").weekdays == ""


def test_a_further_day_that_is_being_taken_out_is_none(desk: Client, schedule: Schedule) -> None:
    day = {"day": "2026-12-24", "kind": "extra", "DELETE": "on"}
    assert "Tick at least one day" in refused(desk, schedule, day, weekdays=[])


def test_holiday_calendars_are_kept_as_the_library_spells_them(
    desk: Client, schedule: Schedule
) -> None:
    assert saved(desk, schedule, holidays="gb-eng ,us-ny").holidays == "GB-ENG, US-NY"


def test_the_weekly_mail_stays_while_readers_chose_it(desk: Client, db: None) -> None:
    schedule = make_schedule(weekly_day=6)
    for _ in range(2):
        reader = make_reader(schedule.newsletter)
        Subscription.objects.filter(subscriber=reader).update(frequency="once_a_week")
    page = refused(desk, schedule, weekly_day="")
    assert "2 readers chose once a week; they would get nothing." in page
    Subscription.objects.update(frequency="every_day")
    assert saved(desk, schedule, weekly_day="").weekly_day is None


def test_switching_it_off_tells_who_gets_nothing_then(desk: Client, db: None) -> None:
    schedule = make_schedule(weekly_day=6)
    reader = make_reader(schedule.newsletter)
    Subscription.objects.filter(subscriber=reader).update(frequency="once_a_week")
    assert saved(desk, schedule, is_active="", weekly_day="6").is_active is False
    told = desk.get(page_of(schedule)).text
    assert "1 reader chose once a week. While the schedule is off they get nothing" in told


def test_it_says_when_a_mail_by_each_reader_s_clock_must_be_ready(
    desk: Client, schedule: Schedule
) -> None:
    page = desk.post(page_of(schedule), fields(by_reader="on"), follow=True).text
    assert "16:30 London time, when the first readers wake." in page


def test_another_time_zone_begins_the_rule_anew(desk: Client, schedule: Schedule) -> None:
    newsletter = schedule.newsletter
    address = reverse("admin:subscribers_newsletter_change", args=[newsletter.pk])
    desk.post(address, newsletter_fields(newsletter))
    assert Schedule.objects.get().effective_from == schedule.effective_from, "nothing changed"
    desk.post(address, newsletter_fields(newsletter, time_zone="America/New_York"))
    changed = Schedule.objects.select_related("newsletter").get()
    assert changed.newsletter.time_zone == "America/New_York"
    assert begins_now(changed)
    assert changed.looks_at is None


def test_a_newsletter_s_page_changes_its_schedule_too(desk: Client, schedule: Schedule) -> None:
    newsletter = schedule.newsletter
    address = reverse("admin:subscribers_newsletter_change", args=[newsletter.pk])
    later = newsletter_fields(newsletter) | {"schedule-0-local_time": "07:00"}
    desk.post(address, later)
    changed = Schedule.objects.get()
    assert changed.local_time == time(7)
    assert begins_now(changed)
    none = newsletter_fields(newsletter) | {"schedule-0-weekdays": []}
    assert "or name a further day on its page." in desk.post(address, none).text
    changed.days.create(day=date(2026, 12, 24), kind=ScheduleDay.Kind.EXTRA)
    assert desk.post(address, none).status_code == 302


def test_the_lists_tell_the_rule_and_lead_to_the_next_runs(
    desk: Client, schedule: Schedule
) -> None:
    runs = reverse("admin:newsletter_schedule_next_runs", args=[schedule.pk])
    lists = [
        desk.get(reverse(f"admin:{name}_changelist")).text
        for name in ("newsletter_schedule", "subscribers_newsletter")
    ]
    assert all("weekdays at 06:30, London" in page for page in lists)
    assert f'href="{runs}"' in lists[0]
    newsletter = reverse("admin:subscribers_newsletter_change", args=[schedule.newsletter_id])
    for address in (page_of(schedule), newsletter):
        assert f'href="{runs}"' in desk.get(address).text


def test_who_may_only_look_sees_the_days_and_changes_none(
    client: Client, schedule: Schedule
) -> None:
    schedule.days.create(day=date(2026, 12, 24), kind=ScheduleDay.Kind.SKIP, note="Closed")
    somebody = make_staff()
    somebody.user_permissions.set(Permission.objects.filter(codename="view_schedule"))
    client.force_login(somebody)
    assert "Closed" in client.get(page_of(schedule)).text
    client.post(page_of(schedule), fields({"day": "2026-12-25", "kind": "skip"}))
    assert schedule.days.count() == 1
