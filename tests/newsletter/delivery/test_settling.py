"""Unknown is settled by what comes back, for the whole call or for one reader."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from newsletter.delivery import drain, exceptions, settling, unanswered
from newsletter.delivery.settling import Evidence
from newsletter.models import Batch, DeliveryException, Digest
from subscribers.mailing import limits, providers
from subscribers.mailing.answers import Answer, Failure, Kind
from subscribers.models import OutboxMail
from tests.factories import NOW, make_readers, make_staff
from tests.newsletter.delivery import ledger
from tests.newsletter.delivery.answering import in_turn, scripted

LATER = NOW + timedelta(minutes=16)


def _unknown(newsletter, release, monkeypatch, *, readers: int = 5) -> tuple[Digest, list[int]]:
    made = make_readers(newsletter, readers)
    scripted(monkeypatch, in_turn(Answer(kind=Kind.UNKNOWN)))
    digest = release(newsletter)
    drain.drain()
    assert ledger.check(digest) == {"unknown": readers}
    return digest, [one.pk for one in made]


def _per_recipient(monkeypatch) -> None:
    monkeypatch.setitem(
        providers.PROVIDERS, "outbox", replace(providers.PROVIDERS["outbox"], accepts_whole=False)
    )


def _in_calls_of(size: int, monkeypatch) -> None:
    outbox = replace(providers.PROVIDERS["outbox"], batch_size=size)
    monkeypatch.setitem(providers.PROVIDERS, "outbox", outbox)
    monkeypatch.setattr(limits, "PROBE_SIZE", size)


def _settle(digest: Digest, *readers: int, token: UUID | None = None) -> int:
    evidence = [Evidence(digest_id=digest.pk, subscriber_id=one, token=token) for one in readers]
    return settling.by_evidence(evidence=evidence, now=LATER)


def test_one_reader_tells_of_a_call_that_is_taken_whole(newsletter, release, monkeypatch):
    digest, readers = _unknown(newsletter, release, monkeypatch)

    assert _settle(digest, readers[2]) == 1

    assert ledger.check(digest) == {"accepted": 5}


def test_where_each_recipient_is_taken_apart_a_reader_tells_of_himself(
    newsletter, release, monkeypatch
):
    _per_recipient(monkeypatch)
    digest, readers = _unknown(newsletter, release, monkeypatch)

    _settle(digest, readers[0], readers[4])

    assert ledger.check(digest) == {"accepted": 2, "unknown": 3}


def test_the_same_evidence_twice_changes_nothing(newsletter, release, monkeypatch):
    _per_recipient(monkeypatch)
    digest, readers = _unknown(newsletter, release, monkeypatch)
    _settle(digest, readers[0])

    assert _settle(digest, readers[0]) == 0


def test_evidence_of_somebody_who_is_not_in_it_changes_nothing(newsletter, release, monkeypatch):
    digest, readers = _unknown(newsletter, release, monkeypatch)

    assert _settle(digest, readers[-1] + 1_000) == 0
    assert ledger.check(digest) == {"unknown": 5}


def test_a_digest_with_nothing_unknown_costs_two_statements(
    newsletter, release, django_assert_num_queries
):
    make_readers(newsletter, 3)
    digest = release(newsletter)
    drain.drain()

    with django_assert_num_queries(2):
        _settle(digest, 1)


def test_staff_may_send_again_after_a_quarter_of_an_hour(newsletter, release, monkeypatch, travel):
    digest, _ = _unknown(newsletter, release, monkeypatch)
    by = make_staff()

    assert unanswered.send_again(digest_id=digest.pk, by=by, now=NOW) == 0
    travel(LATER - NOW)
    assert unanswered.send_again(digest_id=digest.pk, by=by, now=LATER) == 5
    assert ledger.check(digest) == {"retry": 5}
    drain.drain()

    assert ledger.check(digest) == {"accepted": 5}
    assert digest.state == Digest.State.SENT
    change = digest.changes.get(reason="Sent again to 5 of whom it was unknown")
    assert (change.actor, change.new) == (by, "sending")


def test_who_left_meanwhile_is_not_sent_it_again(newsletter, release, monkeypatch, travel):
    digest, readers = _unknown(newsletter, release, monkeypatch)
    newsletter.subscriptions.filter(subscriber_id=readers[0]).update(
        state="ended", reason="unsubscribed"
    )
    travel(LATER - NOW)
    unanswered.send_again(digest_id=digest.pk, by=make_staff(), now=LATER)
    drain.drain()

    assert ledger.check(digest) == {"accepted": 4, "left": 1}


def test_an_event_spares_who_waits_to_be_sent_it_again(newsletter, release, monkeypatch, travel):
    digest, readers = _unknown(newsletter, release, monkeypatch)
    travel(LATER - NOW)
    unanswered.send_again(digest_id=digest.pk, by=make_staff(), now=LATER)
    _settle(digest, readers[1])
    provider = scripted(monkeypatch, in_turn())
    drain.drain()

    assert ledger.check(digest, by_hand=True) == {"accepted": 5}
    assert readers[1] not in provider.calls[0]


def test_who_is_spared_a_second_one_was_not_in_its_call(newsletter, release, monkeypatch, travel):
    digest, readers = _unknown(newsletter, release, monkeypatch)
    travel(LATER - NOW)
    unanswered.send_again(digest_id=digest.pk, by=make_staff(), now=LATER)
    left = newsletter.subscriptions.filter(subscriber_id=readers[1])
    left.update(state="ended", reason="unsubscribed", ended_at=LATER)
    _settle(digest, readers[1])
    travel(timedelta(minutes=5))
    scripted(monkeypatch, in_turn())
    drain.drain()

    # Longer after he left than a claim lasts: the audit would name him, had he been in it.
    assert ledger.check(digest, by_hand=True) == {"accepted": 5}


def test_the_message_id_is_the_same_in_every_try(newsletter, release, monkeypatch, travel):
    digest, readers = _unknown(newsletter, release, monkeypatch, readers=1)
    travel(LATER - NOW)
    unanswered.send_again(digest_id=digest.pk, by=make_staff(), now=LATER)
    drain.drain()

    both = [mail.values["message_id"] for mail in OutboxMail.objects.all()]
    assert both == [f"<{digest.pk}.{readers[0]}@daymark.example>"] * 2


def test_left_alone_they_stay_counted(newsletter, release, monkeypatch):
    digest, _ = _unknown(newsletter, release, monkeypatch)

    assert unanswered.leave(digest_id=digest.pk, by=make_staff(), now=LATER) == 5

    assert ledger.check(digest) == {"unknown": 5}
    assert digest.unknown_left_at == LATER
    assert digest.state == Digest.State.SENT


def test_those_left_alone_are_not_sent_it_again(newsletter, release, monkeypatch, travel):
    digest, _ = _unknown(newsletter, release, monkeypatch)
    unanswered.leave(digest_id=digest.pk, by=make_staff(), now=LATER)

    assert unanswered.unknown(digest_id=digest.pk, now=LATER) == []
    assert len(unanswered.left_alone(digest_id=digest.pk)) == 5
    assert unanswered.send_again(digest_id=digest.pk, by=make_staff(), now=LATER) == 0


def test_who_becomes_unknown_after_others_were_left_alone_is_asked_about(
    newsletter, release, monkeypatch
):
    digest, readers = _unknown(newsletter, release, monkeypatch)
    unanswered.leave(digest_id=digest.pk, by=make_staff(), now=LATER)
    later = LATER + timedelta(minutes=20)
    exceptions.write(
        digest_id=digest.pk,
        new=DeliveryException.State.UNKNOWN,
        failures={readers[1]: Failure(reason="unknown")},
        now=LATER,
    )

    assert unanswered.unknown(digest_id=digest.pk, now=later) == [readers[1]]


def test_it_says_from_when_on_the_unknown_may_be_decided(newsletter, release, monkeypatch):
    digest, _ = _unknown(newsletter, release, monkeypatch)
    Batch.objects.update(finished_at=NOW)

    assert unanswered.decidable_at(digest_id=digest.pk, now=NOW) == NOW + unanswered.PATIENCE
    assert unanswered.decidable_at(digest_id=digest.pk, now=LATER) is None


def test_pressed_twice_it_is_sent_again_once(newsletter, release, monkeypatch, travel):
    digest, _ = _unknown(newsletter, release, monkeypatch)
    travel(LATER - NOW)
    by = make_staff()
    unanswered.send_again(digest_id=digest.pk, by=by, now=LATER)

    assert unanswered.send_again(digest_id=digest.pk, by=by, now=LATER) == 0
    assert Batch.objects.filter(low__isnull=True).count() == 1


def test_the_reader_of_a_follow_up_that_is_unknown_is_settled(
    newsletter, release, monkeypatch, travel
):
    digest, readers = _unknown(newsletter, release, monkeypatch)
    travel(LATER - NOW)
    unanswered.send_again(digest_id=digest.pk, by=make_staff(), now=LATER)
    scripted(monkeypatch, in_turn(Answer(kind=Kind.UNKNOWN)))
    drain.drain()
    assert ledger.check(digest) == {"unknown": 5}

    _settle(digest, readers[3], token=Batch.objects.get(low__isnull=True).token)

    assert ledger.check(digest) == {"accepted": 5}
    assert not DeliveryException.objects.exclude(state="accepted").exists()


def test_a_reader_who_has_the_first_tells_nothing_of_the_call_that_sent_it_again(
    newsletter, release, monkeypatch, travel
):
    """Those sent again come from several calls; that one of them was taken proves no other."""
    _in_calls_of(3, monkeypatch)
    readers = [one.pk for one in make_readers(newsletter, 6)]
    scripted(monkeypatch, lambda _ids: Answer(kind=Kind.UNKNOWN))
    digest = release(newsletter)
    for _ in range(2):
        drain.drain()
        travel(timedelta(hours=1))
    assert ledger.check(digest) == {"unknown": 6}
    _in_calls_of(6, monkeypatch)
    unanswered.send_again(digest_id=digest.pk, by=make_staff(), now=NOW + timedelta(hours=2))
    drain.drain()
    again = Batch.objects.get(low__isnull=True, state="unknown")
    assert again.size == 6

    _settle(digest, readers[5])
    assert ledger.check(digest) == {"accepted": 1, "unknown": 5}
    _settle(digest, readers[0], token=again.token)
    assert ledger.check(digest) == {"accepted": 6}
