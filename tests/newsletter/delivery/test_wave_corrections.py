"""A correction between two waves: the later ones carry the new words."""

from datetime import UTC, datetime, timedelta

import pytest

from newsletter.delivery import control, correcting, preparation
from newsletter.digests import assembly, lifecycle
from newsletter.digests.waves import Waves
from newsletter.models import Digest, Lane
from newsletter.release import approval
from subscribers.models import OutboxMail
from tests.factories import NOW, make_article, make_staff
from tests.newsletter.delivery import ledger
from tests.newsletter.delivery.waving import (
    DAY,
    HALF_PAST_SIX,
    drain_at,
    first_on_earth,
    reader_in,
)
from tests.rewriting import rewrite

LONDON = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
BETWEEN = LONDON + timedelta(hours=1)
NEW_YORK = datetime(2026, 11, 24, 11, 30, tzinfo=UTC)


@pytest.fixture
def digest(newsletter, monkeypatch) -> Digest:
    """London has it, New York waits."""
    for zone in ("", "America/New_York"):
        reader_in(newsletter, zone)
    for number in range(6):
        make_article(title=f"Story {number}", slug=f"story-{number}", published_at=NOW)
    ready = first_on_earth()
    digest = assembly.make_digest(
        newsletter=newsletter,
        occurrence=DAY.isoformat(),
        release_at=ready,
        waves=Waves(day=DAY, at=HALF_PAST_SIX),
        now=NOW,
    )
    approval.schedule(digest_id=digest.pk, release_at=ready, by=None, now=NOW)
    lifecycle.release(digest_id=digest.pk, now=ready)
    preparation.prepare(digest_id=digest.pk, now=ready)
    drain_at(monkeypatch, LONDON)
    return digest


def test_later_waves_carry_the_new_words_and_the_first_kept_theirs(digest, monkeypatch):
    by = make_staff()
    control.pause(digest_id=digest.pk, by=by, now=BETWEEN)
    rewrite(digest, now=BETWEEN, subject="Ferry: corrected")
    new = correcting.approve(
        digest_id=digest.pk, note="On Sundays too.", version=digest.version, by=by, now=BETWEEN
    )
    control.resume(digest_id=digest.pk, by=by, now=BETWEEN)
    assert drain_at(monkeypatch, NEW_YORK - timedelta(seconds=1)) == set()
    drain_at(monkeypatch, NEW_YORK)

    assert ledger.check(digest) == {"accepted": 2}
    subjects = list(OutboxMail.objects.order_by("pk").values_list("template__subject", flat=True))
    assert subjects[0] != subjects[1] == "Ferry: corrected"
    assert set(Lane.objects.values_list("revision_id", flat=True)) == {new.pk}


def test_those_of_the_first_waves_get_a_short_correction_at_once(digest, monkeypatch):
    draft = correcting.correct_reached(digest_id=digest.pk, by=make_staff(), now=BETWEEN)
    assert not draft.goes_in_waves
    found = preparation.count_mailable(digest=draft, now=BETWEEN)
    assert found == 1, "New York has not got it, and gets the right words"
