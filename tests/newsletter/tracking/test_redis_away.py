"""A Redis that is gone, or that takes what it is told and never answers."""

import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from newsletter import wake
from newsletter.models import ReportPost
from newsletter.tasks import sweep_deliveries
from newsletter.tracking import stream
from tests.newsletter.tracking.clicking import LINKS, link, loose, with_links
from tests.newsletter.tracking.payloads import sendgrid, sendgrid_post

pytestmark = pytest.mark.django_db


@pytest.fixture
def silent() -> Iterator[str]:
    """The address of a Redis that accepts and says nothing."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        path = Path(folder) / "silent.sock"
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(str(path))
            server.listen(64)
            yield f"unix://{path}"


@pytest.fixture(params=["gone", "silent"])
def away(request, settings) -> None:
    settings.REDIS_URL = (
        "unix:///nowhere/redis.sock"
        if request.param == "gone"
        else request.getfixturevalue("silent")
    )


def test_a_click_still_leads_on_and_is_noted(away, client, digest):
    revision = with_links(digest)

    for _ in range(3):
        assert client.get(link(revision))["Location"] == LINKS[0]["url"]
    assert loose() == 3


def test_reports_are_kept_and_answered(away, hook, meta, reader):
    for _ in range(3):
        post = sendgrid_post([sendgrid("hard", reader.address, meta)])
        assert hook("sendgrid", post).status_code == 200
    assert ReportPost.objects.count() == 3


def test_after_one_failure_it_is_left_alone_for_a_while(away, monkeypatch):
    assert not stream.add("1.0.1")

    def asked(*_):
        raise AssertionError("it was asked again")

    monkeypatch.setattr(stream, "_client", asked)
    assert not stream.add("1.0.1")
    assert not stream.may_wake()


def test_it_is_used_again_when_it_is_back(client, broker, digest, settings):
    revision = with_links(digest)
    url, settings.REDIS_URL = settings.REDIS_URL, "unix:///nowhere/redis.sock"
    client.get(link(revision))
    settings.REDIS_URL = url
    stream._away.until = 0.0

    client.get(link(revision))
    assert loose() == 1
    assert broker.client.xlen(stream._key("clicks")) == 1


def test_one_wake_up_waits_until_somebody_comes(broker, hook, meta, reader, monkeypatch):
    sent = []
    monkeypatch.setattr("newsletter.wake.send", sent.append)
    post = sendgrid_post([sendgrid("hard", reader.address, meta)])
    hook("sendgrid", post)
    hook("sendgrid", post)
    assert len(sent) == 1

    stream.woken()
    hook("sendgrid", post)
    assert len(sent) == 2


def test_the_sweep_finds_reports_whose_wake_up_was_lost(hook, meta, reader, monkeypatch):
    hook("sendgrid", sendgrid_post([sendgrid("hard", reader.address, meta)]))
    sent = []
    monkeypatch.setattr("newsletter.wake.send", lambda task, **_: sent.append(task))

    sweep_deliveries()
    assert wake.APPLY_REPORTS in sent

    sent.clear()
    ReportPost.objects.all().delete()
    sweep_deliveries()
    assert wake.APPLY_REPORTS not in sent
