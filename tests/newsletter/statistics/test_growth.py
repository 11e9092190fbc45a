"""A newsletter's growth: who joined and left, by day in its own zone."""

from datetime import UTC, date, datetime, timedelta

import pytest

from newsletter.statistics import growth
from newsletter.statistics.growth import Day
from subscribers.models import Consent
from tests.factories import NOW, make_newsletter, make_scheduled_digest

Act = Consent.Act
TODAY = date(2026, 11, 24)


@pytest.fixture
def newsletter(db):
    return make_newsletter(time_zone="America/New_York")


def act(newsletter, reader: int, act: Act, at: datetime = NOW) -> None:
    Consent.objects.create(
        newsletter=newsletter, subscriber_id=reader, act=act, at=at, method="form"
    )


def days(newsletter) -> dict[date, Day]:
    return {day.day: day for day in growth.by_day(newsletter=newsletter, until=TODAY)}


def test_there_is_a_day_for_each_of_thirty_oldest_first(newsletter):
    found = growth.by_day(newsletter=newsletter, until=TODAY)

    assert found[0] == Day(date(2026, 10, 26))
    assert [day.day for day in found] == [
        date(2026, 10, 26) + timedelta(days=number) for number in range(30)
    ]


def test_a_day_is_one_of_the_newsletters_zone(newsletter):
    act(newsletter, 1, Act.CONFIRMED, datetime(2026, 11, 24, 4, 59, tzinfo=UTC))
    act(newsletter, 2, Act.CONFIRMED, datetime(2026, 11, 24, 5, 0, tzinfo=UTC))
    act(newsletter, 3, Act.CONFIRMED, datetime(2026, 11, 25, 5, 0, tzinfo=UTC))

    found = days(newsletter)

    assert found[date(2026, 11, 23)].joined == 1
    assert found[TODAY].joined == 1


def test_every_way_in_counts_and_asking_alone_does_not(newsletter):
    for number, way in enumerate([Act.CONFIRMED, Act.ADDED, Act.REJOINED, Act.IMPORTED]):
        act(newsletter, number, way)
    act(newsletter, 9, Act.REQUESTED)

    assert days(newsletter)[TODAY].joined == 4


def test_leaving_counts_for_those_who_had_joined(newsletter):
    act(newsletter, 1, Act.CONFIRMED, NOW - timedelta(days=200))
    act(newsletter, 1, Act.LEFT)
    act(newsletter, 2, Act.REQUESTED)
    act(newsletter, 2, Act.LEFT)

    day = days(newsletter)[TODAY]
    assert (day.joined, day.left, day.change) == (0, 1, -1)


def test_other_newsletters_do_not_count(newsletter):
    act(make_newsletter(), 1, Act.CONFIRMED)

    assert days(newsletter)[TODAY].joined == 0


@pytest.mark.parametrize(("passed", "last"), [(2, 26), (7, 1), (90, 1)])
def test_around_a_digest_it_ends_a_week_after_it_or_today(newsletter, passed, last):
    digest = make_scheduled_digest(newsletter, sending_at=NOW)

    found = growth.around(digest=digest, now=NOW + timedelta(days=passed))

    assert found[-1].day.day == last


def test_it_takes_one_statement(newsletter, django_assert_num_queries):
    with django_assert_num_queries(1):
        days(newsletter)
