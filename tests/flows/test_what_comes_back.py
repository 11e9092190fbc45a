"""From a digest to a click and a bounce, with a real broker and a real worker."""

import re

import pytest
from celery import current_app
from django.test import Client

from newsletter import wake
from newsletter.digests import lifecycle
from newsletter.models import Digest, ReaderReport
from newsletter.rendering import message
from newsletter.tracking import queries, redirects
from subscribers import audience
from subscribers.clock import database_now
from subscribers.mailing.messages import fill
from subscribers.models import OutboxMail
from tests.factories import make_newsletter, make_readers
from tests.newsletter.rendering.samples import briefing
from tests.newsletter.tracking.payloads import PASSWORD, password, sendgrid, sendgrid_post
from tests.servers import Worker, wait_for

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.needs_server]

COUNTED = re.compile(r"/c/\d+\.[\w-]+")


@pytest.fixture
def readers(transactional_db: None):
    newsletter = make_newsletter()
    return make_readers(newsletter, 3)


@pytest.fixture
def digest(readers, worker: Worker) -> Digest:
    """A digest with ten stories that the worker has sent."""
    newsletter = readers[0].subscriptions.get().newsletter
    now = database_now()
    digest = briefing(newsletter=newsletter, release_at=now)
    digest.revision = message.freeze(digest=digest, approved_by=None, now=now)
    digest.state = Digest.State.SCHEDULED
    digest.save()
    lifecycle.release(digest_id=digest.pk, now=now)
    wake.send(wake.PREPARE, digest_id=digest.pk)
    sent = Digest.objects.filter(pk=digest.pk, state=Digest.State.SENT)
    wait_for(sent.exists, seconds=30, what="the digest", log=worker.log_file)
    return digest


def links_of(reader, part: str) -> list[str]:
    mail = OutboxMail.objects.select_related("template").get(subscriber_id=reader.pk)
    return COUNTED.findall(fill(getattr(mail.template, part), mail.values))


@pytest.fixture(autouse=True)
def _remembers_nothing(monkeypatch):
    """Ids of frozen words come again in another test; in life they never do."""
    monkeypatch.setattr(redirects, "_remembered", {})


def test_clicks_on_a_mail_are_counted_by_link(digest, readers, client: Client, worker: Worker):
    sponsor = [link["label"] for link in digest.revision.links].index("Alder Boots")
    for reader in readers:
        links = links_of(reader, "html")
        assert set(links) == set(links_of(reader, "text"))
        (chosen,) = {one for one in links if one.startswith(f"/c/{sponsor}.")}
        assert client.get(chosen)["Location"] == "https://boots.example/"
    assert client.get(links_of(readers[0], "html")[0]).status_code == 302
    current_app.send_task("newsletter.count_clicks", queue="events")

    def counted() -> dict[str, int]:
        return {one.label: one.clicks for one in queries.clicks(digest_id=digest.pk) if one.clicks}

    wait_for(lambda: len(counted()) == 2, seconds=20, what="the count", log=worker.log_file)
    assert counted()["Alder Boots"] == 3
    assert sum(counted().values()) == 4


def test_a_bounce_is_applied_by_a_worker_that_the_post_woke(
    digest, readers, client: Client, worker: Worker, settings
):
    settings.EMAIL_PROVIDERS = ["sendgrid"]
    settings.WEBHOOK_SECRET = PASSWORD
    settings.ANYMAIL = {"WEBHOOK_SECRET": PASSWORD}
    gone = readers[1]
    meta = {"source": f"digest:{digest.pk}", "subscriber": str(gone.pk)}
    post = sendgrid_post([sendgrid("hard", gone.address, meta)])

    response = client.post(
        "/anymail/sendgrid/tracking/", post.body, "application/json", headers=password()
    )

    assert response.status_code == 200
    kept = ReaderReport.objects.filter(digest=digest, subscriber_id=gone.pk, hard=True)
    wait_for(kept.exists, seconds=20, what="the bounce", log=worker.log_file)
    left = audience.deliverable(newsletter_id=digest.newsletter_id)
    assert gone.pk not in left.values_list("subscriber_id", flat=True)
    assert left.count() == 2
