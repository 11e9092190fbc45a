"""Ten thousand mails that wait cost a bounded number of looks a minute, in turn."""

from datetime import timedelta

import pytest

from newsletter.models import Digest
from newsletter.release import approval, checking
from newsletter.rendering import message
from newsletter.scheduling.planning import plan
from tests.factories import NOW, make_digest, make_newsletter, make_scheduled_digest

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


@pytest.fixture
def five(db: None, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """That wait, the first one due first; two are looked at each time."""
    monkeypatch.setattr(checking, "AT_ONCE", 2)
    newsletter = make_newsletter()
    due = NOW + 60 * MINUTE
    return [
        make_digest(newsletter, occurrence=f"2026-11-24-{n}", release_at=due + n * MINUTE).pk
        for n in range(5)
    ]


def look(minutes: int) -> list[int]:
    return checking.look_again(now=NOW + minutes * MINUTE)


def test_each_has_its_turn_the_first_one_due_first(five: list[int]) -> None:
    assert look(0) + look(1) + look(2)[:1] == five


def test_then_those_that_waited_longest(five: list[int]) -> None:
    for minute in range(3):
        look(minute)
    assert look(3) == five[1:3]


def test_a_new_one_does_not_wait_for_a_second_look_at_others(five: list[int]) -> None:
    for minute in range(3):
        look(minute)
    new = make_digest(release_at=NOW + 90 * MINUTE)
    assert look(3)[0] == new.pk


def test_none_is_looked_at_twice_in_a_minute(five: list[int]) -> None:
    Digest.objects.exclude(pk=five[0]).delete()
    assert [look(0), look(0), look(1)] == [five[:1], [], five[:1]]


def test_a_clock_that_came_back_is_not_waited_for(five: list[int]) -> None:
    Digest.objects.update(checked_at=NOW + timedelta(days=3))
    assert look(0) == five[:2]


def test_what_goes_out_in_some_days_is_not_looked_at(five: list[int]) -> None:
    Digest.objects.update(release_at=NOW + timedelta(days=2))
    assert look(0) == []


@pytest.mark.parametrize("state", ["scheduled", "approved"])
def test_letting_go_of_what_was_approved_draws_it_once(
    state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = make_scheduled_digest()
    Digest.objects.filter(pk=digest.pk).update(state=state)
    drawn = count_drawings(monkeypatch)
    plan(now=NOW)
    digest.refresh_from_db()
    assert (digest.state, len(drawn)) == ("preparing", 1)


def count_drawings(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    found, render = list[int](), message.render

    def counted(**arguments: object) -> message.Rendered:
        found.append(1)
        return render(**arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(message, "render", counted)
    return found


def test_a_changed_one_is_still_found_in_its_turn(five: list[int]) -> None:
    digest = make_scheduled_digest(release_at=NOW + 30 * MINUTE)
    Digest.objects.filter(pk=digest.pk).update(subject="Another harbour")
    for minute in range(3):
        look(minute)
    digest.refresh_from_db()
    assert (digest.state, digest.reason) == ("draft", approval.CHANGED)
