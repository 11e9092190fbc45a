"""The database goes away while a batch is with the provider: the answer is not lost with it."""

from datetime import timedelta

import pytest
from django.db import OperationalError, connection

from newsletter.delivery import claims, drain, outcomes, preparation, submission
from newsletter.delivery.shapes import SHAPES, Progress
from newsletter.digests import lifecycle
from newsletter.models import Batch, Digest
from subscribers.mailing.providers import Shape
from subscribers.models import Newsletter
from tests.clocks import set_clocks
from tests.factories import NOW, make_newsletter, make_readers, make_scheduled_digest
from tests.newsletter.delivery import ledger
from tests.providers import smtp_relay

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _morning(monkeypatch) -> None:
    set_clocks(monkeypatch, lambda: NOW)


@pytest.fixture
def newsletter() -> Newsletter:
    return make_newsletter()


@pytest.fixture
def relay(settings):
    with smtp_relay() as server:
        settings.EMAIL_PROVIDERS = ["smtp"]
        settings.EMAIL_URL = server.url
        yield server


def _sending(newsletter: Newsletter, readers: int) -> Digest:
    make_readers(newsletter, readers)
    digest = make_scheduled_digest(newsletter)
    lifecycle.release(digest_id=digest.pk, now=NOW)
    preparation.prepare(digest_id=digest.pk, now=NOW)
    return digest


def _hang_up() -> None:
    """End our connection as a database does that is restarted."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no connection to lose")
    with connection.cursor() as cursor, pytest.raises(OperationalError):
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")


def _failing(times: int, call, *, after: bool = False):
    """`call`, whose first `times` calls end in a lost connection, before or after the deed."""
    left = times

    def run(*arguments, **named):
        nonlocal left
        left -= 1
        value = call(*arguments, **named) if after or left < 0 else None
        if left >= 0:
            raise OperationalError("server closed the connection unexpectedly")
        return value

    return run


def test_an_answer_is_written_down_on_a_new_connection(newsletter, monkeypatch):
    digest = _sending(newsletter, 3)
    send = SHAPES[Shape.OUTBOX]

    def send_then_hang_up(**arguments):
        answer = send(**arguments)
        _hang_up()
        return answer

    monkeypatch.setitem(SHAPES, Shape.OUTBOX, send_then_hang_up)
    drain.drain()

    assert ledger.check(digest) == {"accepted": 3}


def test_an_answer_is_written_down_when_the_database_is_back(newsletter, monkeypatch):
    digest = _sending(newsletter, 3)
    monkeypatch.setattr(outcomes, "record", _failing(3, outcomes.record))

    drain.drain()

    assert ledger.check(digest) == {"accepted": 3}


def test_an_answer_that_was_written_down_without_a_word_is_not_written_twice(
    newsletter, monkeypatch
):
    digest = _sending(newsletter, 3)
    monkeypatch.setattr(outcomes, "record", _failing(1, outcomes.record, after=True))

    drain.drain()

    assert ledger.check(digest) == {"accepted": 3}


def test_it_tries_until_the_lease_ends(newsletter, monkeypatch):
    digest = _sending(newsletter, 3)
    monkeypatch.setattr(claims, "LEASE", timedelta(seconds=1))
    monkeypatch.setattr("newsletter.delivery.shapes.progress.LEASE", timedelta(seconds=1))
    monkeypatch.setattr(outcomes, "record", _failing(1_000, outcomes.record))

    with pytest.raises(OperationalError):
        drain.drain()

    assert ledger.check(digest) == {"submitting": 3}


def test_a_submission_that_may_have_begun_is_taken_back(newsletter, monkeypatch):
    digest = _sending(newsletter, 3)
    monkeypatch.setattr(submission, "_begin", _failing(1, submission._begin, after=True))

    drain.drain()

    assert ledger.check(digest) == {"accepted": 3}
    assert Batch.objects.get().attempts == 2


def test_a_relay_is_left_at_the_end_of_a_window_and_doubles_nobody(newsletter, relay, monkeypatch):
    monkeypatch.setattr("newsletter.delivery.shapes.smtp.WINDOW", 5)
    digest = _sending(newsletter, 20)
    open_window = Progress.open_window

    def hang_up_at_the_third(progress, **arguments):
        if progress.acked_to is not None and len(relay.messages) == 10:
            _hang_up()
        return open_window(progress, **arguments)

    monkeypatch.setattr(Progress, "open_window", hang_up_at_the_third)
    drain.drain()

    assert ledger.check(digest) == {"accepted": 20}
    mailed = [address for address, _ in relay.messages]
    assert len(mailed) == len(set(mailed)) == 20


def test_a_fault_of_our_own_is_unknown_at_once(newsletter, monkeypatch):
    digest = _sending(newsletter, 3)

    def break_down(**_):
        raise RuntimeError("a bug")

    monkeypatch.setitem(SHAPES, Shape.OUTBOX, break_down)
    drain.drain()

    assert ledger.check(digest) == {"unknown": 3}
    assert "RuntimeError" in Batch.objects.get().answer
