"""What the page of a mail and the board say while it goes by each reader's clock."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.test import Client

from newsletter.admin.mails import live, progress
from newsletter.delivery import cancelling
from newsletter.delivery.counts import counts
from newsletter.digests import lifecycle
from newsletter.models import Batch, Digest
from subscribers.mailing.limits import Reason
from subscribers.models import ProviderState
from tests.factories import make_newsletter, make_staff
from tests.newsletter.admin.conftest import page_of
from tests.newsletter.delivery.waving import reader_in, release_in_waves

TOKYO = datetime(2026, 11, 23, 21, 30, tzinfo=UTC)
LONDON = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
NEW_YORK = datetime(2026, 11, 24, 11, 30, tzinfo=UTC)


@pytest.fixture
def mail(db: None) -> Digest:
    """Three in Tokyo, who have it; two in London, four in New York."""
    newsletter = make_newsletter()
    for zone in (*["Asia/Tokyo"] * 3, "", "", *["America/New_York"] * 4):
        reader_in(newsletter, zone)
    digest = release_in_waves(newsletter)
    _goes(digest, 1, at=TOKYO)
    return digest


def _goes(mail: Digest, lane: int, *, at: datetime) -> None:
    Batch.objects.filter(digest=mail, lane=lane).update(state="accepted", finished_at=at)


def _fragment(desk: Client, mail: Digest) -> str:
    return " ".join(desk.get(page_of(mail, "live")).text.split())


def _line(mail: Digest, now: datetime) -> str:
    mail.refresh_from_db()
    return progress.in_words(mail, counts(digest_ids=[mail.pk])[mail.pk], now=now)


def test_between_waves_it_says_when_the_next_one_goes_and_for_how_many(
    desk: Client, mail: Digest, time_machine
) -> None:
    time_machine.move_to(LONDON - timedelta(hours=2), tick=False)

    text = _fragment(desk, mail)

    assert "1 of 3 waves are out." in text
    assert "Next wave at 6:30 am London time: 2 readers." in text
    assert 'data-said="Sending, 25 percent done. Next wave at 6:30 am London time' in text
    assert "3 of 9 done" in text


def test_to_wait_for_a_wave_is_no_trouble(desk: Client, mail: Digest, time_machine) -> None:
    time_machine.move_to(LONDON - timedelta(hours=2), tick=False)
    text = _fragment(desk, mail)
    assert "refused" not in text
    assert "desk-amber" not in text
    assert "data-moving" in text
    assert 'data-every="15"' in text


def test_the_next_wave_of_another_day_says_which(desk: Client, mail: Digest, time_machine) -> None:
    time_machine.move_to(TOKYO + timedelta(minutes=1), tick=False)
    assert "Next wave tomorrow, 6:30 am London time: 2 readers." in _fragment(desk, mail)


def test_while_a_wave_goes_the_time_left_is_that_of_the_wave(
    desk: Client, mail: Digest, time_machine
) -> None:
    time_machine.move_to(LONDON + timedelta(seconds=5), tick=False)
    Batch.objects.filter(lane=1).update(finished_at=LONDON)
    text = _fragment(desk, mail)
    # Three in the last minute, two to go: those in New York wait for hours.
    assert "3 mails a minute · 1 min left" in text
    assert "1 of 3 waves are out." in text
    assert "on its way" in text
    assert 'data-every="2"' in text


def test_some_who_were_refused_are_told_apart_from_those_who_wait(
    desk: Client, mail: Digest, time_machine
) -> None:
    time_machine.move_to(LONDON + timedelta(minutes=1), tick=False)
    Batch.objects.filter(lane=2).update(not_before=LONDON + timedelta(minutes=16))
    assert "Some were refused for now; they are tried again at 6:46 am." in _fragment(desk, mail)


def test_trouble_with_the_provider_is_told_all_the_same(
    desk: Client, mail: Digest, time_machine
) -> None:
    time_machine.move_to(LONDON, tick=False)
    until = LONDON + timedelta(minutes=11)
    ProviderState.objects.create(name="outbox", closed=Reason.BREAKER, not_before=until, reason="")
    assert "The provider did not answer; we try again at 6:41 am." in _fragment(desk, mail)


def test_all_waves_are_listed_with_how_each_stands(mail: Digest) -> None:
    panel = live.of(digest=mail, now=LONDON).waves
    assert panel is not None
    assert [(row.when, row.readers, row.word) for row in panel.rows] == [
        ("Monday 23 November, 9:30 pm", 3, "out"),
        ("today, 6:30 am", 2, "on its way"),
        ("today, 11:30 am", 4, "waits for its time"),
    ]


def test_a_paused_and_a_cancelled_mail_say_so_of_their_waves(mail: Digest) -> None:
    lifecycle.pause(digest_id=mail.pk, by=None, now=LONDON)
    mail.refresh_from_db()
    assert [row.word for row in live.of(digest=mail, now=LONDON).waves.rows] == [
        "out",
        "paused",
        "waits for its time",
    ]
    cancelling.cancel(digest_id=mail.pk, by=make_staff(), now=LONDON)
    mail.refresh_from_db()
    panel = live.of(digest=mail, now=LONDON).waves
    assert [row.word for row in panel.rows] == ["out", "called off", "called off"]
    assert panel.next == ""


def test_the_board_says_how_far_it_is_and_when_the_next_wave_goes(mail: Digest) -> None:
    assert _line(mail, LONDON - timedelta(hours=1)) == "sending · 3 of 9 · next wave at 6:30 am"
    assert _line(mail, LONDON) == "sending · 3 of 9"
    _goes(mail, 2, at=LONDON)
    assert _line(mail, LONDON + timedelta(hours=1)) == "sending · 5 of 9 · next wave at 11:30 am"


def test_one_that_goes_at_once_shows_no_waves(desk: Client, mail: Digest) -> None:
    Digest.objects.filter(pk=mail.pk).update(wave_day=None, wave_time=None)
    text = _fragment(desk, mail)
    assert "waves are out" not in text
    assert "Next wave" not in text


def test_the_command_lists_the_waves(mail: Digest, capsys) -> None:
    call_command("deliveries", str(mail.pk))
    lines = capsys.readouterr().out.splitlines()
    assert "wave 1 at 2026-11-23 21:30:00 UTC: 3 readers, 0 open" in lines
    assert "wave 3 at 2026-11-24 11:30:00 UTC: 4 readers, 4 open" in lines


def test_while_readers_are_counted_in_no_wave_is_out(mail: Digest) -> None:
    for lane in (2, 3):
        _goes(mail, lane, at=NEW_YORK)
    Digest.objects.filter(pk=mail.pk).update(prepared_at=None)
    mail.refresh_from_db()

    said = live.of(digest=mail, now=NEW_YORK)

    assert said.percent == 99
    assert said.waves is not None
    assert said.waves.said == "Its readers are still being counted in."
    assert {row.word for row in said.waves.rows} == {"on its way"}
    assert said.every == 2
