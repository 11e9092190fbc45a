"""Who left because of a digest: its readers who left within a week of it."""

from datetime import timedelta

import pytest

from newsletter.delivery import exceptions
from newsletter.models import Delivery, DeliveryException, Digest
from newsletter.statistics import leaving
from newsletter.statistics.leaving import Leavers
from subscribers import subscriptions
from subscribers.ledger import Proof
from subscribers.mailing.answers import Failure
from tests.factories import NOW, make_reader, make_scheduled_digest

PROOF = Proof(method="one-click")


def leave(digest: Digest, reader: int, *, after: timedelta, reason: str = "unsubscribed") -> None:
    subscriptions.leave(
        subscriber_id=reader,
        newsletter_id=digest.newsletter_id,
        proof=PROOF,
        now=NOW + after,
        reason=reason,
    )


@pytest.fixture
def readers(sent: Digest) -> list[int]:
    rows = Delivery.objects.filter(digest=sent).order_by("subscriber_id")
    return list(rows.values_list("subscriber_id", flat=True))


def test_it_counts_its_readers_of_a_week_from_the_first_to_the_last_moment(sent, readers):
    leave(sent, readers[0], after=timedelta(0))
    leave(sent, readers[1], after=timedelta(days=7, seconds=-1))
    leave(sent, readers[2], after=timedelta(days=7))
    leave(sent, readers[3], after=-timedelta(seconds=1))

    assert leaving.because_of(digest=sent) == Leavers(left=2)


def test_a_complaint_is_told_apart_and_a_dead_mailbox_did_not_leave(sent, readers):
    leave(sent, readers[0], after=timedelta(hours=1), reason="complained")
    leave(sent, readers[1], after=timedelta(hours=1), reason="bounced")
    leave(sent, readers[2], after=timedelta(hours=1), reason="erased")

    found = leaving.because_of(digest=sent)

    assert (found.left, found.complained, found.total) == (1, 1, 2)


def test_who_did_not_get_it_did_not_leave_because_of_it(sent, readers):
    stranger = make_reader(sent.newsletter).pk
    exceptions.write(
        digest_id=sent.pk,
        new=DeliveryException.State.FAILED,
        failures={readers[0]: Failure(reason="refused")},
        now=NOW,
    )
    for one in (stranger, readers[0]):
        leave(sent, one, after=timedelta(hours=1))

    assert leaving.because_of(digest=sent) == Leavers()


def test_who_took_it_back_is_not_counted(sent, readers):
    leave(sent, readers[0], after=timedelta(hours=1))
    subscriptions.rejoin(
        subscriber_id=readers[0],
        newsletter_id=sent.newsletter_id,
        proof=PROOF,
        now=NOW + timedelta(hours=1, minutes=5),
    )

    assert leaving.because_of(digest=sent) == Leavers()


def test_what_never_began_made_nobody_leave(db):
    assert leaving.because_of(digest=make_scheduled_digest()) == Leavers()
