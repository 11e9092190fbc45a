"""Late: inside its grace a mail goes once, outside it is held and staff are told, after any outage.

The planner runs in real steps: every five seconds once it is back, every half hour else.
"""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta

import pytest

from newsletter.models import Digest, DigestChange, Schedule
from newsletter.release import approval
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
GOES, HELD = {"24": "preparing"}, {"24": "held"}
# What there is afterwards, by rule and outage: where it was drafted before, and where not.
FATES: dict[tuple[str, str], tuple[dict[str, str], dict[str, str]]] = {
    ("daily", "1 min"): (GOES, GOES),
    ("daily", "2 h"): (GOES, GOES),
    ("daily", "5 h"): (HELD, HELD),
    ("daily", "3 days"): ({"24": "held", "27": "preparing"}, {"27": "preparing"}),
    ("weekly", "1 min"): (GOES, GOES),
    ("weekly", "2 h"): (GOES, GOES),
    ("weekly", "5 h"): (GOES, GOES),
    ("weekly", "3 days"): (HELD, HELD),
    ("by reader", "1 min"): (GOES, GOES),
    ("by reader", "2 h"): (GOES, GOES),
    ("by reader", "5 h"): (HELD, HELD),
    ("by reader", "3 days"): ({"24": "held", "27": "preparing"}, {"27": "preparing"}),
}


@pytest.fixture(autouse=True)
def _news(db: None) -> None:
    make_staff()
    for day in range(8):
        make_article(published_at=START + day * DAY)


def run(since: datetime, until: datetime, *, step: timedelta = 30 * MINUTE) -> None:
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
    for seconds in range(0, 15, 5):
        plan(now=back + timedelta(seconds=seconds))
    return back


def of_tuesday() -> Digest:
    return Digest.objects.get(occurrence="2026-11-24")


@pytest.mark.parametrize("opened", [True, False], ids=["drafted", "not drafted"])
@pytest.mark.parametrize(("rule", "outage"), FATES)
def test_after_an_outage(rule: str, outage: str, *, opened: bool) -> None:
    make_schedule(effective_from=START, max_age_hours=400, **RULES[rule])
    back = after_outage(OUTAGES[outage], opened=opened)
    found = {name[8:]: state for name, state in Digest.objects.values_list("occurrence", "state")}
    assert found == FATES[rule, outage][not opened]
    run(back, back + HOUR)
    for digest in Digest.objects.filter(state="held"):
        assert digest.reason.startswith("More than ")
        assert digest.reason in told_of(digest)
    gone = DigestChange.objects.filter(new="preparing")
    assert gone.count() == list(found.values()).count("preparing")


def told_of(digest: Digest) -> str:
    notices = [one.context for one in Notice.objects.all()]
    (message,) = (one["message"] for one in notices if digest.occurrence in one["subject"])
    return message


@pytest.mark.parametrize("days", [3, 6])
def test_a_newsletter_opens_one_mail_after_days_without_a_planner(days: int) -> None:
    make_schedule(weekdays="1234567", effective_from=START, max_age_hours=400)
    back = DUE + days * DAY + 4 * HOUR
    run(back, back + 3 * HOUR)
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


def test_what_waits_for_approval_does_not_keep_back_what_is_approved() -> None:
    make_schedule(
        weekdays="1234567",
        effective_from=START,
        lead_time_minutes=2 * 1440,
        grace_minutes=3 * 1440,
        approval="editor",
    )
    plan(now=START)
    approval.approve(digest_id=of_tuesday().pk, by=make_staff(), now=START)
    plan(now=DUE + DAY + HOUR)
    assert states("2026-11-24", "2026-11-25") == ["preparing", "held"]


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
