"""What a changed rule, or a person's second thought, makes of a mail that is there already."""

from datetime import time, timedelta

import pytest

from newsletter.delivery import cancelling
from newsletter.models import Digest, Schedule
from newsletter.release import approval
from newsletter.scheduling import rule_changes
from newsletter.scheduling.planning import plan
from tests.factories import make_article, make_schedule, make_staff
from tests.newsletter.scheduling.planned import DUE, LEAD, only

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stories")]

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
EVENING = DUE - 12 * HOUR


def change(now, **fields):
    """As the desk saves it."""
    schedule = Schedule.objects.get()
    for name, value in fields.items():
        setattr(schedule, name, value)
    rule_changes.touch(schedule=schedule, changed=fields, now=now)
    schedule.save()


def opened(**fields):
    make_schedule(effective_from=DUE - 48 * HOUR, **fields)
    plan(now=LEAD)
    return only()


def confirmed():
    """An editor left it at the rule's time."""
    digest = opened(approval="editor")
    approval.approve(digest_id=digest.pk, by=make_staff(), now=LEAD)
    return digest


def test_what_was_called_off_without_a_time_is_not_made_again():
    digest, by = opened(), make_staff()
    approval.schedule(digest_id=digest.pk, release_at=DUE, by=by, now=LEAD)
    approval.take_back(digest_id=digest.pk, by=by, now=LEAD)
    cancelling.cancel(digest_id=digest.pk, by=by, now=LEAD)
    change(LEAD + MINUTE, holidays="GB")
    plan(now=LEAD + 2 * MINUTE)
    plan(now=DUE)
    assert only().state == Digest.State.CANCELLED


@pytest.mark.parametrize("approver", ["editor", "or_skip", "automatic"])
def test_who_turns_readers_clocks_on_in_the_evening_sends_nothing_at_once(approver):
    make_schedule(effective_from=DUE - 48 * HOUR, lead_time_minutes=18 * 60, approval=approver)
    plan(now=EVENING)
    change(EVENING + MINUTE, by_reader=True)
    plan(now=EVENING + 2 * MINUTE)
    plan(now=EVENING + 6 * MINUTE)
    assert (only().state, only().release_at) == (Digest.State.DRAFT, DUE)
    assert only().goes_in_waves


@pytest.mark.parametrize("approver", ["editor", "or_skip"])
def test_a_draft_opened_after_its_first_wave_waits_for_approval_until_its_own_time(approver):
    make_schedule(effective_from=DUE - 48 * HOUR, by_reader=True, approval=approver)
    plan(now=EVENING)
    plan(now=EVENING + MINUTE)
    assert (only().state, only().release_at) == (Digest.State.DRAFT, DUE)


def test_a_mail_that_needs_nobody_goes_at_once_after_an_outage_over_its_first_wave():
    make_schedule(effective_from=DUE - 48 * HOUR, by_reader=True)
    make_article(published_at=EVENING - HOUR)
    plan(now=EVENING)
    plan(now=EVENING + MINUTE)
    assert only().state == Digest.State.PREPARING


def test_news_comes_in_again_when_a_locked_mail_moves_to_later():
    opened()
    plan(now=DUE - 20 * MINUTE)
    assert only().locked_at is not None
    change(DUE - 10 * MINUTE, local_time=time(18, 0))
    plan(now=DUE - 9 * MINUTE)
    assert (only().locked_at, only().release_at) == (None, DUE.replace(hour=18, minute=0))


def test_what_a_person_locked_stays_locked_when_it_moves():
    digest = opened()
    Digest.objects.filter(pk=digest.pk).update(locked_at=LEAD + MINUTE)
    change(LEAD + 2 * MINUTE, local_time=time(18, 0))
    plan(now=LEAD + 3 * MINUTE)
    assert only().locked_at == LEAD + MINUTE


def test_an_approved_mail_at_the_rule_s_time_moves_with_it():
    confirmed()
    change(LEAD + MINUTE, local_time=time(9, 0))
    plan(now=LEAD + 2 * MINUTE)
    nine = DUE.replace(hour=9, minute=0)
    assert (only().state, only().release_at) == (Digest.State.APPROVED, nine)


def test_an_approved_mail_whose_day_is_left_out_is_held_and_staff_are_told():
    confirmed()
    change(LEAD + MINUTE, weekdays="1")
    plan(now=LEAD + 2 * MINUTE)
    assert only().state == Digest.State.HELD
    assert "no mail on that day" in only().reason


def test_a_time_that_a_person_chose_stays_whatever_the_rule_becomes():
    digest, by = opened(approval="editor"), make_staff()
    later = DUE + 2 * HOUR
    approval.schedule(digest_id=digest.pk, release_at=later, by=by, now=LEAD)
    change(LEAD + MINUTE, local_time=time(9, 0), weekdays="1")
    plan(now=LEAD + 2 * MINUTE)
    assert (only().state, only().release_at) == (Digest.State.SCHEDULED, later)
