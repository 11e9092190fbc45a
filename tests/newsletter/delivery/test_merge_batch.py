"""The merge batch, tried with SendGrid's API on loopback."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from newsletter.delivery import drain
from newsletter.models import Attempt, Batch, Digest, Revision
from subscribers import links
from subscribers.models import Notice, ProviderState
from tests.factories import NOW, make_readers
from tests.newsletter.delivery import ledger
from tests.providers import HttpApi

pytestmark = pytest.mark.django_db


def test_one_call_carries_the_batch_with_personal_values(newsletter, release, api: HttpApi):
    readers = make_readers(newsletter, 3)
    digest = release(newsletter)

    drain.drain()

    (payload,) = api.payloads
    assert ledger.check(digest) == {"accepted": 3}
    assert payload["subject"] == digest.subject
    assert payload["from"] == {
        "email": "briefing@daymark.example",
        "name": "The Daymark Morning Briefing",
    }
    assert payload["tracking_settings"]["open_tracking"] == {"enable": False}
    people = {one["to"][0]["email"]: one for one in payload["personalizations"]}
    assert people.keys() == {one.address for one in readers}
    batch = Batch.objects.get()
    for reader in readers:
        personal = people[reader.address]
        unsubscribe = links.unsubscribe_url(
            subscriber_id=reader.pk,
            newsletter_id=newsletter.pk,
            issued_at=digest.revision.created_at,
        )
        assert len(personal["to"]) == 1
        assert personal["substitutions"]["@@unsubscribe_url@@"] == unsubscribe
        assert personal["headers"]["List-Unsubscribe"] == f"<{unsubscribe}>"
        assert personal["custom_args"]["source"] == f"digest:{digest.pk}"
        assert personal["custom_args"]["subscriber"] == str(reader.pk)
        assert personal["custom_args"]["token"] == str(batch.token)
        assert personal["headers"]["Message-ID"].startswith("<")
    assert payload["headers"]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_nobody_sees_the_address_of_another(newsletter, release, api: HttpApi):
    readers = make_readers(newsletter, 3)
    release(newsletter)

    drain.drain()

    (payload,) = api.payloads
    for personal in payload["personalizations"]:
        mine = personal["to"][0]["email"]
        others = {one.address for one in readers} - {mine}
        assert not any(other in str(personal) for other in others)
    assert not any(one.address in str(payload["content"]) for one in readers)


def test_it_waits_as_long_as_a_429_says_and_goes_on(newsletter, release, api: HttpApi, travel):
    make_readers(newsletter, 2)
    digest = release(newsletter)
    api.status, api.headers = 429, {"Retry-After": "120"}

    drain.drain()

    assert ledger.check(digest) == {"pending": 2}
    state = ProviderState.objects.get(name="sendgrid")
    assert state.not_before is not None
    drain.drain()
    assert len(api.payloads) == 1, "nobody may call before the provider said"

    api.status = 202
    travel(timedelta(seconds=130))
    drain.drain()
    assert ledger.check(digest) == {"accepted": 2}
    assert Attempt.objects.get().outcome == "throttled"


def test_no_answer_is_unknown_and_is_not_sent_again(newsletter, release, api: HttpApi, travel):
    make_readers(newsletter, 2)
    digest = release(newsletter)
    api.cut = True

    drain.drain()

    assert ledger.check(digest) == {"unknown": 2}
    assert digest.state == Digest.State.SENT
    api.cut = False
    travel(timedelta(hours=1))
    drain.drain()
    assert len(api.payloads) == 1
    assert ProviderState.objects.get(name="sendgrid").unknowns_in_a_row == 1


def test_an_unknown_stops_everybody_for_a_while(newsletter, release, api: HttpApi, travel):
    make_readers(newsletter, 1_001)
    digest = release(newsletter)
    api.cut = True

    drain.drain()
    assert ledger.check(digest) == {"unknown": 1_000, "pending": 1}

    api.cut = False
    travel(timedelta(seconds=31))
    drain.drain()
    assert ledger.check(digest) == {"unknown": 1_000, "accepted": 1}
    assert ProviderState.objects.get(name="sendgrid").unknowns_in_a_row == 0


def test_a_refused_account_pauses_the_digest_and_tells_staff(
    newsletter, release, api: HttpApi, django_user_model
):
    django_user_model.objects.create_user("ed", email="ed@daymark.example", is_staff=True)
    make_readers(newsletter, 2)
    digest = release(newsletter)
    api.status, api.body = 401, "authorization grant is invalid for reader@mail.example"

    drain.drain()

    assert ledger.check(digest) == {"pending": 2}
    assert digest.state == Digest.State.PAUSED
    assert "401" in digest.reason
    assert "@" not in digest.reason, "no address in what is kept"
    assert Notice.objects.get(kind=Notice.Kind.STAFF_ALERT).staff_address == "ed@daymark.example"


def ask(times: int, travel) -> None:
    """A drain every twenty minutes."""
    for _ in range(times):
        drain.drain()
        travel(timedelta(minutes=20))


def test_a_documented_refusal_is_asked_again_until_the_deadline(
    newsletter, release, api: HttpApi, travel
):
    make_readers(newsletter, 2)
    digest = release(newsletter)
    api.status = 503
    ask(7, travel)
    assert len(api.payloads) == 7
    assert ledger.check(digest) == {"pending": 2}

    travel(timedelta(hours=4))
    drain.drain()

    assert ledger.check(digest) == {"failed": 2}


def test_after_its_deadline_a_documented_refusal_is_asked_five_times_then_failed(
    newsletter, release, api: HttpApi, travel
):
    make_readers(newsletter, 2)
    digest = release(newsletter)
    travel(timedelta(hours=7))
    api.status = 503

    ask(7, travel)

    assert len(api.payloads) == 5
    assert ledger.check(digest) == {"failed": 2}
    assert Attempt.objects.filter(outcome="not_accepted").count() == 5


def test_what_another_provider_took_says_nothing_of_the_one_that_takes_nobody(
    newsletter, release, api: HttpApi, travel
):
    make_readers(newsletter, 1_001)
    release(newsletter)
    Batch.objects.filter(size=1).update(
        state=Batch.State.ACCEPTED,
        provider="smtp",
        submitted_at=NOW,
        finished_at=NOW + timedelta(hours=1),
    )
    api.status = 503

    ask(7, travel)

    assert Batch.objects.get(size=1_000).state == Batch.State.PENDING


def test_other_troubles_do_not_count_as_documented_refusals(
    newsletter, release, api: HttpApi, travel
):
    make_readers(newsletter, 2)
    digest = release(newsletter)
    for status in (429, 429, 429, 429, 503, 503, 202):
        api.status = status
        drain.drain()
        travel(timedelta(minutes=20))

    assert len(api.payloads) == 7
    assert ledger.check(digest) == {"accepted": 2}


@pytest.mark.parametrize(
    ("said", "minutes"),
    [
        ("120", 2),
        ("a date in half an hour", 30),
        ("9" * 400, 60),
        ("Mon, 01 Jan 1990 00:00:00 GMT", 0),
        ("soon", 0.5),
    ],
)
def test_a_wait_is_read_in_every_form_and_has_its_limits(
    newsletter, release, api: HttpApi, said, minutes
):
    make_readers(newsletter, 2)
    digest = release(newsletter)
    if said == "a date in half an hour":
        said = format_datetime(datetime.now(UTC) + timedelta(minutes=30), usegmt=True)
    api.status, api.headers = 429, {"Retry-After": said}

    drain.drain()

    assert ledger.check(digest) == {"pending": 2}
    until = ProviderState.objects.get(name="sendgrid").not_before
    assert abs(until - NOW - timedelta(minutes=minutes)) < timedelta(seconds=60)
    assert Batch.objects.get().not_before <= NOW + timedelta(hours=1, seconds=10)


def test_a_provider_that_cannot_be_reached_costs_nothing(
    newsletter, release, api: HttpApi, settings, travel
):
    make_readers(newsletter, 2)
    digest = release(newsletter)
    there = settings.ANYMAIL
    settings.ANYMAIL = {**there, "SENDGRID_API_URL": "http://127.0.0.1:9/"}

    drain.drain()
    assert ledger.check(digest) == {"pending": 2}
    assert Attempt.objects.get().outcome == "not_sent"

    settings.ANYMAIL = there
    travel(timedelta(seconds=10))
    drain.drain()
    assert ledger.check(digest) == {"accepted": 2}


def test_a_sender_that_cannot_be_written_pauses_the_digest(newsletter, release, api: HttpApi):
    make_readers(newsletter, 2)
    digest = release(newsletter)
    Revision.objects.update(from_address="not an address")

    drain.drain()

    assert api.payloads == []
    assert ledger.check(digest) == {"pending": 2}
    assert digest.state == Digest.State.PAUSED
