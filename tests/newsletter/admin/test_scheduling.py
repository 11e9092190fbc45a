"""The time of a mail as a person chooses it: for everybody at once, or by each reader's clock."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time

import pytest
import time_machine
from django.test import Client

from newsletter.admin.mails.moments import when
from newsletter.models import Digest, DigestChange
from newsletter.release import approval
from newsletter.scheduling.chosen import EAST
from subscribers.models import StaffAct
from tests.factories import NOW, make_digest, make_schedule, make_staff
from tests.newsletter.admin.conftest import page_of, step_of

State = Digest.State
FRIDAY = date(2026, 11, 27)
CHOSEN = {"day": "2026-11-27", "time": "07:15"}
EACH = CHOSEN | {"who": "each"}
FIRST = datetime(2026, 11, 26, 17, 15, tzinfo=UTC)


@pytest.fixture(autouse=True)
def at_six(db: None) -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def waving(mail: Digest) -> Digest:
    """The draft of a newsletter that goes by each reader's clock."""
    make_schedule(mail.newsletter, by_reader=True)
    return mail


def times(digest: Digest) -> tuple[object, ...]:
    digest.refresh_from_db()
    return digest.state, digest.release_at, digest.wave_day, digest.wave_time


def test_it_goes_by_each_readers_clock_from_the_first_morning_on(
    desk: Client, waving: Digest
) -> None:
    desk.post(page_of(waving, "schedule"), EACH)
    assert times(waving) == (State.SCHEDULED, FIRST, FRIDAY, time(7, 15))
    assert when(waving, NOW) == "Goes out Friday, 7:15 am where each reader is"
    act = StaffAct.objects.filter(act=StaffAct.Act.SENT).get()
    assert act.detail == (
        "Due 2026-11-27 07:15 by each reader's clock, from 2026-11-26 17:15 UTC on."
    )


def test_it_goes_to_everybody_at_once_where_that_is_wanted(desk: Client, waving: Digest) -> None:
    desk.post(page_of(waving, "schedule"), CHOSEN | {"who": "all"})
    due = datetime(2026, 11, 27, 7, 15, tzinfo=UTC)
    assert times(waving) == (State.SCHEDULED, due, None, None)


def test_who_it_goes_to_is_not_asked_where_no_mail_goes_by_readers_clocks(
    desk: Client, mail: Digest
) -> None:
    assert "where each reader is" not in desk.get(page_of(mail, "schedule")).text
    desk.post(page_of(mail, "schedule"), EACH)
    assert times(mail)[2:] == (None, None)


@pytest.mark.parametrize("kind", ["is_urgent", "corrects"])
def test_nor_of_a_correction_or_of_what_cannot_wait(
    desk: Client, waving: Digest, kind: str
) -> None:
    first = make_digest(waving.newsletter, occurrence="2026-11-20")
    Digest.objects.filter(pk=waving.pk).update(**{kind: first if kind == "corrects" else True})
    assert "where each reader is" not in desk.get(page_of(waving, "schedule")).text


def test_the_form_shows_its_time_by_the_newsletters_clock_and_keeps_the_waves(
    desk: Client, waving: Digest
) -> None:
    desk.post(page_of(waving, "schedule"), EACH)
    form = desk.get(page_of(waving, "schedule")).context["form"]
    assert (form["day"].value(), form["time"].value()) == (FRIDAY, "07:15")
    assert form["who"].value() == "each"
    desk.post(page_of(waving, "schedule"), EACH | {"time": "08:00"})
    assert times(waving)[2:] == (FRIDAY, time(8))


def test_a_mail_put_to_everybody_at_once_stays_so_in_the_form(desk: Client, waving: Digest) -> None:
    desk.post(page_of(waving, "schedule"), CHOSEN | {"who": "all"})
    assert desk.get(page_of(waving, "schedule")).context["form"]["who"].value() == "all"


def test_readers_further_east_get_it_at_once_when_it_is_late_for_them(
    desk: Client, waving: Digest
) -> None:
    page = desk.post(page_of(waving, "schedule"), EACH | {"day": "2026-11-24"}, follow=True)
    assert times(waving)[1:] == (NOW, NOW.date(), time(7, 15))
    assert EAST in page.text


def test_a_time_that_does_not_exist_is_said_when_it_is_scheduled(
    desk: Client, mail: Digest
) -> None:
    chosen = {"day": "2027-03-28", "time": "01:30"}
    page = desk.post(page_of(mail, "schedule"), chosen, follow=True)
    assert "1:30 am does not exist that day; it goes at 2:00 am." in page.text
    assert times(mail)[1] == datetime(2027, 3, 28, 1, 0, tzinfo=UTC)


def test_send_now_goes_to_everybody_at_once_and_says_so(desk: Client, waving: Digest) -> None:
    desk.post(page_of(waving, "schedule"), EACH)
    asked = desk.get(step_of(waving, "send-now"))
    assert "Everybody gets it at once, not at a time of the reader" in asked.text
    desk.post(step_of(waving, "send-now"))
    assert times(waving) == (State.SCHEDULED, NOW, None, None)


def test_a_command_that_sends_in_nobodys_name_sends_to_everybody_at_once(waving: Digest) -> None:
    Digest.objects.update(wave_day=FRIDAY, wave_time=time(7), follows_rule=True)
    approval.approve(digest_id=waving.pk, by=make_staff(), now=NOW)
    approval.send_now(digest_id=waving.pk, by=None, now=NOW)
    assert times(waving) == (State.SCHEDULED, NOW, None, None)


@pytest.mark.parametrize("by_reader", [False, True])
def test_who_confirms_the_rules_own_time_chose_none(
    desk: Client, mail: Digest, by_reader: bool
) -> None:
    make_schedule(mail.newsletter, by_reader=by_reader)
    run = EACH if by_reader else CHOSEN
    due = FIRST if by_reader else datetime(2026, 11, 27, 7, 15, tzinfo=UTC)
    waves = {"wave_day": FRIDAY, "wave_time": time(7, 15)} if by_reader else {}
    Digest.objects.update(release_at=due, follows_rule=True, **waves)
    desk.post(page_of(mail, "schedule"), run)
    mail.refresh_from_db()
    assert (mail.state, mail.follows_rule) == (State.SCHEDULED, True)
    desk.post(page_of(mail, "schedule"), run | {"time": "08:00"})
    mail.refresh_from_db()
    assert not mail.follows_rule


def test_the_usual_mail_is_told_of_beside_a_single_one(desk: Client, mail: Digest) -> None:
    make_schedule(mail.newsletter)
    Digest.objects.update(is_single=True, occurrence="2026-11-24-2")
    words = "The usual mail of that day goes at 6:30 am as well."
    for page in (page_of(mail, "schedule"), step_of(mail, "send-now")):
        assert words in desk.get(page).text
    Digest.objects.update(is_single=False)
    assert words not in desk.get(page_of(mail, "schedule")).text


def test_looking_changes_nothing(desk: Client, waving: Digest) -> None:
    before = times(waving)
    for name in ("schedule", "change"):
        desk.get(page_of(waving, name))
    assert (times(waving), DigestChange.objects.count()) == (before, 0)


def test_what_was_taken_back_is_offered_the_time_of_its_run_and_not_the_old_one(
    desk: Client, waving: Digest
) -> None:
    day = date(2026, 11, 25)
    Digest.objects.update(occurrence=day.isoformat(), wave_day=FRIDAY, wave_time=time(9))
    form = desk.get(page_of(waving, "schedule")).context["form"]
    assert (form["day"].value(), form["time"].value()) == (day, "06:30")
