"""A mail that is not finished in time is told of, once, with figures and what to do."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.rights import SENDER
from newsletter.delivery import overdue, preparation
from newsletter.digests import lifecycle
from newsletter.models import Batch, Digest, Escalation, Lane
from subscribers.models import Notice, SendingLock
from tests.factories import (
    NOW,
    make_newsletter,
    make_readers,
    make_schedule,
    make_scheduled_digest,
    make_staff,
)

pytestmark = pytest.mark.django_db

LATE = NOW + timedelta(minutes=60)


@pytest.fixture
def newsletter(db):
    sender = make_staff()
    sender.groups.add(Group.objects.get(name=SENDER))
    newsletter = make_newsletter()
    make_readers(newsletter, 10)
    return newsletter


def released(newsletter) -> Digest:
    digest = make_scheduled_digest(newsletter, release_at=NOW)
    lifecycle.release(digest_id=digest.pk, now=NOW)
    preparation.prepare(digest_id=digest.pk, now=NOW)
    return Digest.objects.get(pk=digest.pk)


def said() -> dict[str, str]:
    return Notice.objects.get().context


def test_one_that_still_goes_out_is_told_once_with_figures(newsletter) -> None:
    released(newsletter)
    overdue.escalate(now=LATE - timedelta(seconds=1))
    assert not Notice.objects.exists()
    for seconds in range(3):
        overdue.escalate(now=LATE + timedelta(seconds=seconds))
    assert said()["subject"].endswith(": not finished 1 h after its time")
    figures, what_to_do = said()["message"].splitlines()
    assert figures == "Of 10 readers: sent 0, waiting 10, unknown 0."
    assert what_to_do.startswith("It goes on by itself as fast as it may.")


def test_the_schedule_says_how_long_after(newsletter) -> None:
    make_schedule(newsletter, finish_minutes=15)
    released(newsletter)
    overdue.escalate(now=NOW + timedelta(minutes=14))
    assert not Notice.objects.exists()
    overdue.escalate(now=NOW + timedelta(minutes=15))
    assert "15 min after its time" in said()["subject"]


def test_with_waves_it_counts_from_the_last_of_them(newsletter) -> None:
    digest = released(newsletter)
    Lane.objects.create(
        digest=digest, number=1, revision=digest.revision, release_at=NOW + timedelta(hours=20)
    )
    overdue.escalate(now=LATE + timedelta(hours=19))
    assert not Notice.objects.exists()
    overdue.escalate(now=LATE + timedelta(hours=20))
    assert Notice.objects.count() == 1


def test_nothing_is_said_of_one_that_is_sent(newsletter) -> None:
    released(newsletter)
    Batch.objects.update(state=Batch.State.ACCEPTED)
    Digest.objects.update(state=Digest.State.SENT)
    overdue.escalate(now=LATE)
    assert not Notice.objects.exists()


def test_a_paused_one_says_why_and_what_to_do(newsletter) -> None:
    digest = released(newsletter)
    lifecycle.pause(digest_id=digest.pk, by=None, now=NOW, reason="Too many bounces.")
    overdue.escalate(now=LATE)
    assert "Too many bounces." in said()["message"]
    assert "go on sending, or cancel it" in said()["message"]


def test_a_held_one_counts_from_when_it_was_held(newsletter) -> None:
    """Staff were told then; after a long outage that is hours after it was due."""
    digest = make_scheduled_digest(newsletter, release_at=NOW)
    held_at = NOW + timedelta(hours=5)
    lifecycle.hold(digest_id=digest.pk, reason="More than 3 h late.", now=held_at)
    overdue.escalate(now=held_at)
    assert not Notice.objects.exists()
    overdue.escalate(now=held_at + timedelta(minutes=60))
    assert "call it off" in said()["message"]


def test_one_that_has_not_begun_says_where_to_look(newsletter) -> None:
    make_scheduled_digest(newsletter, release_at=NOW)
    overdue.escalate(now=LATE)
    assert said()["message"].startswith("It has not begun")


def test_a_lock_is_named_as_what_holds_it_up(newsletter) -> None:
    released(newsletter)
    SendingLock.objects.update_or_create(pk=1, defaults={"locked_at": NOW, "reason": "Restored."})
    overdue.escalate(now=LATE)
    assert "Sending is locked" in said()["message"]


def test_one_that_is_sent_again_to_some_counts_from_then(newsletter) -> None:
    digest = released(newsletter)
    overdue.escalate(now=LATE)
    Digest.objects.filter(pk=digest.pk).update(reopened_at=LATE + timedelta(hours=1))
    overdue.escalate(now=LATE + timedelta(minutes=110))
    assert Notice.objects.count() == 1
    overdue.escalate(now=LATE + timedelta(hours=2))
    assert Notice.objects.count() == 2
    assert Escalation.objects.count() == 2


def test_looking_costs_one_statement_when_there_is_nothing_to_say(newsletter) -> None:
    released(newsletter)
    overdue.escalate(now=LATE)
    with CaptureQueriesContext(connection) as asked:
        overdue.escalate(now=LATE)
    assert len(asked) == 1
