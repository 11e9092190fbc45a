"""Late: inside its grace a mail goes once, outside it is held and staff are told, after any outage.

The planner runs in real steps: every five seconds around what matters, every ten minutes else.
"""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta

import pytest

from newsletter.models import Digest, DigestChange, Schedule
from newsletter.scheduling.letting_go import OVERTAKEN
from newsletter.scheduling.planning import plan
from subscribers.models import Notice
from tests.factories import make_article, make_schedule, make_staff

pytestmark = pytest.mark.django_db

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
# A Tuesday in London, on UTC. Everything is due at 6:30 there.
DUE = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
START = DUE - timedelta(hours=5)
OUTAGES = {"1 min": MINUTE, "2 h": 2 * HOUR, "5 h": 5 * HOUR, "3 days": 3 * DAY}
RULES: dict[str, dict[str, object]] = {
    "daily": {"weekdays": "1234567"},
    "weekly": {"weekdays": "2"},
    # Ready an hour before its own time; an outage begins when it is ready.
    "by reader": {"weekdays": "1234567", "by_reader": True, "head_start_minutes": 60},
}
# What becomes of the mail of that Tuesday, by the rule and how long nothing ran.
FATES = {
    ("daily", "1 min"): "goes",
    ("daily", "2 h"): "goes",
    ("daily", "5 h"): "held",
    ("daily", "3 days"): "held",
    ("weekly", "1 min"): "goes",
    ("weekly", "2 h"): "goes",
    ("weekly", "5 h"): "goes",
    ("weekly", "3 days"): "held",
    ("by reader", "1 min"): "goes",
    ("by reader", "2 h"): "goes",
    ("by reader", "5 h"): "held",
    ("by reader", "3 days"): "held",
}


@pytest.fixture(autouse=True)
def _news(db: None) -> None:
    make_staff()
    for day in range(8):
        for number in range(3):
            make_article(published_at=START + day * DAY - number * MINUTE)


def run(since: datetime, until: datetime, *, step: timedelta = 10 * MINUTE) -> None:
    """Ticks from one moment to the other, the last one at it."""
    now = since
    while now < until:
        plan(now=now)
        now += step
    plan(now=until)


def ready_at() -> datetime:
    schedule = Schedule.objects.get()
    return DUE - timedelta(minutes=schedule.head_start_minutes or 0)


def after_outage(outage: timedelta, *, opened: bool) -> datetime:
    """Nothing runs from the moment that it is due; `opened`: it was drafted before."""
    if opened:
        run(START, ready_at() - MINUTE)
    back = ready_at() + outage
    for seconds in range(0, 30, 5):
        plan(now=back + timedelta(seconds=seconds))
    return back


def of_tuesday() -> Digest:
    return Digest.objects.get(occurrence="2026-11-24")


@pytest.mark.parametrize("opened", [True, False], ids=["drafted", "not drafted"])
@pytest.mark.parametrize(("rule", "outage"), FATES)
def test_after_an_outage(rule: str, outage: str, *, opened: bool) -> None:
    make_schedule(effective_from=START, max_age_hours=400, **RULES[rule])
    back = after_outage(OUTAGES[outage], opened=opened)
    released = DigestChange.objects.filter(new="preparing").values_list("digest", flat=True)
    newest = Digest.objects.order_by("-occurrence")[0]
    assert len(released) == len(set(released)) <= 1
    if FATES[rule, outage] == "goes":
        assert of_tuesday().state == "preparing"
    elif newest.occurrence > "2026-11-24" and not opened:
        assert not Digest.objects.filter(occurrence="2026-11-24").exists()
    else:
        assert of_tuesday().state == "held"
        assert of_tuesday().reason.startswith("More than ")
        assert "it was due" in told_of(of_tuesday())
    run(back, back + 2 * HOUR)
    assert DigestChange.objects.filter(digest=of_tuesday_id(), new="preparing").count() <= 1


def of_tuesday_id() -> int:
    return Digest.objects.order_by("occurrence")[0].pk


def told_of(digest: Digest) -> str:
    notices = [one.context for one in Notice.objects.all()]
    (message,) = (one["message"] for one in notices if digest.occurrence in one["subject"])
    return message


@pytest.mark.parametrize("days", [3, 6])
def test_a_newsletter_opens_one_mail_after_days_without_a_planner(days: int) -> None:
    make_schedule(weekdays="1234567", effective_from=START, max_age_hours=400)
    back = DUE + days * DAY + 4 * HOUR
    run(back, back + 6 * HOUR)
    digest = Digest.objects.get()
    assert (digest.day, digest.state) == (date(2026, 11, 24) + days * DAY, "held")
    assert "More than 3 h late: it was due 4 h ago" in digest.reason


def test_of_three_drafts_that_came_due_only_the_newest_goes() -> None:
    """Drafted three days ahead, and allowed to be very late."""
    make_schedule(
        weekdays="1234567", effective_from=START, lead_time_minutes=3 * 1440, grace_minutes=9 * 1440
    )
    plan(now=START)
    assert Digest.objects.count() == 3
    back = DUE + 2 * DAY + HOUR
    run(back, back + 10 * MINUTE, step=MINUTE)
    assert states("2026-11-24", "2026-11-25", "2026-11-26") == ["held", "held", "preparing"]
    held = Digest.objects.filter(state="held")
    assert set(held.values_list("reason", flat=True)) == {OVERTAKEN}
    assert OVERTAKEN in told_of(held[0])


def test_the_newest_of_them_has_the_news_and_the_others_took_none() -> None:
    make_schedule(
        weekdays="1234567", effective_from=START, lead_time_minutes=3 * 1440, max_age_hours=12
    )
    plan(now=START)
    back = DUE + 2 * DAY + HOUR
    news = make_article(title="Of this morning", published_at=back - 2 * HOUR)
    plan(now=back)
    newest = Digest.objects.get(occurrence="2026-11-26")
    assert newest.state == "preparing"
    assert newest.sections.filter(items__article=news).exists()


def test_a_mail_that_a_person_scheduled_is_not_overtaken() -> None:
    schedule = make_schedule(effective_from=START, grace_minutes=3 * 1440)
    run(START, DUE - MINUTE)
    Digest.objects.update(follows_rule=False, release_at=DUE - MINUTE, state="draft")
    schedule.save()
    back = DUE + DAY + HOUR
    plan(now=back)
    assert states("2026-11-24", "2026-11-25") == ["preparing", "preparing"]


def test_the_weekly_mail_does_not_overtake_the_others() -> None:
    make_schedule(effective_from=START, weekly_day=2, weekly_time=time(7, 0))
    plan(now=START)
    plan(now=DUE + HOUR)
    assert Counter(Digest.objects.values_list("state", flat=True))["held"] == 0


def test_one_by_each_readers_clock_is_not_late_before_its_own_time() -> None:
    """Due since the first morning on Earth; nothing ran for 13 h, and here it is not yet time."""
    make_schedule(weekdays="1234567", effective_from=START - DAY, by_reader=True)
    plan(now=DUE - 16 * HOUR)
    plan(now=DUE - HOUR)
    assert of_tuesday().state == "preparing"
    assert of_tuesday().release_at == DUE - 14 * HOUR


def states(*occurrences: str) -> list[str]:
    found = dict(Digest.objects.values_list("occurrence", "state"))
    return [found[one] for one in occurrences]
