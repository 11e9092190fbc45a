"""A whole digest through every provider's API, and one call per mail with all that goes wrong."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from newsletter.delivery import drain, recovery, stopping
from newsletter.delivery.shapes import one_by_one
from newsletter.models import Attempt, Batch, DeliveryException, Digest
from subscribers import links
from subscribers.mailing.api import calls
from tests.factories import NOW, make_readers
from tests.newsletter.delivery import ledger
from tests.providers import Call, HttpApi, http_api
from tests.subscribers.mailing.api.dialects import DIALECTS, settings_of

pytestmark = pytest.mark.django_db

Say = Callable[[Call], tuple[int, str]]


@pytest.fixture
def api(settings):
    with http_api() as server:
        settings.EMAIL_PROVIDERS = ["resend"]
        settings.ANYMAIL = settings_of("resend", server.url)
        server.status, server.body = 200, '{"id": "1"}'
        yield server


def to(call: Call) -> str:
    return call.json["to"][0]


def says(readers, words: dict[int, tuple[int, str]]) -> Say:
    """Takes everybody but for those at these places, who get other words."""
    special = {readers[place].address: said for place, said in words.items()}
    return lambda call: special.get(to(call), (200, '{"id": "1"}'))


BAD_TO = (422, '{"name": "validation_error", "message": "Invalid `to` field."}')
NAMELESS = (422, '{"name": "validation_error", "message": "Something is wrong."}')


@pytest.mark.parametrize("name", sorted(DIALECTS))
def test_a_digest_goes_out_through_every_provider(newsletter, release, settings, name: str):
    dialect = DIALECTS[name]
    readers = make_readers(newsletter, 3)
    digest = release(newsletter)
    with http_api() as server:
        settings.EMAIL_PROVIDERS, settings.ANYMAIL = [name], settings_of(name, server.url)
        server.headers = {"X-Message-Id": "1"}
        server.say = lambda call: dialect.good(dialect.read(call))

        drain.drain()

        mails = [mail for call in server.calls for mail in dialect.read(call)]

    assert ledger.check(digest) == {"accepted": 3}
    assert [mail.to for mail in mails] == [[one.address] for one in readers]
    token = str(Batch.objects.get().token)
    for mail, one in zip(mails, readers, strict=True):
        link = links.unsubscribe_url(
            subscriber_id=one.pk,
            newsletter_id=newsletter.pk,
            issued_at=digest.revision.created_at,
        )
        assert link in mail.text
        assert mail.headers["List-Unsubscribe"] == f"<{link}>"
        assert dict(mail.known) == {
            "source": f"digest:{digest.pk}",
            "token": token,
            "subscriber": str(one.pk),
        }


def test_a_bad_address_is_that_readers_alone(newsletter, release, api: HttpApi):
    readers = make_readers(newsletter, 4)
    digest = release(newsletter)
    api.say = says(readers, {1: BAD_TO})

    drain.drain()

    assert ledger.check(digest) == {"accepted": 3, "failed": 1}
    assert DeliveryException.objects.get().subscriber_id == readers[1].pk
    assert digest.state == Digest.State.SENT
    assert [to(call) for call in api.calls] == [one.address for one in readers]


def test_a_refusal_without_a_name_is_the_readers_when_others_get_the_mail(
    newsletter, release, api: HttpApi
):
    readers = make_readers(newsletter, 5)
    digest = release(newsletter)
    # The first, two in a row, and the last.
    api.say = says(readers, {0: NAMELESS, 2: NAMELESS, 4: NAMELESS})

    drain.drain()

    assert ledger.check(digest) == {"accepted": 2, "failed": 3}
    assert len(api.calls) == 5


def test_three_refusals_in_a_row_are_the_mails_fault(newsletter, release, api: HttpApi):
    readers = make_readers(newsletter, 9)
    digest = release(newsletter)
    api.say = says(readers, dict.fromkeys((3, 4, 5), NAMELESS))

    drain.drain()

    states = ledger.check(digest)
    assert states["accepted"] == 3
    assert "unknown" not in states
    assert Attempt.objects.filter(outcome="refused").exists()


def test_a_mail_that_nobody_gets_fails_nobody(newsletter, release, api: HttpApi):
    make_readers(newsletter, 2)
    digest = release(newsletter)
    api.status, api.body = NAMELESS

    drain.drain()

    assert "failed" not in ledger.check(digest)
    assert Attempt.objects.filter(outcome="refused").exists()


def test_only_the_call_without_an_answer_is_unknown(newsletter, release, api: HttpApi, travel):
    readers = make_readers(newsletter, 5)
    digest = release(newsletter)

    def say(call: Call) -> tuple[int, str]:
        api.cut = to(call) == readers[2].address
        return 200, '{"id": "1"}'

    api.say = say

    drain.drain()

    assert ledger.check(digest) == {"accepted": 2, "unknown": 1, "pending": 2}
    api.say, api.cut = None, False
    for _ in range(4):
        travel(timedelta(minutes=20))
        drain.drain()
    # He was asked about once more, with the key of the first call, so that he gets one mail.
    assert ledger.check(digest) == {"accepted": 5}
    keys = [(to(call), call.headers["Idempotency-Key"]) for call in api.calls]
    assert len(set(keys)) == 5
    assert [one for one in keys if keys.count(one) > 1] == [keys[2]] * 2


def test_a_refusal_just_before_an_unknown_is_no_unknown(newsletter, release, api: HttpApi):
    readers = make_readers(newsletter, 3)
    digest = release(newsletter)

    def say(call: Call) -> tuple[int, str]:
        api.cut = to(call) == readers[1].address
        return NAMELESS if to(call) == readers[0].address else (200, '{"id": "1"}')

    api.say = say

    drain.drain()

    # Whether it was he or the mail is not clear yet, so he is asked again.
    assert ledger.check(digest) == {"retry": 1, "unknown": 1, "pending": 1}


@pytest.mark.parametrize(
    ("said", "outcome"),
    [((429, "slowly"), "throttled"), ((503, "down"), "unknown"), ((401, "who?"), "account")],
)
def test_what_was_taken_before_a_failure_stays_taken(
    newsletter, release, api: HttpApi, said, outcome: str
):
    readers = make_readers(newsletter, 4)
    digest = release(newsletter)
    api.say = says(readers, {0: BAD_TO, 2: said})

    drain.drain()

    states = ledger.check(digest)
    assert (states["accepted"], states["failed"]) == (1, 1)
    assert states["unknown"] == (1 if outcome == "unknown" else 0)
    assert states["pending"] == (1 if outcome == "unknown" else 2)
    assert len(api.calls) == 3
    assert Attempt.objects.get().outcome == outcome


def test_it_stops_between_windows_when_somebody_pauses(
    newsletter, release, api: HttpApi, monkeypatch
):
    make_readers(newsletter, 120)
    digest = release(newsletter)
    send = calls.send

    def pause_at_the_sixtieth(**values):
        if len(api.calls) == 60:
            Digest.objects.filter(pk=digest.pk).update(state=Digest.State.PAUSED)
        return send(**values)

    monkeypatch.setattr(calls, "send", pause_at_the_sixtieth)

    drain.drain()

    assert ledger.check(digest) == {"accepted": 100, "pending": 20}


def test_a_worker_that_is_told_to_stop_gives_the_rest_back(
    newsletter, release, api: HttpApi, monkeypatch
):
    make_readers(newsletter, 60)
    digest = release(newsletter)
    monkeypatch.setattr(stopping, "is_asked", lambda: len(api.calls) >= 50)

    drain.drain()

    assert ledger.check(digest) == {"accepted": 50, "pending": 10}


def test_a_worker_that_is_told_to_stop_in_a_window_ends_after_the_call_in_hand(
    newsletter, release, api: HttpApi, monkeypatch
):
    make_readers(newsletter, 60)
    digest = release(newsletter)
    monkeypatch.setattr(stopping, "is_asked", lambda: len(api.calls) >= 7)

    drain.drain()

    assert ledger.check(digest) == {"accepted": 7, "pending": 53}


def test_a_slow_provider_does_not_hold_a_batch_for_ever(
    newsletter, release, api: HttpApi, monkeypatch
):
    make_readers(newsletter, 60)
    digest = release(newsletter)
    monkeypatch.setattr(one_by_one, "MOST_SECONDS", -1.0)

    drain.drain()

    # Before the first reader: nothing left, and nothing is lost.
    assert ledger.check(digest) == {"pending": 60}
    assert api.calls == []


def test_a_death_in_a_window_leaves_at_most_that_window_unknown(
    newsletter, release, api: HttpApi, travel, monkeypatch
):
    make_readers(newsletter, 120)
    digest = release(newsletter)
    send = calls.send

    def die_at_the_seventieth(**values):
        if len(api.calls) == 70:
            raise KeyboardInterrupt
        return send(**values)

    monkeypatch.setattr(calls, "send", die_at_the_seventieth)
    with pytest.raises(KeyboardInterrupt):
        drain.drain()
    monkeypatch.undo()
    travel(timedelta(minutes=2))

    recovery.sweep(now=NOW + timedelta(minutes=2))

    assert ledger.check(digest) == {"accepted": 50, "unknown": 50, "pending": 20}
