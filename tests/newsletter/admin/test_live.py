"""What moves on the page of a mail on its way, and what it says while it does."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from newsletter.admin.mails import live
from newsletter.models import Batch, Digest, DigestChange
from subscribers.mailing.limits import Reason
from subscribers.models import ProviderState
from tests.newsletter.admin.conftest import page_of, step_of
from tests.newsletter.admin.on_its_way import State, finish, pause, put, send


def fragment(desk: Client, mail: Digest) -> str:
    return " ".join(desk.get(page_of(mail, "live")).text.split())


def test_it_says_how_far_it_is_how_fast_and_how_long_it_takes(desk: Client, mail: Digest) -> None:
    send(mail)
    DigestChange.objects.update(at=timezone.now() - timedelta(minutes=30))
    Batch.objects.filter(state=State.ACCEPTED).update(finished_at=timezone.now())

    text = fragment(desk, mail)

    assert "1,000 of 1,203 done" in text
    assert "17 mails a second · under 1 min left" in text
    assert "data-moving" in text
    assert 'data-said="Sending, 75 percent done."' in text


def test_a_paused_mail_says_how_many_are_still_on_their_way_until_none_is(
    desk: Client, mail: Digest
) -> None:
    pause(send(mail, first=State.SUBMITTING))
    text = fragment(desk, mail)
    assert "At most 1,000 are still on their way to the provider. 203 wait." in text
    assert "data-moving" in text
    assert "Some are still on their way." in text

    put(Batch.objects.get(state=State.SUBMITTING), State.ACCEPTED)

    text = fragment(desk, mail)
    assert "Nothing is on its way any more. 203 wait until it goes on." in text
    assert "data-moving" not in text


def test_pausing_takes_one_press_and_says_what_still_arrives(desk: Client, mail: Digest) -> None:
    send(mail, first=State.SUBMITTING)
    text = desk.post(step_of(mail, "pause"), follow=True).text
    assert "Paused. Nothing more is handed over" in text
    assert "At most 1,000 are still on their way" in " ".join(text.split())
    mail.refresh_from_db()
    assert (mail.state, mail.reason) == (Digest.State.PAUSED, "Paused at the desk.")


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (Reason.BREAKER, "The provider did not answer; we try again at 6:41 am."),
        (Reason.UNREACHABLE, "The provider cannot be reached; we try again at 6:41 am."),
        (Reason.ACCOUNT, "The provider refused our account; we try again at 6:41 am."),
        (Reason.THROTTLED, "The provider asked us to wait; we go on at 6:41 am."),
    ],
)
def test_trouble_with_the_provider_is_told_with_the_time_of_the_next_try(
    desk: Client, mail: Digest, time_machine, reason: Reason, words: str
) -> None:
    time_machine.move_to("2026-11-24T06:40:00Z", tick=False)
    send(mail)
    until = timezone.now() + timedelta(minutes=1)
    ProviderState.objects.create(name="outbox", closed=reason, not_before=until, reason="x")
    assert words in fragment(desk, mail)


def test_the_provider_that_takes_over_is_named(desk: Client, mail: Digest, settings) -> None:
    settings.EMAIL_PROVIDERS = ["outbox", "smtp"]
    send(mail)
    ProviderState.objects.create(
        name="outbox",
        closed=Reason.BREAKER,
        not_before=timezone.now() + timedelta(minutes=5),
    )
    assert "outbox did not answer; smtp takes over" in fragment(desk, mail)


def test_what_waits_for_another_try_says_when(desk: Client, mail: Digest, time_machine) -> None:
    time_machine.move_to("2026-11-24T06:40:00Z", tick=False)
    send(mail)
    Batch.objects.filter(state=State.PENDING).update(
        not_before=timezone.now() + timedelta(minutes=15)
    )
    assert "it is tried again at 6:55 am." in fragment(desk, mail)


def test_looking_costs_the_same_however_many_batches_there_are(
    desk: Client, mail: Digest, django_assert_max_num_queries
) -> None:
    send(mail)
    first = Batch.objects.order_by("low")[0]
    Batch.objects.bulk_create(
        Batch(digest=mail, low=9_000_000 + n, high=9_000_001 + n, size=1, state=first.state)
        for n in range(200)
    )
    with django_assert_max_num_queries(14):
        fragment(desk, mail)


def test_one_that_was_sent_does_not_move(desk: Client, mail: Digest) -> None:
    finish(send(mail, rest=State.ACCEPTED))
    assert "data-moving" not in desk.get(page_of(mail)).text
    assert "This mail is sent." in fragment(desk, mail)


def test_the_state_on_the_page_is_that_of_the_fragment(desk: Client, mail: Digest) -> None:
    """Or the page would load itself again for ever."""
    mark = f'data-state="{live.of(digest=send(mail), now=timezone.now()).state}"'
    assert mark in desk.get(page_of(mail)).text
    assert mark in fragment(desk, mail)


def test_without_scripts_there_is_a_link_to_look_again(desk: Client, mail: Digest) -> None:
    page = desk.get(page_of(send(mail))).text
    assert "Look again" in page.split("<noscript>")[1].split("</noscript>")[0]
