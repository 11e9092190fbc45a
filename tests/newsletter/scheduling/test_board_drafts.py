"""What drafts lack, on the board: closely of the next few, from afar of all others."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from newsletter.models import Agreement, Digest
from newsletter.release import approval
from newsletter.scheduling import board
from newsletter.scheduling.board import BoardRow
from newsletter.scheduling.board.drafts import LOOKED_AT, NO_SUBJECT
from tests.factories import NOW, make_digest, make_schedule, make_section, make_staff

pytestmark = pytest.mark.django_db


def the_row(digest: Digest) -> BoardRow:
    return next(row for row in board.rows(now=NOW) if row.digest == digest)


def due_in(**span: int) -> Digest:
    """A draft with a story, of a newsletter of its own whose mails need an editor."""
    digest = make_digest(make_schedule(approval="editor").newsletter, release_at=in_(**span))
    make_section(digest, "lead", {"headline": "Harbour reopens", "link": "https://a.example/1"})
    return digest


def in_(**span: int) -> object:
    return NOW + timedelta(**span)


def test_only_those_due_soon_are_looked_at_closely() -> None:
    soon = make_digest(subject="", release_at=in_(hours=1))
    later = make_digest(subject="Storm", release_at=in_(days=3))
    assert "There is no story in it." in the_row(soon).missing
    assert the_row(later).is_unseen
    assert the_row(later).missing == ("Approval.",)


def test_those_seen_from_afar_say_when_they_have_no_subject() -> None:
    later = due_in(days=3)
    Digest.objects.update(subject="")
    assert the_row(later).missing == (NO_SUBJECT, "Approval.")


def test_those_seen_from_afar_say_when_one_of_two_people_approved() -> None:
    later = due_in(days=3)
    Agreement.objects.create(digest=later, digest_hash="0" * 64, person=make_staff(), at=NOW)
    assert the_row(later).who == board.SECOND


def test_the_next_ones_are_looked_at_closely_however_many_there_are() -> None:
    for number in range(LOOKED_AT + 3):
        make_digest(release_at=in_(minutes=number))
    unseen = [row.at for row in board.rows(now=NOW) if row.is_unseen]
    assert unseen == [in_(minutes=LOOKED_AT + number) for number in range(3)]


def test_they_cost_a_fixed_number_of_statements() -> None:
    counted = []
    for many in (LOOKED_AT + 1, 2 * LOOKED_AT):
        for _ in range(many):
            due_in(hours=1)
        with CaptureQueriesContext(connection) as asked:
            board.rows(now=NOW)
        counted.append(len(asked))
    assert counted[0] == counted[1]


def test_an_approved_mail_whose_words_changed_waits_for_an_editor_as_staff_are_told() -> None:
    digest = due_in(hours=1)
    approval.approve(digest_id=digest.pk, by=make_staff(), now=NOW)
    assert the_row(digest).who == board.ITSELF
    Digest.objects.filter(pk=digest.pk).update(intro="Another morning.")
    row = the_row(digest)
    assert (row.who, row.next_step.code) == (board.EDITOR, "edit")
    assert row.missing == ("Changed since it was approved.", "Approval.")


def test_whoever_has_to_act_has_until_the_first_readers_get_it() -> None:
    digest = due_in(hours=2)
    tomorrow = NOW + timedelta(days=1)
    Digest.objects.update(wave_day=tomorrow.date(), wave_time=tomorrow.time())
    assert the_row(digest).at == tomorrow
    assert the_row(digest).ready_by == in_(hours=2)
