"""A correction goes out only when a person says so, with what a person wrote."""

from datetime import date, timedelta

import pytest

from newsletter.digests.assembly import make_correction, next_occurrence
from newsletter.models import Digest, Item
from newsletter.scheduling import board
from newsletter.scheduling.planning import plan
from newsletter.scheduling.refilling import refill
from subscribers.models import Notice
from tests.factories import make_article, make_digest, make_schedule, make_staff
from tests.newsletter.scheduling.planned import DUE, LEAD

pytestmark = pytest.mark.django_db


@pytest.fixture
def correction(db: None) -> Digest:
    schedule = make_schedule(approval="automatic")
    make_staff()
    make_article(published_at=LEAD - timedelta(minutes=1))
    sent = make_digest(schedule.newsletter, occurrence="2026-11-24", state=Digest.State.CANCELLED)
    made = make_correction(corrected=sent, occurrence="2026-11-24-2", now=LEAD)
    Digest.objects.filter(pk=made.pk).update(release_at=DUE)
    make_digest(schedule.newsletter, occurrence="2026-11-24", state=Digest.State.SKIPPED)
    return Digest.objects.get(pk=made.pk)


def test_no_news_comes_into_it(correction: Digest) -> None:
    assert correction.locked_at == LEAD
    Digest.objects.update(locked_at=None, created_at=LEAD - timedelta(days=1))
    refill(now=LEAD + timedelta(minutes=10))
    correction.newsletter.schedule.local_time = "07:00"
    correction.newsletter.schedule.save()
    plan(now=LEAD)
    correction.refresh_from_db()
    assert not Item.objects.filter(section__digest=correction).exists()
    assert correction.release_at == DUE


def test_the_board_says_that_an_editor_has_to_act(correction: Digest) -> None:
    assert board.who_acts(correction, has_agreement=False) == board.EDITOR


def test_it_never_goes_by_itself(correction: Digest) -> None:
    plan(now=DUE)
    correction.refresh_from_db()
    assert (correction.state, correction.reason) == (
        Digest.State.HELD,
        "Nobody approved it before its time.",
    )
    assert "Held." in Notice.objects.get().context["message"]


@pytest.mark.parametrize("is_weekly", [False, True])
def test_one_made_before_the_days_mail_does_not_stand_for_it(is_weekly: bool) -> None:
    schedule = make_schedule(weekly_day=2)
    for _ in range(3):
        make_article(published_at=LEAD - timedelta(hours=1))
    sent = make_digest(
        schedule.newsletter, occurrence="2026-11-17", state="cancelled", is_weekly=is_weekly
    )
    taken = next_occurrence(newsletter=schedule.newsletter, day=date(2026, 11, 24))
    correction = make_correction(corrected=sent, occurrence=taken, now=LEAD - timedelta(hours=1))
    plan(now=LEAD)
    made = Digest.objects.exclude(pk__in=[sent.pk, correction.pk])
    assert set(made.values_list("occurrence", "is_weekly")) == {
        ("2026-11-24-2", False),
        ("2026-11-24-week", True),
    }
