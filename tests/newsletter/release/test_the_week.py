"""A weekly mail on its way out: what is worth a look, its test mail, its approval, its audience."""

from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command

from newsletter.delivery import preparation
from newsletter.digests import lifecycle
from newsletter.models import Delivery, Digest, Item, Schedule
from newsletter.release import approval, readiness, testing
from newsletter.scheduling import planning
from subscribers.models import Subscription
from tests.factories import (
    NOW,
    make_image,
    make_reader,
    make_readers,
    make_schedule,
    make_scheduled_digest,
)
from tests.newsletter.digests.weeks import HOUR, SATURDAY, TUESDAY, ran, stories, weekly

pytestmark = pytest.mark.django_db

ONCE = Subscription.Frequency.ONCE_A_WEEK


@pytest.fixture
def schedule() -> Schedule:
    found = make_schedule(weekly_day=6)
    run = stories(8, hero=make_image(), hero_alt="A boat", dek="Long words. " * 20)
    ran(found, TUESDAY, ("lead", run[:1]), ("more", run[1:]))
    return found


def choose(schedule: Schedule, how_many: int) -> None:
    """So many of its readers get it once a week."""
    mine = Subscription.objects.filter(newsletter=schedule.newsletter, frequency="every_day")
    chosen = mine.order_by("pk").values_list("pk", flat=True)[:how_many]
    Subscription.objects.filter(pk__in=list(chosen)).update(frequency=ONCE)


def codes(digest: Digest) -> list[str]:
    return [one.code for one in readiness.problems(digest=digest, now=SATURDAY)]


def past(schedule: Schedule, size: int, *, is_weekly: bool) -> None:
    for number in range(3):
        name = f"2026-10-{number + 1:02}{'-week' if is_weekly else ''}"
        old = make_scheduled_digest(schedule.newsletter, occurrence=name, is_weekly=is_weekly)
        row = Digest.objects.filter(pk=old.pk)
        row.update(state="sent", audience_size=size, sent_at=NOW - timedelta(days=number + 1))


def test_one_made_of_what_ran_is_ready_without_a_word_about_it(schedule: Schedule) -> None:
    make_readers(schedule.newsletter, 3)
    choose(schedule, 3)
    assert codes(weekly(schedule)) == []


def test_words_taken_over_from_another_section_are_no_reason_to_look(schedule: Schedule) -> None:
    make_reader(schedule.newsletter)
    choose(schedule, 1)
    Item.objects.filter(section__key="more").update(blurb="Just four words here.")
    digest = weekly(schedule)
    assert codes(digest) == []
    Item.objects.filter(section__digest=digest).update(is_kept=True)
    assert set(codes(digest)) == {"section_words"}


def test_its_audience_is_compared_with_that_of_weekly_mails(schedule: Schedule) -> None:
    make_readers(schedule.newsletter, 13)
    choose(schedule, 3)
    past(schedule, 10, is_weekly=False)
    digest = weekly(schedule)
    assert codes(digest) == []
    past(schedule, 100, is_weekly=True)
    assert codes(digest) == ["audience"]


def test_that_nobody_chose_it_is_worth_a_look(schedule: Schedule) -> None:
    make_readers(schedule.newsletter, 3)
    [problem] = readiness.problems(digest=weekly(schedule), now=SATURDAY)
    assert problem.message == "Nobody chose to get it once a week."


def test_the_planner_opens_it_and_only_those_who_chose_it_get_it(schedule: Schedule) -> None:
    readers = make_readers(schedule.newsletter, 5)
    choose(schedule, 2)
    Schedule.objects.update(weekly_time="09:00")
    planning.plan(now=SATURDAY)
    digest = Digest.objects.get(occurrence="2026-11-28-week")
    assert (digest.state, digest.layout) == ("draft", "what_you_missed")
    planning.plan(now=SATURDAY + 2 * HOUR)
    digest.refresh_from_db()
    assert digest.state == "preparing"
    preparation.prepare(digest_id=digest.pk, now=SATURDAY + 2 * HOUR)
    got = set(Delivery.objects.filter(digest_id=digest.pk).values_list("subscriber_id", flat=True))
    assert got == {reader.pk for reader in readers[:2]}


def test_it_goes_as_it_was_approved_though_clicks_come_in(schedule: Schedule) -> None:
    make_reader(schedule.newsletter)
    digest = weekly(schedule)
    at = SATURDAY + 2 * HOUR
    approval.schedule(digest_id=digest.pk, release_at=at, by=None, now=SATURDAY)
    assert not approval.take_back_if_changed(digest_id=digest.pk, now=SATURDAY + HOUR)
    digest.refresh_from_db()
    assert lifecycle.release(digest_id=digest.pk, now=at)
    assert digest.revision
    assert digest.revision.page["layout"] == "what_you_missed"


def test_a_test_mail_of_it_can_be_sent(schedule: Schedule) -> None:
    digest = weekly(schedule)
    [notice] = testing.send_tests(
        digest_id=digest.pk, to=["ines@daymark.example"], by=None, now=SATURDAY
    )
    mailing = testing.test_mailing(notice)
    assert mailing.subject.startswith("[Test] The week: ")
    assert "You chose to get it once a week." in mailing.html


def test_the_command_makes_one_and_names_it_by_its_date(schedule: Schedule) -> None:
    def made(*options: str) -> Digest:
        out = StringIO()
        call_command("make_digest", schedule.newsletter.slug, "--weekly", *options, stdout=out)
        return Digest.objects.get(pk=int(out.getvalue().split()[-1]))

    with time_machine.travel(SATURDAY, tick=False):
        first = made("--date", "2026-11-28")
        again = made("--date", "2026-11-28")
        further = made()
    assert (first.occurrence, first.is_weekly, first.layout) == (
        "2026-11-28-week",
        True,
        "what_you_missed",
    )
    assert again == first
    assert further.occurrence == "2026-11-28-week-2"
