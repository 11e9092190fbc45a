"""What all workers know of a provider: the longest wait that anybody was told holds for all."""

from datetime import timedelta

import pytest

from subscribers.mailing import state
from subscribers.mailing.answers import Answer, Kind
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def _note(kind: Kind, *, before: state.Outlook, now=NOW, **answer) -> None:
    state.note(provider="outbox", before=before, answer=Answer(kind=kind, **answer), now=now)


def _outlook(now=NOW) -> state.Outlook:
    return state.outlook(provider="outbox", now=now)


def test_an_accepted_call_does_not_undo_what_another_was_told_meanwhile():
    _note(Kind.UNKNOWN, before=_outlook())
    later = NOW + timedelta(seconds=31)
    probe = _outlook(later)
    _note(Kind.THROTTLED, before=_outlook(later), now=later, retry_after=600.0)

    _note(Kind.ACCEPTED, before=probe, now=later)

    assert _outlook(later).closed_until == later + timedelta(seconds=600)
    assert not _outlook(later).is_shaky


def test_an_unknown_does_not_shorten_a_wait():
    _note(Kind.THROTTLED, before=_outlook(), retry_after=600.0)

    _note(Kind.UNKNOWN, before=_outlook())

    assert _outlook().closed_until == NOW + timedelta(seconds=600)


def test_the_wait_doubles_while_no_answer_comes():
    waits = []
    for _ in range(7):
        _note(Kind.UNKNOWN, before=state.Outlook())
        waits.append((_outlook().closed_until - NOW).total_seconds())

    assert waits == [30, 60, 120, 240, 480, 900, 900]
