"""Correcting a digest on its way: those who do not have it yet get the new words."""

import pytest

from config.models import StaffUser
from newsletter.delivery import control, correcting, drain, preparation, reached, submission
from newsletter.digests import assembly, lifecycle
from newsletter.models import Batch, Delivery, DeliveryException, Digest, Lane, Schedule
from newsletter.release import approval
from newsletter.release.consent import NotLookedAt, Said, WaitsForSecond
from newsletter.scheduling import planning
from subscribers.clock import Clock
from subscribers.mailing.answers import Answer, Kind
from subscribers.models import OutboxMail, StaffAct, Subscription
from tests.factories import NOW, make_article, make_readers, make_staff
from tests.newsletter.delivery import ledger
from tests.newsletter.delivery.answering import in_turn, scripted
from tests.newsletter.delivery.claiming import claim_batch, take_one_batch
from tests.rewriting import rewrite

NOTE = "The ferry runs on Sundays too."


@pytest.fixture
def on_its_way(newsletter):
    """1,500 readers; the first thousand have it, then it was stopped."""
    make_readers(newsletter, 1_500)
    for number in range(6):
        make_article(title=f"Story {number}", slug=f"story-{number}", published_at=NOW)
    digest = assembly.make_digest(
        newsletter=newsletter, occurrence="2026-11-24", release_at=NOW, now=NOW
    )
    approval.schedule(digest_id=digest.pk, release_at=NOW, by=None, now=NOW)
    lifecycle.release(digest_id=digest.pk, now=NOW)
    preparation.prepare(digest_id=digest.pk, now=NOW)
    take_one_batch()
    lifecycle.pause(digest_id=digest.pk, by=None, now=NOW)
    digest.refresh_from_db()
    return digest


def _rewrite(digest: Digest) -> None:
    rewrite(digest, now=NOW, subject="Ferry: corrected")


def _approve(digest: Digest, note: str = NOTE):
    digest.refresh_from_db()
    return correcting.approve(
        digest_id=digest.pk, note=note, version=digest.version, by=make_staff(), now=NOW
    )


def test_later_claims_carry_the_new_words_and_earlier_ones_keep_theirs(on_its_way):
    old = on_its_way.revision_id
    _rewrite(on_its_way)
    new = _approve(on_its_way)
    control.resume(digest_id=on_its_way.pk, by=make_staff(), now=NOW)
    drain.drain()

    assert ledger.check(on_its_way) == {"accepted": 1_500}
    batches = Batch.objects.filter(state="accepted").order_by("low")
    assert list(batches.values_list("size", "revision")) == [(1_000, old), (500, new.pk)]
    subjects = OutboxMail.objects.values_list("template__subject", flat=True)
    assert list(subjects).count("Ferry: corrected") == 500
    assert (on_its_way.correction_note, on_its_way.corrected_at) == (NOTE, NOW)


def test_an_edit_alone_changes_nothing_that_goes_out(on_its_way):
    _rewrite(on_its_way)
    control.resume(digest_id=on_its_way.pk, by=make_staff(), now=NOW)
    drain.drain()

    assert not OutboxMail.objects.filter(template__subject="Ferry: corrected").exists()


def test_it_waits_until_nothing_is_being_handed_over(on_its_way):
    _rewrite(on_its_way)
    Batch.objects.filter(state="pending").update(
        state="submitting", token="0" * 32, lease_until=NOW
    )

    with pytest.raises(correcting.StillOnItsWay, match=r"^500 are still"):
        _approve(on_its_way)


def test_what_was_claimed_with_the_old_words_is_not_submitted(on_its_way):
    control.resume(digest_id=on_its_way.pk, by=make_staff(), now=NOW)
    claim = claim_batch(now=NOW)
    control.pause(digest_id=on_its_way.pk, by=make_staff(), now=NOW)
    _rewrite(on_its_way)
    _approve(on_its_way)
    control.resume(digest_id=on_its_way.pk, by=make_staff(), now=NOW)

    assert submission.submit(claim=claim, clock=Clock()) is None
    drain.drain()

    assert ledger.check(on_its_way) == {"accepted": 1_500}
    assert OutboxMail.objects.filter(template__subject="Ferry: corrected").count() == 500


def test_what_somebody_changed_meanwhile_is_not_approved(on_its_way):
    looked_at = on_its_way.version
    _rewrite(on_its_way)

    with pytest.raises(correcting.ChangedMeanwhile):
        correcting.approve(
            digest_id=on_its_way.pk, note=NOTE, version=looked_at, by=make_staff(), now=NOW
        )


def test_without_a_change_there_is_nothing_to_approve(on_its_way):
    with pytest.raises(correcting.NothingChanged):
        _approve(on_its_way)


def test_only_a_stopped_mail_is_corrected(on_its_way):
    control.resume(digest_id=on_its_way.pk, by=make_staff(), now=NOW)

    with pytest.raises(approval.WrongState):
        _approve(on_its_way)


def test_an_unknown_keeps_the_words_it_was_sent_with(on_its_way, monkeypatch):
    scripted(monkeypatch, in_turn(Answer(kind=Kind.UNKNOWN)))
    old = on_its_way.revision_id
    control.resume(digest_id=on_its_way.pk, by=make_staff(), now=NOW)
    take_one_batch()
    control.pause(digest_id=on_its_way.pk, by=make_staff(), now=NOW)
    _rewrite(on_its_way)
    new = _approve(on_its_way)

    assert Batch.objects.get(state="unknown").revision_id == old
    assert Lane.objects.get().revision_id == new.pk


def test_those_reached_get_a_correction_and_nobody_else(on_its_way):
    correction = correcting.correct_reached(digest_id=on_its_way.pk, by=make_staff(), now=NOW)
    gone = Delivery.objects.order_by("subscriber_id").first().subscriber_id
    Subscription.objects.filter(subscriber_id=gone).update(state="ended")
    Digest.objects.filter(pk=correction.pk).update(intro="The ferry runs on Sundays too.")
    assert preparation.count_mailable(digest=correction, now=NOW) == 999
    approval.send_now(digest_id=correction.pk, by=make_staff(), now=NOW)
    planning.plan(now=NOW)
    preparation.prepare(digest_id=correction.pk, now=NOW)
    drain.drain()

    assert ledger.check(correction) == {"accepted": 999}
    reached = set(
        OutboxMail.objects.filter(source=f"digest:{on_its_way.pk}").values_list(
            "subscriber_id", flat=True
        )
    )
    corrected = Delivery.objects.filter(digest=correction).values_list("subscriber_id", flat=True)
    assert set(corrected) == reached - {gone}


def test_a_second_correction_is_the_first(on_its_way):
    first = correcting.correct_reached(digest_id=on_its_way.pk, by=make_staff(), now=NOW)
    again = correcting.correct_reached(digest_id=on_its_way.pk, by=make_staff(), now=NOW)

    assert again.pk == first.pk
    assert (first.subject, first.corrects_id) == (
        f"Correction: {on_its_way.subject}",
        on_its_way.pk,
    )


def test_those_reached_are_counted_alike_by_ranges_and_one_by_one(on_its_way, monkeypatch):
    readers = list(
        Delivery.objects.order_by("subscriber_id").values_list("subscriber_id", flat=True)
    )
    for reader, state in (
        (readers[0], "left"),
        (readers[1], "unknown"),
        (readers[1_200], "accepted"),
    ):
        DeliveryException.objects.create(
            digest=on_its_way, subscriber_id=reader, state=state, updated_at=NOW
        )
    correction = correcting.correct_reached(digest_id=on_its_way.pk, by=make_staff(), now=NOW)

    by_ranges = preparation.count_mailable(digest=correction, now=NOW)
    monkeypatch.setattr(reached, "MOST_SPANS", 0)

    assert by_ranges == preparation.count_mailable(digest=correction, now=NOW) == 1_000


def test_a_warning_about_the_new_words_asks_for_a_tick_as_before_any_mail(on_its_way):
    _rewrite(on_its_way)
    Digest.objects.update(subject="x" * 60)
    on_its_way.refresh_from_db()
    words = {"digest_id": on_its_way.pk, "note": NOTE, "version": on_its_way.version, "now": NOW}
    with pytest.raises(NotLookedAt) as refusal:
        correcting.approve(**words, by=make_staff(), said=Said(looked_at=[]))
    marks = [problem.mark for problem in refusal.value.problems]
    correcting.approve(**words, by=make_staff(), said=Said(looked_at=marks))
    assert StaffAct.objects.filter(act="overruled", actor__isnull=False).exists()


def test_two_people_approve_a_correction_where_two_approve_the_mails(on_its_way):
    Schedule.objects.update_or_create(
        newsletter=on_its_way.newsletter,
        defaults={"approvers": 2, "local_time": "06:30", "effective_from": NOW},
    )
    old = on_its_way.revision_id
    _rewrite(on_its_way)
    with pytest.raises(WaitsForSecond):
        _approve(on_its_way)
    StaffUser.objects.update(is_superuser=True)
    on_its_way.refresh_from_db()
    assert on_its_way.revision_id == old
    assert _approve(on_its_way).pk != old
