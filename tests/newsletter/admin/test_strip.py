"""The drawing of the time line."""

from datetime import timedelta

import pytest
from django.utils import timezone

from newsletter.admin.today import strip
from newsletter.scheduling import board
from tests.factories import NOW, make_digest, make_schedule

pytestmark = pytest.mark.django_db


def today() -> strip.Strip:
    return strip.today(rows=board.rows(now=NOW), now=NOW)


def test_a_mark_stands_at_its_time() -> None:
    make_digest(state="skipped", release_at=NOW.replace(hour=12))
    assert [mark.x for mark in today().marks] == ["50.00%"]
    assert today().now == "25.00%"


def test_marks_at_one_time_stand_above_one_another_and_the_others_are_counted() -> None:
    for _ in range(5):
        make_digest(state="skipped")
    drawn = today()
    assert [mark.y for mark in drawn.marks] == list(strip.LANES)
    assert [words for _, words in drawn.more] == ["+2"]


def test_what_needs_a_person_is_seen_however_many_others_there_are() -> None:
    for _ in range(5):
        make_digest(state="skipped")
    make_digest(state="held")
    assert today().marks[0].look == strip.NEEDS_PERSON


def test_what_is_far_apart_stands_side_by_side() -> None:
    for minutes in (0, 30):
        make_digest(state="skipped", release_at=NOW + timedelta(minutes=minutes))
    assert {mark.y for mark in today().marks} == {strip.LANES[0]}


def test_a_band_reaches_from_the_first_to_the_last_wave_as_far_as_the_day_goes() -> None:
    make_schedule(by_reader=True, weekdays="3", lead_time_minutes=10)
    [band] = today().bands
    # From half past four in the afternoon.
    assert (band.x, band.width) == ("68.75%", "31.25%")


def test_a_day_with_a_changed_clock_is_as_long_as_it_is() -> None:
    """Clocks went back in London on 25 October: noon comes after 13 of 25 hours."""
    with timezone.override("Europe/London"):
        drawn = strip.today(rows=[], now=NOW.replace(month=10, day=25))
        noon = next(tick for tick in drawn.ticks if tick.word == "noon")
    assert noon.x == "52.00%"


def test_the_week_has_a_place_for_each_day() -> None:
    drawn = strip.week(rows=[], now=NOW, days=7)
    assert [tick.word for tick in drawn.ticks][:2] == ["Wed 25", "Thu 26"]
    assert len(drawn.ticks) == 7
