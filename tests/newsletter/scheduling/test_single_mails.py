"""Single mails: beside the rule, in its place, and never without a person."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from newsletter.models import Digest, Item, Schedule
from newsletter.release import approval
from newsletter.scheduling import singles, upcoming
from newsletter.scheduling.chosen import chosen
from newsletter.scheduling.planning import plan
from newsletter.scheduling.refilling import refill
from tests.factories import NOW, make_article, make_reader, make_schedule, make_staff
from tests.newsletter.scheduling.planned import DUE
from tests.rewriting import rewrite

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stories")]

State = Digest.State
TODAY = date(2026, 11, 24)
SATURDAY = date(2026, 11, 28)
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def single(
    schedule: Schedule,
    day: date = TODAY,
    at: time | None = time(12),
    *,
    is_empty: bool = False,
    instead: bool = False,
    by_reader: bool = False,
    now: datetime = NOW,
) -> Digest:
    newsletter = schedule.newsletter
    time_chosen = None
    if at is not None:
        time_chosen = chosen(newsletter=newsletter, day=day, at=at, by_reader=by_reader, now=now)
    return singles.make(
        newsletter=newsletter,
        day=day,
        chosen=time_chosen,
        is_empty=is_empty,
        instead=instead,
        now=now,
    )[0]


def test_the_usual_mail_of_the_day_comes_beside_it() -> None:
    digest = single(make_schedule())
    assert (digest.occurrence, digest.release_at) == ("2026-11-24-2", NOON)
    plan(now=NOW)
    assert Digest.objects.get(occurrence="2026-11-24").release_at == DUE
    assert Digest.objects.count() == 2


@pytest.mark.parametrize("became", [State.CANCELLED, State.SKIPPED])
def test_the_usual_mail_comes_whatever_became_of_it(became: State) -> None:
    single(make_schedule())
    Digest.objects.update(state=became)
    plan(now=NOW)
    assert Digest.objects.filter(occurrence="2026-11-24", is_single=False).exists()


def test_it_has_the_plain_date_where_the_day_has_no_usual_mail() -> None:
    assert single(make_schedule(), SATURDAY).occurrence == "2026-11-28"


def test_a_day_that_gets_a_usual_mail_later_gets_it_beside_the_single_one() -> None:
    schedule = make_schedule()
    single(schedule, SATURDAY)
    Schedule.objects.update(weekdays="123456")
    plan(now=datetime(2026, 11, 28, 5, 0, tzinfo=UTC))
    assert Digest.objects.filter(occurrence="2026-11-28-2", is_single=False).exists()


def test_it_takes_the_place_of_the_usual_mail_where_that_is_wanted() -> None:
    digest = single(make_schedule(), instead=True)
    assert (digest.occurrence, digest.release_at) == ("2026-11-24", NOON)
    assert not digest.follows_rule
    plan(now=NOW)
    plan(now=DUE)
    assert Digest.objects.count() == 1
    plan(now=NOON)
    digest.refresh_from_db()
    assert digest.state == State.PREPARING


def test_a_usual_mail_that_is_made_already_keeps_its_place() -> None:
    schedule = make_schedule()
    plan(now=NOW)
    assert single(schedule, instead=True).occurrence == "2026-11-24-2"


def test_the_rule_does_not_move_it() -> None:
    digest = single(make_schedule())
    Schedule.objects.update(local_time=time(9), effective_from=NOW + timedelta(minutes=5))
    plan(now=NOW + timedelta(minutes=6))
    digest.refresh_from_db()
    assert digest.release_at == NOON
    assert upcoming.run_of(digest=digest) is None


def test_it_is_held_when_nobody_approved_it_though_others_go_by_themselves() -> None:
    digest = single(make_schedule())
    plan(now=NOON)
    digest.refresh_from_db()
    assert (digest.state, digest.reason) == (State.HELD, "Nobody approved it before its time.")


def test_it_is_held_and_not_skipped_where_untouched_ones_are_skipped() -> None:
    digest = single(make_schedule(approval="or_skip"))
    plan(now=NOON)
    digest.refresh_from_db()
    assert digest.state == State.HELD


def test_approved_it_goes_at_its_time() -> None:
    schedule = make_schedule()
    make_reader(schedule.newsletter)
    digest = single(schedule)
    approval.schedule(digest_id=digest.pk, release_at=NOON, by=make_staff(), now=NOW)
    plan(now=NOON)
    digest.refresh_from_db()
    assert digest.state == State.PREPARING


def test_it_is_not_skipped_at_its_lock_for_want_of_stories() -> None:
    schedule = make_schedule(min_stories=100)
    digest = single(schedule, at=time(12))
    plan(now=NOON - timedelta(minutes=10))
    digest.refresh_from_db()
    assert (digest.state, digest.locked_at is not None) == (State.DRAFT, True)


def test_stories_come_in_until_it_is_locked_but_never_into_an_empty_one() -> None:
    schedule = make_schedule()
    filled, empty = single(schedule), single(schedule, at=time(13), is_empty=True)
    make_article(title="Came in later", published_at=NOW)
    refill(now=NOW + timedelta(minutes=6))
    assert Item.objects.filter(section__digest=filled, article__title="Came in later").exists()
    assert not Item.objects.filter(section__digest=empty).exists()
    assert empty.sections.exists()


def test_an_empty_one_without_a_time_leaves_the_usual_mail_alone() -> None:
    digest = single(make_schedule(), at=None, is_empty=True)
    assert (digest.occurrence, digest.release_at) == ("2026-11-24-2", None)
    plan(now=NOW)
    assert Digest.objects.count() == 2


def test_asked_for_twice_for_the_same_time_it_is_one() -> None:
    schedule = make_schedule()
    assert single(schedule) == single(schedule)
    assert single(schedule, at=None, is_empty=True) == single(schedule, at=None, is_empty=True)
    assert single(schedule) != single(schedule, at=time(13))


def test_it_does_not_speak_of_the_morning() -> None:
    assert (single(make_schedule()).intro, single(make_schedule()).sign_off) == ("", "")


def test_one_that_was_edited_is_still_a_persons() -> None:
    digest = single(make_schedule())
    rewrite(digest, now=NOW, by=make_staff(), subject="A special edition")
    plan(now=NOON)
    digest.refresh_from_db()
    assert digest.state == State.HELD


def test_the_usual_mail_to_come_is_found_until_its_time() -> None:
    schedule = make_schedule()
    newsletter = schedule.newsletter
    found = singles.usual(newsletter=newsletter, day=TODAY, now=NOW)
    assert found is not None
    assert (found.own_time, found.digest) == (DUE, None)
    plan(now=NOW)
    made = singles.usual(newsletter=newsletter, day=TODAY, now=NOW)
    assert made is not None
    assert made.digest == Digest.objects.get()
    assert singles.usual(newsletter=newsletter, day=TODAY, now=DUE) is None
    assert singles.usual(newsletter=newsletter, day=SATURDAY, now=NOW) is None


def test_a_draft_that_is_late_for_some_waits_for_its_approval_until_its_own_time() -> None:
    """Its first wave is past already; held for that, nobody could ever approve it."""
    digest = single(make_schedule(by_reader=True), by_reader=True)
    plan(now=NOW)
    digest.refresh_from_db()
    assert (digest.state, digest.release_at, digest.goes_in_waves) == (State.DRAFT, NOON, True)


def test_a_draft_by_readers_clocks_is_due_for_the_first_of_them() -> None:
    digest = single(make_schedule(by_reader=True), SATURDAY, by_reader=True)
    assert digest.release_at == datetime(2026, 11, 27, 22, 0, tzinfo=UTC)
