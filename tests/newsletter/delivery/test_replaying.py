"""What is unknown is asked again with the same key, where the provider knows such keys."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from newsletter.delivery import drain, recovery, replaying
from newsletter.models import Batch, Digest
from subscribers.mailing.answers import Answer, Failure, Kind
from subscribers.mailing.api import calls
from subscribers.models import Subscriber, Subscription
from tests.factories import make_readers
from tests.newsletter.delivery import ledger

AGAIN = timedelta(seconds=31)


@dataclass
class Resend:
    """A provider of one mail a call that remembers keys: what it sent, and what it says next."""

    sent: dict[str, int] = field(default_factory=dict)
    asked: list[int] = field(default_factory=list)
    # By reader: loses the answer after it took the mail, or before.
    lost_after: set[int] = field(default_factory=set)
    lost_before: set[int] = field(default_factory=set)
    answers: dict[int, Answer] = field(default_factory=dict)

    def send(self, *, provider, mailing, recipients, token, alone=False) -> Answer:
        (one,) = recipients
        reader, key = one.subscriber_id, f"{token}/{one.subscriber_id}"
        self.asked.append(reader)
        if reader in self.answers:
            return self.answers[reader]
        if reader in self.lost_before:
            return Answer(kind=Kind.UNKNOWN)
        self.sent.setdefault(key, reader)
        return Answer(kind=Kind.UNKNOWN if reader in self.lost_after else Kind.ACCEPTED)


@pytest.fixture
def resend(settings, monkeypatch) -> Resend:
    provider = Resend()
    settings.EMAIL_PROVIDERS = ["resend"]
    settings.ANYMAIL = {"RESEND_API_KEY": "re_test"}
    monkeypatch.setattr(calls, "send", provider.send)
    return provider


def _unknown_of_ten(newsletter, release, resend: Resend, *, before: bool = False):
    readers = [one.pk for one in make_readers(newsletter, 10)]
    (resend.lost_before if before else resend.lost_after).add(readers[3])
    digest = release(newsletter)
    drain.drain()
    return digest, readers


@pytest.mark.parametrize("before", [True, False], ids=["never came", "came"])
def test_the_same_key_settles_it_and_doubles_nobody(newsletter, release, resend, travel, before):
    digest, readers = _unknown_of_ten(newsletter, release, resend, before=before)
    assert ledger.check(digest) == {"accepted": 3, "unknown": 1, "pending": 6}
    resend.lost_after, resend.lost_before = set(), set()

    travel(AGAIN)
    drain.drain()

    assert ledger.check(digest) == {"accepted": 10}
    assert digest.state == Digest.State.SENT
    assert sorted(resend.sent.values()) == readers


def test_it_is_asked_again_and_again_within_the_life_of_the_key(
    newsletter, release, resend, travel
):
    digest, readers = _unknown_of_ten(newsletter, release, resend)
    for _ in range(3):
        travel(timedelta(minutes=16))
        drain.drain()
    assert ledger.check(digest)["unknown"] >= 1
    resend.lost_after = set()

    travel(timedelta(minutes=16))
    drain.drain()
    travel(timedelta(minutes=16))
    drain.drain()

    assert ledger.check(digest) == {"accepted": 10}
    assert sorted(resend.sent.values()) == readers


def test_near_the_end_of_the_keys_life_it_is_not_asked_any_more(
    newsletter, release, resend, travel
):
    digest, readers = _unknown_of_ten(newsletter, release, resend)
    resend.lost_after = set()
    resend.asked.clear()

    travel(timedelta(hours=19.5))
    drain.drain()

    assert readers[3] not in resend.asked
    assert ledger.check(digest)["unknown"] == 1
    assert not replaying.is_due(now=drain.Clock().now() + timedelta(days=1))


def test_who_left_meanwhile_is_not_asked_for(newsletter, release, resend, travel):
    digest, readers = _unknown_of_ten(newsletter, release, resend)
    Subscription.objects.filter(subscriber_id=readers[3]).update(
        state="ended", reason="unsubscribed"
    )
    resend.asked.clear()

    travel(AGAIN)
    drain.drain()

    assert readers[3] not in resend.asked
    assert ledger.check(digest)["unknown"] == 1


def test_what_would_be_another_mail_by_now_is_not_sent(newsletter, release, resend, travel):
    _, readers = _unknown_of_ten(newsletter, release, resend)
    Subscriber.objects.filter(pk=readers[3]).update(name="Another")
    resend.asked.clear()

    travel(AGAIN)
    drain.drain()

    assert readers[3] not in resend.asked


def test_a_worker_that_died_leaves_a_window_that_can_be_asked_for(
    newsletter, release, resend, travel, monkeypatch
):
    readers = [one.pk for one in make_readers(newsletter, 5)]
    digest = release(newsletter)

    class Killed(BaseException):
        pass

    def die(**_):
        raise Killed

    monkeypatch.setattr(calls, "send", die)
    with pytest.raises(Killed):
        drain.drain()
    monkeypatch.setattr(calls, "send", resend.send)
    travel(timedelta(seconds=121))
    recovery.sweep(now=drain.Clock().now())
    assert ledger.check(digest) == {"unknown": 5}

    travel(AGAIN)
    drain.drain()

    assert ledger.check(digest) == {"accepted": 5}
    assert sorted(resend.sent.values()) == readers
    assert not Batch.objects.filter(state="unknown").exists()


def test_a_reader_who_is_refused_at_last_has_failed(newsletter, release, resend, travel):
    digest, readers = _unknown_of_ten(newsletter, release, resend, before=True)
    refusal = {readers[3]: Failure(reason="refused")}
    resend.answers = {readers[3]: Answer(kind=Kind.REFUSED, failed=refusal)}

    travel(AGAIN)
    drain.drain()
    drain.drain()

    assert ledger.check(digest) == {"accepted": 9, "failed": 1}
