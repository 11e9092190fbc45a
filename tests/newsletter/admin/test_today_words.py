"""How the board says times: by the desk's clock and the newsletter's, and how long it is still."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from newsletter.admin.today import words
from newsletter.scheduling import board
from newsletter.scheduling.board import BoardRow
from tests.factories import NOW, make_digest, make_newsletter


def row(**fields: object) -> BoardRow:
    make_digest(**fields)
    return board.rows(now=NOW)[0]


@pytest.mark.parametrize(
    ("span", "said"),
    [
        ({"seconds": 59}, "in a moment"),
        ({"seconds": -59}, "in a moment"),
        ({"minutes": 1}, "in 1 min"),
        ({"minutes": 40, "seconds": 30}, "in 40 min"),
        ({"hours": 2, "minutes": 10}, "in 2 h 10 min"),
        ({"hours": 23, "minutes": 59}, "in 23 h 59 min"),
        ({"hours": 24, "minutes": 59}, "in 24 h"),
        ({"hours": 48}, "in 2 days"),
        ({"minutes": -12}, "12 min late"),
        ({"days": -3}, "3 days late"),
    ],
)
def test_how_long_it_is_still(span: dict[str, int], said: str) -> None:
    assert words.until(NOW + timedelta(**span), NOW) == said


@pytest.mark.parametrize(
    ("span", "said"),
    [({"seconds": 59}, "began just now"), ({"minutes": 12}, "began 12 min ago")],
)
def test_how_long_it_goes_already(span: dict[str, int], said: str) -> None:
    assert words.since(NOW - timedelta(**span), NOW) == said


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("Europe/London", ""),
        ("America/New_York", "1:00 am New York time"),
        ("Asia/Kathmandu", "11:45 am Kathmandu time"),
        ("Pacific/Honolulu", "Mon 8:00 pm Honolulu time"),
    ],
)
def test_the_newsletters_own_time_is_said_where_it_is_another(zone: str, said: str) -> None:
    """At the desk it is 6:00 am."""
    assert words.own_time(row(newsletter=make_newsletter(time_zone=zone))) == said


def test_times_are_those_of_the_desk() -> None:
    with timezone.override("Asia/Tokyo"):
        assert words.clock(NOW) == "3:00 pm"
        assert words.moment(NOW + timedelta(hours=9), NOW) == "tomorrow 12:00 am"
    assert words.moment(NOW - timedelta(days=1), NOW) == "yesterday 6:00 am"
    assert words.moment(datetime(2026, 11, 28, 9, tzinfo=UTC), NOW) == "Sat 28 Nov 9:00 am"


@pytest.mark.django_db
def test_it_says_when_no_more_news_comes_in() -> None:
    soon = row(release_at=NOW + timedelta(hours=1))
    assert words.notes(soon, NOW) == ("News comes in until 6:30 am.",)
    assert words.notes(soon, NOW + timedelta(minutes=40)) == ("Locked: no news comes in.",)


@pytest.mark.django_db
def test_what_is_over_counts_nothing_down() -> None:
    assert words.countdown(row(state="skipped"), NOW) is None
