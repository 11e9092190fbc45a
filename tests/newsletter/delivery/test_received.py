"""What staff are told of the mails of one reader."""

from newsletter.delivery import drain, received
from subscribers.mailing.answers import Answer, Failure, Kind
from tests.factories import NOW, make_readers, make_scheduled_digest
from tests.newsletter.delivery.answering import in_turn, scripted


def test_each_mail_is_told_with_what_became_of_it(newsletter, release, monkeypatch):
    first, second = make_readers(newsletter, 2)
    full = Failure(reason="mailbox_full", detail="552 5.2.2")
    scripted(monkeypatch, in_turn(Answer(kind=Kind.ACCEPTED, failed={second.pk: full})))
    digest = release(newsletter)
    drain.drain()

    here = {"newsletter_ids": [newsletter.pk]}
    (his,) = received.recent(subscriber_id=first.pk, **here)
    (hers,) = received.recent(subscriber_id=second.pk, **here)

    assert (his.digest, his.state) == (digest, "accepted")
    assert (hers.state, hers.reason, hers.detail) == ("failed", "mailbox_full", "552 5.2.2")


def test_mails_that_were_not_for_him_and_those_not_out_are_left_out(newsletter, release):
    (reader,) = make_readers(newsletter, 1)
    release(newsletter)
    (late,) = make_readers(newsletter, 1)
    make_scheduled_digest(newsletter, occurrence="2026-11-25", release_at=NOW)

    here = {"newsletter_ids": [newsletter.pk]}
    assert len(received.recent(subscriber_id=reader.pk, **here)) == 1
    assert received.recent(subscriber_id=late.pk, **here) == []


def test_it_costs_four_statements(newsletter, release, django_assert_num_queries):
    (reader,) = make_readers(newsletter, 1)
    release(newsletter)
    with django_assert_num_queries(4):
        received.recent(subscriber_id=reader.pk, newsletter_ids=[newsletter.pk])
