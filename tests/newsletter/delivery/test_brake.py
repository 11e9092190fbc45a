"""The brake pauses a digest that goes wrong too often, once for each cause."""

from newsletter.delivery import control, drain
from newsletter.models import Digest
from subscribers.mailing.answers import Answer, Failure, Kind
from subscribers.models import Notice
from tests.factories import NOW, make_readers, make_staff
from tests.newsletter.delivery import ledger
from tests.newsletter.delivery.answering import scripted


def _every(nth: int, reason: str):
    """Each call fails for every `nth` of its readers."""

    def verdict(ids: list[int]) -> Answer:
        return Answer(
            kind=Kind.ACCEPTED, failed={one: Failure(reason=reason) for one in ids[::nth]}
        )

    return verdict


def test_too_many_addresses_that_do_not_exist_stop_it(newsletter, release, monkeypatch):
    make_readers(newsletter, 3_000)
    make_staff(email="desk@daymark.example")
    scripted(monkeypatch, _every(20, "bad_mailbox"))
    digest = release(newsletter)

    drain.drain()

    assert ledger.check(digest) == {"accepted": 950, "failed": 50, "pending": 2_000}
    assert digest.state == Digest.State.PAUSED
    assert digest.reason == "Too many addresses do not exist: 50 of 1,000 (5.0%)."
    assert Notice.objects.filter(kind=Notice.Kind.STAFF_ALERT).count() == 1


def test_a_few_do_not(newsletter, release, monkeypatch):
    make_readers(newsletter, 2_000)
    scripted(monkeypatch, _every(21, "bad_mailbox"))
    digest = release(newsletter)

    drain.drain()

    assert digest.state != Digest.State.PAUSED
    assert ledger.check(digest)["accepted"] > 1_900


def test_before_two_hundred_it_does_not_judge(newsletter, release, monkeypatch):
    make_readers(newsletter, 150)
    scripted(monkeypatch, _every(2, "bad_mailbox"))
    digest = release(newsletter)

    drain.drain()

    ledger.check(digest)
    assert digest.state == Digest.State.SENT


def test_who_goes_on_after_it_is_not_stopped_for_the_same_again(newsletter, release, monkeypatch):
    make_readers(newsletter, 3_000)
    scripted(monkeypatch, _every(10, "refused"))
    digest = release(newsletter)
    drain.drain()
    ledger.check(digest)
    assert digest.reason.startswith("Too many mails were refused")

    control.resume(digest_id=digest.pk, by=make_staff(), now=NOW)
    drain.drain()

    assert ledger.check(digest) == {"accepted": 2_700, "failed": 300}
    assert digest.state == Digest.State.SENT
