"""An address gets everywhere it can; after erasure it is in no column of no table."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from newsletter.delivery import drain, preparation
from newsletter.digests import lifecycle
from newsletter.models import ReaderReport, ReportPost
from newsletter.release import testing
from newsletter.tracking import inbox
from subscribers import links, notice_queue, notice_sending, privacy, signup, suppression
from subscribers.addresses import parse
from subscribers.ledger import Proof
from subscribers.mailing import outbox
from subscribers.models import Consent, Notice, OutboxMail, Subscriber, Subscription, Suppression
from tests.factories import make_newsletter, make_scheduled_digest, make_staff
from tests.newsletter.tracking.payloads import PASSWORD, password, sendgrid, sendgrid_post
from tests.providers import smtp_relay
from tests.sign_up_forms import filled_in

pytestmark = pytest.mark.django_db

TYPED = "Anna.Gonesen@Bücher.example"
NEEDLES = ("gonesen", "bücher", "xn--bcher-kva", "b\\u00fccher")
DESK = Proof(method="desk")


def _dump() -> str:
    """Every column of every row there is, sessions opened, in lower case."""
    told = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            told += [f"{table}: {row}" for row in cursor.fetchall()]
    told += [f"session: {json.dumps(one.get_decoded())}" for one in Session.objects.all()]
    return "\n".join(told).lower()


def _traces() -> list[str]:
    return [line for line in _dump().splitlines() if any(one in line for one in NEEDLES)]


def _tables(lines: list[str]) -> set[str]:
    return {line.partition(":")[0] for line in lines}


@pytest.fixture
def newsletter():
    return make_newsletter(name="Morning Briefing", slug="morning-briefing")


@pytest.fixture
def reader(client: Client, newsletter) -> Subscriber:
    """Signed up on the form and confirmed by the mail."""
    client.post("/subscribe/", filled_in(email=TYPED, newsletters=newsletter.slug))
    notice_sending.send_due()
    reader = Subscriber.objects.get()
    url = links.confirm_url(subscriber_id=reader.pk, issued_at=Notice.objects.get().created_at)
    client.post(url[url.index("/confirm/") :])
    Subscriber.objects.update(name="Anna Gonesen", language="en", time_zone="Europe/London")
    return reader


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(make_staff(is_superuser=True))
    return client


def _release(newsletter):
    digest = make_scheduled_digest(newsletter, release_at=timezone.now())
    lifecycle.release(digest_id=digest.pk, now=timezone.now())
    preparation.prepare(digest_id=digest.pk, now=timezone.now())
    return digest


def _everywhere(reader: Subscriber, newsletter, desk: Client) -> None:
    """Everything that happens to a reader, and everything that staff do with one."""
    digest = _release(newsletter)
    drain.drain()
    testing.send_tests(digest_id=digest.pk, to=[TYPED], by=None, now=timezone.now())
    words = {"subject": "Complaint", "message": f"{reader.address} rang us up."}
    notice_queue.add(
        kind=Notice.Kind.STAFF_ALERT,
        staff_address="ines@daymark.example",
        context=words,
        now=timezone.now(),
    )
    signup.sign_up(
        address=parse(TYPED),
        newsletter_ids=[newsletter.pk],
        page=f"daymark.example/?email={reader.address}",
        network="",
        now=timezone.now() + timedelta(days=1),
    )
    notice_sending.send_due()
    desk.post(f"/admin/subscribers/subscriber/{reader.pk}/unsubscribe/{newsletter.pk}/")
    session = desk.session
    session["_messages"] = f"Done. {reader} gets no more mails."
    session.save()
    ReportPost.objects.create(
        provider="sendgrid",
        reports=[{"raw": f"unreadable {reader.address}"}],
        received_at=timezone.now(),
    )


def test_nothing_is_left_in_any_table(reader, newsletter, desk):
    _everywhere(reader, newsletter, desk)
    assert _tables(_traces()) >= {
        "subscribers_subscriber",
        "subscribers_notice",
        "subscribers_outboxmail",
        "subscribers_outboxtemplate",
        "newsletter_reportpost",
        "session",
    }

    assert privacy.erase(subscriber_id=reader.pk, proof=DESK, now=timezone.now())

    assert _traces() == []
    assert Subscriber.objects.get().erased_at
    assert Subscription.objects.get().state == "ended"
    assert OutboxMail.objects.filter(subscriber_id=reader.pk, source__startswith="digest:").exists()


def test_the_outbox_still_shows_what_became_of_an_emptied_mail(
    reader, newsletter, client, settings
):
    settings.DEBUG = True
    _release(newsletter)
    drain.drain()
    privacy.erase(subscriber_id=reader.pk, proof=DESK, now=timezone.now())
    mail = OutboxMail.objects.get()
    assert client.get("/outbox/").status_code == 200
    for part in ("", "html", "source", "?view=text", "?view=headers"):
        assert client.get(f"/outbox/{mail.pk}/{part}").status_code == 200


def test_a_mail_in_a_workers_hands_leaves_nothing_either(
    reader, newsletter, monkeypatch, django_capture_on_commit_callbacks
):
    digest = _release(newsletter)
    record = outbox.record

    def erased_meanwhile(**named):
        privacy.erase(subscriber_id=reader.pk, proof=DESK, now=timezone.now())
        return record(**named)

    monkeypatch.setattr(outbox, "record", erased_meanwhile)
    drain.drain()
    assert OutboxMail.objects.filter(source=f"digest:{digest.pk}").exists()
    assert _traces()

    privacy.empty_late(now=timezone.now())
    assert _traces() == []


def test_what_waits_to_be_sent_is_not_sent(reader, newsletter):
    _release(newsletter)
    signup.sign_up(
        address=parse(TYPED),
        newsletter_ids=[newsletter.pk],
        page="",
        network="",
        now=timezone.now() - timedelta(seconds=1),
    )
    before = OutboxMail.objects.count()
    privacy.erase(subscriber_id=reader.pk, proof=DESK, now=timezone.now())
    drain.drain()
    notice_sending.send_due()
    assert OutboxMail.objects.count() < before
    assert not Notice.objects.filter(state="pending").exists()
    assert _traces() == []


def test_what_a_relay_says_of_an_address_is_kept_without_it(reader, newsletter, settings):
    with smtp_relay() as relay:
        relay.rcpt[reader.address] = f"550 5.1.1 <{reader.address}> no such user"
        settings.EMAIL_PROVIDERS = ["smtp"]
        settings.EMAIL_URL = f"{relay.url}?connections=1"
        _release(newsletter)
        drain.drain()
    assert Suppression.objects.get().reason == "hard_bounce"
    privacy.erase(subscriber_id=reader.pk, proof=DESK, now=timezone.now())
    assert _traces() == []
    assert Suppression.objects.get().address_hash == suppression.address_hash(parse(TYPED).key)


def test_a_bounce_reported_after_it_brings_nothing_back(reader, newsletter, client, settings):
    digest = _release(newsletter)
    drain.drain()
    address = reader.address
    privacy.erase(subscriber_id=reader.pk, proof=DESK, now=timezone.now())
    settings.EMAIL_PROVIDERS = ["sendgrid"]
    settings.WEBHOOK_SECRET = PASSWORD
    settings.ANYMAIL = {"WEBHOOK_SECRET": PASSWORD}
    meta = {"source": f"digest:{digest.pk}", "subscriber": str(reader.pk)}
    post = sendgrid_post([sendgrid("hard", address, meta)])
    nameless = sendgrid_post([sendgrid("complaint", address, {})])
    for one in (post, nameless):
        answer = client.post(
            "/anymail/sendgrid/tracking/", one.body, "application/json", headers=password()
        )
        assert answer.status_code == 200
        inbox.apply_waiting(now=timezone.now())
    assert ReaderReport.objects.count() == 2
    assert _traces() == []


def test_a_sign_up_after_it_is_a_new_readers(reader, newsletter):
    """At the same time too: the one statement that finds a row locks it, or makes another."""
    privacy.erase(subscriber_id=reader.pk, proof=DESK, now=timezone.now())
    signup.sign_up(
        address=parse(TYPED),
        newsletter_ids=[newsletter.pk],
        page="",
        network="",
        now=timezone.now(),
    )
    old, new = Subscriber.objects.order_by("pk")
    assert old.address is None
    assert list(new.subscriptions.values_list("state", flat=True)) == ["pending"]


def _links(reader, newsletter):
    urls = [
        links.unsubscribe_url(subscriber_id=reader.pk, newsletter_id=newsletter.pk),
        links.preferences_url(subscriber_id=reader.pk, issued_at=timezone.now()),
        links.confirm_url(subscriber_id=reader.pk, issued_at=timezone.now()),
    ]
    return ["/" + url.split("/", 3)[3] for url in urls]


@pytest.mark.parametrize("data", [{}, {"newsletters": "morning-briefing"}, {"action": "undo"}])
def test_links_in_old_mails_still_work_and_record_nothing(reader, newsletter, client, data):
    unsubscribe = _links(reader, newsletter)[0]
    client.post(unsubscribe)
    privacy.erase(subscriber_id=reader.pk, proof=DESK, now=timezone.now())
    acts = Consent.objects.count()
    for link in _links(reader, newsletter):
        assert client.get(link).status_code < 500
        assert client.post(link, data).status_code < 500
    assert client.post(unsubscribe, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert Consent.objects.count() == acts
    assert Subscription.objects.get().state == "ended"
    assert not Notice.objects.filter(created_at__gt=Subscriber.objects.get().erased_at).exists()


def test_erasing_twice_is_erasing_once(reader):
    assert privacy.erase(subscriber_id=reader.pk, proof=DESK, now=timezone.now())
    assert not privacy.erase(subscriber_id=reader.pk, proof=DESK, now=timezone.now())
    assert Consent.objects.filter(act="erased").count() == 1


def test_the_commands_tell_and_forget(reader, newsletter, tmp_path):
    _release(newsletter)
    drain.drain()
    out, path = StringIO(), tmp_path / "anna.json"
    call_command("privacy", "export", TYPED, "-o", str(path), stdout=out)
    told = json.loads(path.read_text())
    assert told["reader"]["address"] == reader.address
    assert [one["act"] for one in told["consents"]] == ["requested", "confirmed"]
    assert told["subscriptions"][0]["newsletter"] == "Morning Briefing"
    assert told["mails_to_you_alone"][0]["kind"] == "confirmation"
    assert told["newsletters"]["mails"][0]["state"] == "accepted"
    assert Consent.objects.filter(act="told", method="command").count() == 1

    with pytest.raises(CommandError):
        call_command("privacy", "export", "nobody@mail.example")
    call_command("privacy", "erase", TYPED, "--yes", stdout=out)
    assert _traces() == []
    with pytest.raises(CommandError):
        call_command("privacy", "erase", TYPED, "--yes")
