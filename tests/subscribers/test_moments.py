"""Instants in the reader's words."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from subscribers.moments import moment_in_words

# A Tuesday.
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (datetime(2026, 11, 24, 18, 0, tzinfo=UTC), "today, 6:00 pm London time"),
        (datetime(2026, 11, 25, 6, 30, tzinfo=UTC), "tomorrow, 6:30 am London time"),
        (datetime(2026, 11, 28, 9, 0, tzinfo=UTC), "Saturday, 9:00 am London time"),
        (datetime(2026, 12, 1, 6, 30, tzinfo=UTC), "Tuesday 1 December, 6:30 am London time"),
        (datetime(2027, 6, 1, 5, 30, tzinfo=UTC), "Tuesday 1 June 2027, 6:30 am London time"),
    ],
)
def test_it_says_when_in_the_reader_s_words(at: datetime, words: str) -> None:
    assert moment_in_words(at=at, now=NOW, zone=ZoneInfo("Europe/London")) == words


def test_the_day_is_that_of_the_reader_s_zone() -> None:
    at = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)
    words = moment_in_words(at=at, now=NOW, zone=ZoneInfo("Australia/Sydney"))
    assert words == "tomorrow, 7:00 am Sydney time"


def test_days_are_named_in_the_language_of_the_reader() -> None:
    at = datetime(2026, 12, 1, 6, 30, tzinfo=UTC)
    with translation.override("de"):
        words = moment_in_words(at=at, now=NOW, zone=ZoneInfo("UTC"))
    assert words.startswith("Dienstag 1 Dezember, ")
