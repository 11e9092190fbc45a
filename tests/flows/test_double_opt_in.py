"""A sign-up needs nothing but the database; the mail follows within moments, or once it can."""

import pytest

from subscribers.abuse import ratelimit
from subscribers.models import Consent, Notice, OutboxMail, Subscription
from tests.factories import make_newsletter
from tests.providers import smtp_relay
from tests.servers import Worker, wait_for
from tests.sign_up_forms import filled_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _fresh_counter(monkeypatch):
    monkeypatch.setattr(ratelimit, "_counter", ratelimit._Counter())


@pytest.fixture
def started(tmp_path):
    """`started(broker, **env)`: a worker of confirmation mails, and the beat that wakes it."""
    processes = []

    def start(broker, **env):
        beat, worker = (Worker(broker=broker, log=tmp_path / f"{n}.log") for n in ("beat", "work"))
        processes.extend([beat, worker])
        worker.start(queues="transactional", concurrency=1, **env)
        beat.start_beat(schedule=tmp_path / "ticks", **env)
        return worker

    yield start
    for process in processes:
        process.kill()


def _sign_up(client, email):
    newsletter = make_newsletter(name="Morning Briefing")
    page = client.post("/subscribe/", filled_in(email=email, newsletters=newsletter.slug))
    assert "Check your inbox." in page.content.decode()


def test_with_broker_and_provider_down_it_is_written_and_the_mail_leaves_once_they_are_back(
    client, mortal_broker, started, free_port
):
    worker = started(
        mortal_broker, EMAIL_PROVIDERS="smtp", EMAIL_URL=f"smtp://127.0.0.1:{free_port}"
    )
    with mortal_broker.away():
        _sign_up(client, "anna@mail.example")
        assert Subscription.objects.get().state == "pending"
        assert Consent.objects.get().act == "requested"
        assert Notice.objects.get().state == "pending"

    def was_tried_in_vain() -> bool:
        notice = Notice.objects.get()
        return notice.state == "pending" and notice.attempts > 0

    wait_for(was_tried_in_vain, seconds=60, what="a try without a relay", log=worker.log_file)
    with smtp_relay(port=free_port) as relay:
        wait_for(lambda: relay.messages, seconds=60, what="the mail", log=worker.log_file)
        wait_for(lambda: Notice.objects.get().state == "accepted", seconds=10, what="its record")
    ((address, _),) = relay.messages
    assert address == "anna@mail.example"


def test_with_all_there_the_mail_leaves_by_the_next_ticks(client, broker, started):
    worker = started(broker)
    _sign_up(client, "anna@mail.example")
    wait_for(OutboxMail.objects.exists, seconds=30, what="the mail", log=worker.log_file)
    assert Notice.objects.get().attempts == 1
