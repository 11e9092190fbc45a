"""/metrics: who may read it, and that its figures are those of the rows."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from prometheus_client.parser import text_string_to_metric_families

from config.watching import metrics
from newsletter.delivery import drain, preparation, tally
from newsletter.digests import lifecycle
from newsletter.models import Batch, DeliveryException, Digest, Tally
from newsletter.tasks import PLAN_KEY
from subscribers.clock import database_now
from subscribers.models import Heartbeat, Notice, ProviderState, StaffCall
from subscribers.tasks import TICK_KEY
from tests.factories import make_newsletter, make_readers, make_scheduled_digest
from tests.newsletter.delivery.claiming import claim_batch

pytestmark = pytest.mark.django_db

Labels = tuple[tuple[str, str], ...]


def read(client: Client) -> dict[tuple[str, Labels], float]:
    response = client.get("/metrics")
    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/plain; version=")
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(response.text)
        for sample in family.samples
    }


def labelled(found: dict[tuple[str, Labels], float], name: str) -> dict[str, float]:
    return {labels[0][1]: value for (one, labels), value in found.items() if one == name}


def release(how_many: int) -> Digest:
    now = database_now()
    newsletter = make_newsletter()
    make_readers(newsletter, how_many)
    digest = make_scheduled_digest(newsletter, release_at=now)
    lifecycle.release(digest_id=digest.pk, now=now)
    preparation.prepare(digest_id=digest.pk, now=now)
    return Digest.objects.get(pk=digest.pk)


# --- Who may read it -----------------------------------------------------------------------------


def test_a_program_of_this_machine_may_read_it(client: Client):
    for address in ("127.0.0.1", "::1"):
        assert client.get("/metrics", REMOTE_ADDR=address).status_code == 200


@pytest.mark.parametrize(
    "asked",
    [
        {"REMOTE_ADDR": "203.0.113.9"},
        {"REMOTE_ADDR": "10.0.0.5"},
        {"REMOTE_ADDR": ""},
        {"HTTP_X_FORWARDED_FOR": "127.0.0.1"},
        {"HTTP_X_REAL_IP": "203.0.113.9"},
        {"HTTP_FORWARDED": "for=203.0.113.9"},
        {"HTTP_VIA": "1.1 proxy"},
    ],
)
def test_nobody_else_may_not_even_through_a_proxy_on_this_machine(
    client: Client, asked: dict[str, str]
):
    response = client.get("/metrics", **asked)
    assert response.status_code == 403
    assert "newsletter_" not in response.text


def test_with_a_token_whoever_gives_it_may_from_wherever(client: Client, settings):
    settings.METRICS_TOKEN = "let-me-in"
    right = {"authorization": "Bearer let-me-in"}
    assert client.get("/metrics", headers=right, REMOTE_ADDR="203.0.113.9").status_code == 200
    assert client.get("/metrics").status_code == 403, "this machine needs it too"
    for wrong in ("Bearer let-me", "Basic let-me-in", "let-me-in", "Bearer ", "Bearer é"):
        assert client.get("/metrics", headers={"authorization": wrong}).status_code == 403, wrong


# --- What it says --------------------------------------------------------------------------------


def test_what_waits_is_counted_by_state_and_age(client: Client):
    digest = release(1_500)
    began = database_now() - timedelta(minutes=3)
    Digest.objects.filter(pk=digest.pk).update(sending_at=began)
    assert claim_batch(now=database_now())
    found = read(client)
    assert labelled(found, "newsletter_batches") == {"claimed": 1, "pending": 1, "submitting": 0}
    assert found["newsletter_batches_due", ()] == 1
    assert labelled(found, "newsletter_digests")["sending"] == 1
    assert labelled(found, "newsletter_digests").keys() == set(Digest.State.values)
    assert 180 <= found["newsletter_oldest_due_batch_age_seconds", ()] < 240

    Batch.objects.update(not_before=database_now() + timedelta(hours=1))
    found = read(client)
    assert found["newsletter_batches_due", ()] == 0
    assert found["newsletter_oldest_due_batch_age_seconds", ()] == 0


def test_a_mail_that_should_be_finished_by_now_is_late(client: Client, monkeypatch):
    digest = release(5)
    assert read(client)["newsletter_digests_late", ()] == 0
    monkeypatch.setattr(metrics, "database_now", lambda: database_now() + timedelta(days=1))
    assert read(client)["newsletter_digests_late", ()] == 1
    Digest.objects.filter(pk=digest.pk).update(state="sent")
    assert read(client)["newsletter_digests_late", ()] == 0


def test_unknown_readers_are_those_of_batches_and_those_alone(client: Client):
    digest = release(5)
    one, two = Batch.objects.get().high, Batch.objects.get().high - 1
    Batch.objects.update(state="unknown")
    for reader, state in ((one, "left"), (two, "unknown")):
        DeliveryException.objects.create(
            digest=digest, subscriber_id=reader, state=state, updated_at=database_now()
        )
    assert read(client)["newsletter_unknown_readers", ()] == 4
    Batch.objects.update(state="accepted")
    assert read(client)["newsletter_unknown_readers", ()] == 1


def test_answers_are_counted_by_provider_and_never_fall(client: Client):
    digest = release(1_500)
    drain.drain()
    first, second = Batch.objects.order_by("pk")
    DeliveryException.objects.create(
        digest=digest, subscriber_id=first.high, state="failed", updated_at=database_now()
    )
    Batch.objects.filter(pk=second.pk).update(state="unknown", provider="smtp")
    tally.tally(now=database_now())

    def answers() -> dict[Labels, float]:
        found = read(client)
        return {
            labels: value for (n, labels), value in found.items() if n == "newsletter_mails_total"
        }

    def key(answer: str, provider: str) -> Labels:
        return (("answer", answer), ("provider", provider))

    assert answers() == {
        key("accepted", "outbox"): 999,
        key("failed", "outbox"): 1,
        key("unknown", "smtp"): 500,
    }
    Batch.objects.filter(pk=second.pk).update(state="accepted")
    for _ in range(2):
        tally.tally(now=database_now())
    assert answers() == {
        key("accepted", "outbox"): 999,
        key("accepted", "smtp"): 500,
        key("failed", "outbox"): 1,
        key("unknown", "smtp"): 500,
    }


def test_a_reader_told_to_wait_counts_for_the_provider_that_said_so(client: Client):
    digest = release(3)
    drain.drain()
    batch = Batch.objects.get()
    follow_up = Batch.objects.create(digest=digest, size=1)
    DeliveryException.objects.create(
        digest=digest,
        subscriber_id=batch.high,
        state="retry",
        follow_up=follow_up,
        updated_at=database_now(),
    )
    tally.tally(now=database_now())
    assert tally.totals() == {("outbox", "accepted"): 2, ("outbox", "retry"): 1}


def test_a_mail_that_went_long_ago_is_not_counted_again():
    digest = release(3)
    drain.drain()
    old = database_now() - timedelta(days=2)
    Digest.objects.filter(pk=digest.pk).update(served_at=old)
    tally.tally(now=database_now())
    assert not Tally.objects.exists()


def test_single_mails_are_counted_by_state_and_age(client: Client):
    now = database_now()
    for state, waited in (("pending", 90), ("pending", -60), ("unknown", 500), ("accepted", 900)):
        Notice.objects.create(
            kind="confirmation",
            state=state,
            not_before=now - timedelta(seconds=waited),
            created_at=now,
        )
    found = read(client)
    assert labelled(found, "newsletter_notices") == {
        "claimed": 0,
        "pending": 2,
        "submitting": 0,
        "unknown": 1,
    }
    assert 90 <= found["newsletter_oldest_due_notice_age_seconds", ()] < 150


def test_a_closed_provider_shows_as_such_with_its_limits(client: Client, settings):
    settings.EMAIL_PROVIDERS = ["smtp", "sendgrid"]
    now = database_now()
    ProviderState.objects.create(
        name="smtp",
        not_before=now + timedelta(minutes=1),
        closed="breaker",
        unknowns_in_a_row=2,
        daily_cap=5_000,
        day=now.date(),
        sent_today=321,
    )
    found = read(client)
    assert labelled(found, "newsletter_provider_open") == {"smtp": 0, "sendgrid": 1}
    assert labelled(found, "newsletter_provider_unknowns_in_a_row") == {"smtp": 2, "sendgrid": 0}
    assert labelled(found, "newsletter_provider_daily_cap") == {"smtp": 5_000}
    assert labelled(found, "newsletter_provider_mails_today") == {"smtp": 321, "sendgrid": 0}
    ProviderState.objects.update(day=now.date() - timedelta(days=1))
    assert labelled(read(client), "newsletter_provider_mails_today")["smtp"] == 0


def test_workers_and_the_tick_show(client: Client):
    now = database_now()
    for node, queue, age in (("a", "bulk", 1), ("b", "bulk", 2), ("c", "bulk", 60)):
        Heartbeat.objects.create(node=node, queue=queue, seen_at=now - timedelta(seconds=age))
    cache.set(TICK_KEY, (now - timedelta(seconds=30)).isoformat())
    cache.set(PLAN_KEY, (now - timedelta(minutes=10)).isoformat())
    found = read(client)
    assert labelled(found, "newsletter_queue_workers") == {
        "bulk": 2,
        "default": 0,
        "events": 0,
        "transactional": 0,
    }
    assert 30 <= found["newsletter_tick_age_seconds", ()] < 90
    assert 600 <= found["newsletter_plan_age_seconds", ()] < 660
    (silence,) = labelled(found, "newsletter_queue_silence_seconds").items()
    assert silence[0] == "bulk"
    assert 1 <= silence[1] < 60
    assert found["newsletter_broker_up", ()] == 1


def test_calls_of_the_staffs_webhook_are_counted_by_state(client: Client):
    now = database_now()
    for state in ("failed", "failed", "pending"):
        StaffCall.objects.create(body={}, state=state, not_before=now, created_at=now)
    found = labelled(read(client), "newsletter_staff_calls")
    assert found == {"pending": 1, "claimed": 0, "taken": 0, "failed": 2}


def test_without_redis_the_rest_is_still_told(client: Client, settings):
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
        }
    }
    found = read(client)
    assert found["newsletter_broker_up", ()] == 0
    assert ("newsletter_tick_age_seconds", ()) not in found
    assert ("newsletter_plan_age_seconds", ()) not in found
    assert ("newsletter_batches_due", ()) in found


def test_its_cost_does_not_grow_with_what_was_sent(client: Client):
    release(3)
    drain.drain()
    with CaptureQueriesContext(connection) as few:
        read(client)
    for _ in range(3):
        release(2)
        drain.drain()
    with CaptureQueriesContext(connection) as many:
        read(client)
    assert len(few) == len(many)
    assert not [one for one in many if "FROM newsletter_delivery " in one["sql"]]


@pytest.mark.parametrize(
    ("host", "status"),
    [("evil.example", 403), ("localhost:8000", 200), ("127.0.0.1:8000", 200), ("[::1]:8000", 200)],
)
def test_a_page_whose_name_was_made_to_lead_here_does_not_read_it(client: Client, host, status):
    answer = client.get("/metrics", headers={"Host": host})

    assert (answer.status_code == 200) == (status == 200)
