"""Reports applied: once, in any order, each by itself, and by however many at the same time."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from newsletter.delivery import brake
from newsletter.models import Batch, Digest, ReaderReport, ReportPost
from newsletter.tracking import applying, inbox, queries
from newsletter.tracking.queries import Bounces
from newsletter.tracking.reports import Report, Verdict
from subscribers import bounces
from subscribers.models import Consent, Suppression
from tests.factories import make_readers
from tests.newsletter.tracking.at_once import four_at_once
from tests.newsletter.tracking.payloads import sendgrid, sendgrid_post
from tests.newsletter.tracking.unknown import unknown_batch

pytestmark = pytest.mark.django_db


def test_the_same_post_again_changes_nothing(hook, apply, meta, digest, reader):
    post = sendgrid_post([sendgrid("hard", reader.address, meta)])
    for _ in range(2):
        hook("sendgrid", post)
    apply()
    hook("sendgrid", post)
    apply()

    assert queries.bounces(digest_id=digest.pk) == Bounces(hard=1)
    assert Suppression.objects.count() == 1
    assert Consent.objects.filter(act="left", method="hard bounce").count() == 1
    assert not ReportPost.objects.exists()


def test_a_repetition_does_not_overrule_staff(hook, apply, meta, reader):
    post = sendgrid_post([sendgrid("hard", reader.address, meta)])
    hook("sendgrid", post)
    apply()
    Suppression.objects.all().delete()

    hook("sendgrid", post)
    apply()

    assert not Suppression.objects.exists()


@pytest.mark.parametrize("order", [("soft", "hard"), ("hard", "soft")])
@pytest.mark.parametrize("together", [True, False])
def test_the_hard_bounce_counts_whichever_comes_first(
    order, together, hook, apply, meta, digest, reader
):
    events = [sendgrid(what, reader.address, meta) for what in order]
    for part in [events] if together else [[one] for one in events]:
        hook("sendgrid", sendgrid_post(part))
        apply()

    assert queries.bounces(digest_id=digest.pk) == Bounces(hard=1)
    assert Suppression.objects.count() == 1


def test_a_bounce_and_a_complaint_of_one_reader_are_two(hook, apply, meta, digest, reader):
    events = [sendgrid(what, reader.address, meta) for what in ("soft", "complaint", "complaint")]
    hook("sendgrid", sendgrid_post(events))
    apply()
    hook("sendgrid", sendgrid_post(events))
    apply()

    assert queries.bounces(digest_id=digest.pk) == Bounces(soft=1, complained=1)
    assert Suppression.objects.get().reason == "complaint"


def test_a_bounce_of_a_confirmation_mail_counts_for_no_digest(hook, apply, meta, digest, reader):
    hook(
        "sendgrid",
        sendgrid_post([sendgrid("hard", reader.address, {**meta, "source": "notice:7"})]),
    )
    apply()

    assert ReaderReport.objects.get().digest is None
    assert queries.bounces(digest_id=digest.pk) == Bounces()
    assert Suppression.objects.get().address_hash == reader.address_hash


def test_a_digest_that_is_gone_does_not_keep_the_reader_from_being_suppressed(
    hook, apply, meta, digest, reader
):
    hook("sendgrid", sendgrid_post([sendgrid("hard", reader.address, meta)]))
    Digest.objects.filter(pk=digest.pk).update(state="draft", revision=None)
    digest.delete()
    apply()

    assert ReaderReport.objects.get().source == meta["source"]
    assert Suppression.objects.exists()


def test_a_reader_of_a_bounce_is_erased_meanwhile(hook, apply, meta, reader):
    hook("sendgrid", sendgrid_post([sendgrid("hard", reader.address, meta)]))
    reader.address = reader.address_key = None
    reader.address_hash = ""
    reader.save()
    apply()

    assert ReaderReport.objects.get().subscriber_id == reader.pk
    assert not Suppression.objects.exists()


def test_one_bad_report_keeps_no_other_from_being_applied(
    hook, apply, newsletter, meta, digest, monkeypatch
):
    readers = make_readers(newsletter, 9)
    unlucky = readers[4]
    fail_for(monkeypatch, unlucky.pk)
    hook("sendgrid", sendgrid_post([hard(reader, meta) for reader in readers[:6]]))
    hook("sendgrid", sendgrid_post([hard(reader, meta) for reader in readers[6:]]))
    apply()

    assert queries.bounces(digest_id=digest.pk) == Bounces(hard=8)
    left = ReportPost.objects.get()
    assert [one["subscriber_id"] for one in left.reports] == [unlucky.pk]
    assert left.error == "RuntimeError: no such luck"
    assert left.not_before > timezone.now()


def test_a_bad_report_is_tried_a_few_times_and_kept(hook, apply, meta, reader, monkeypatch):
    fail_for(monkeypatch, reader.pk)
    hook("sendgrid", sendgrid_post([hard(reader, meta)]))
    for tries in range(1, inbox.MOST_TRIES + 1):
        apply()
        post = ReportPost.objects.get()
        assert post.tries == tries
        ReportPost.objects.filter(not_before__isnull=False).update(not_before=timezone.now())

    assert post.not_before is None
    assert not inbox.apply_waiting(now=timezone.now() + timedelta(days=9))
    assert len(ReportPost.objects.get().reports) == 1


def test_what_failed_once_is_applied_later(hook, apply, meta, digest, reader, monkeypatch):
    with monkeypatch.context() as patch:
        fail_for(patch, reader.pk)
        hook("sendgrid", sendgrid_post([hard(reader, meta)]))
        apply()

    inbox.apply_waiting(now=timezone.now() + timedelta(minutes=2))
    assert queries.bounces(digest_id=digest.pk) == Bounces(hard=1)
    assert not ReportPost.objects.exists()


def test_a_report_that_cannot_be_read_is_kept_and_not_tried_again(hook, apply, meta, reader):
    hook("sendgrid", sendgrid_post([hard(reader, meta), {"email": "x@mail.example"}]))
    apply()

    left = ReportPost.objects.get()
    assert (left.not_before, len(left.reports)) == (None, 1)
    assert left.error == "It cannot be read: KeyError."
    assert Suppression.objects.count() == 1


def test_posts_of_a_worker_that_died_are_taken_up_again(hook, meta, digest, reader, monkeypatch):
    hook("sendgrid", sendgrid_post([hard(reader, meta)]))
    with monkeypatch.context() as patch:
        patch.setattr(inbox, "_take_away", killed)
        with pytest.raises(KeyboardInterrupt):
            inbox.apply_waiting(now=timezone.now())

    assert not inbox.apply_waiting(now=timezone.now())
    assert inbox.apply_waiting(now=timezone.now() + inbox.IN_HAND + timedelta(seconds=1))
    assert not ReportPost.objects.exists()
    assert queries.bounces(digest_id=digest.pk) == Bounces(hard=1)
    assert Consent.objects.filter(act="left").count() == 1


@pytest.mark.parametrize(("what", "asked"), [("complaint", 1), ("hard", 1), ("soft", 0)])
def test_the_brake_is_asked_about_a_digest_with_news(
    what, asked, hook, apply, newsletter, meta, digest, monkeypatch
):
    checked = []
    monkeypatch.setattr(brake, "check", lambda **given: checked.append(given["digest_id"]))
    readers = make_readers(newsletter, 5)
    hook("sendgrid", sendgrid_post([of(what, reader, meta) for reader in readers]))
    apply()

    assert checked == [digest.pk] * asked


def test_a_brake_that_fails_does_not_lose_the_reports(
    hook, apply, meta, digest, reader, monkeypatch
):
    def broken(**_):
        raise RuntimeError

    monkeypatch.setattr(brake, "check", broken)
    hook("sendgrid", sendgrid_post([hard(reader, meta)]))
    apply()

    assert queries.bounces(digest_id=digest.pk) == Bounces(hard=1)
    assert not ReportPost.objects.exists()


def test_a_bounce_proves_that_an_unknown_mail_was_taken(hook, apply, meta, digest, reader):
    batch = unknown_batch(digest, reader)
    hook("sendgrid", sendgrid_post([hard(reader, meta)]))
    apply()

    batch.refresh_from_db()
    assert batch.state == Batch.State.ACCEPTED


def test_a_drop_by_the_provider_itself_proves_nothing(hook, apply, meta, digest, reader):
    batch = unknown_batch(digest, reader)
    event = {**of("delivered", reader, meta), "event": "dropped", "reason": "Unsubscribed Address"}
    hook("sendgrid", sendgrid_post([event]))
    apply()

    batch.refresh_from_db()
    assert batch.state == Batch.State.UNKNOWN


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite writes one after the other")
def test_many_workers_apply_each_report_once(hook, newsletter, meta, digest, monkeypatch):
    monkeypatch.setattr(inbox, "AT_ONCE", 7)
    readers = make_readers(newsletter, 60)
    for reader in readers:
        hook("sendgrid", sendgrid_post([hard(reader, meta), of("soft", reader, meta)]))
        hook("sendgrid", sendgrid_post([hard(reader, meta)]))

    def work() -> None:
        while inbox.apply_waiting(now=timezone.now()):
            pass

    four_at_once(work)
    assert not ReportPost.objects.exists()
    assert queries.bounces(digest_id=digest.pk) == Bounces(hard=60)
    assert Consent.objects.filter(act="left").count() == 60
    assert Suppression.objects.count() == 60


def of(what, reader, meta):
    return sendgrid(what, reader.address, {**meta, "subscriber": str(reader.pk)})


def hard(reader, meta):
    return of("hard", reader, meta)


def killed(*_):
    raise KeyboardInterrupt


def fail_for(patch, subscriber_id: int) -> None:
    whole = bounces.apply

    def apply(*, dead_ends, now):
        if subscriber_id in {one.subscriber_id for one in dead_ends}:
            raise RuntimeError("no such luck")
        whole(dead_ends=dead_ends, now=now)

    patch.setattr(applying.bounces, "apply", apply)


def test_a_report_of_one_address_leaves_those_of_others_alone(apply, hook, db):
    """Events without our metadata name only an address: two soft of one, one hard of another."""
    first, second, third = (
        Report(verdict=verdict, at=timezone.now() + timedelta(minutes=at), address_hash=whose)
        for verdict, at, whose in (
            (Verdict.SOFT, 0, "b" * 32),
            (Verdict.SOFT, 1, "b" * 32),
            (Verdict.HARD, 2, "a" * 32),
        )
    )
    applying.apply(reports=[first, second], now=timezone.now())
    applying.apply(reports=[third], now=timezone.now())

    kept = ReaderReport.objects.order_by("at").values_list("address_hash", "hard")
    assert list(kept) == [("b" * 32, False), ("b" * 32, False), ("a" * 32, True)]
    assert Suppression.objects.get().address_hash == "a" * 32
