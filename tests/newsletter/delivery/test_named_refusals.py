"""A refusal that names readers: those fail, nothing was taken, and the others go at once."""

from newsletter.delivery import drain
from newsletter.models import Attempt, DeliveryException
from subscribers.mailing.answers import Answer, Failure, Kind
from tests.factories import make_readers
from tests.newsletter.delivery import ledger
from tests.newsletter.delivery.answering import in_turn, scripted


def test_those_named_fail_and_the_others_go_at_once(newsletter, release, monkeypatch):
    readers = make_readers(newsletter, 10)
    named = {readers[2].pk: Failure(reason="bad_address"), readers[7].pk: Failure(reason="refused")}
    provider = scripted(monkeypatch, in_turn(Answer(kind=Kind.REFUSED, failed=named)))
    digest = release(newsletter)

    drain.drain()

    assert ledger.check(digest) == {"accepted": 8, "failed": 2}
    assert [len(ids) for ids in provider.calls] == [10, 8]
    assert set(DeliveryException.objects.values_list("subscriber_id", flat=True)) == set(named)
    assert Attempt.objects.get().outcome == "refused"


def test_when_everybody_is_named_the_batch_ends(newsletter, release, monkeypatch):
    readers = make_readers(newsletter, 3)
    named = {one.pk: Failure(reason="bad_address") for one in readers}
    scripted(monkeypatch, in_turn(Answer(kind=Kind.REFUSED, failed=named)))
    digest = release(newsletter)

    drain.drain()

    assert ledger.check(digest) == {"failed": 3}
    assert digest.state == "sent"
