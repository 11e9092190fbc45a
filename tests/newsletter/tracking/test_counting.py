"""Clicks counted once, whatever becomes of Redis and of the workers."""

import pytest
from django.utils import timezone

from newsletter.delivery import settling
from newsletter.models import Batch, ClickCursor, LinkClicks, Revision
from newsletter.tracking import counting, queries, stream
from newsletter.tracking.queries import LinkCount
from tests.factories import make_reader
from tests.newsletter.tracking.at_once import four_at_once
from tests.newsletter.tracking.clicking import LINKS, counts, link, loose, with_links
from tests.newsletter.tracking.unknown import unknown_batch

pytestmark = [pytest.mark.django_db, pytest.mark.needs_server]


@pytest.fixture
def revision(digest):
    return with_links(digest)


def fold():
    counting.fold(now=timezone.now())


def waiting(broker) -> int:
    return broker.client.xlen(stream._key("clicks"))


def test_clicks_wait_in_redis_and_are_counted_once(client, broker, digest, revision):
    for number in (0, 1, 1):
        client.get(link(revision, number=number))
    assert (counts(), loose(), waiting(broker)) == ({}, 0, 3)

    fold()
    assert (counts(), waiting(broker)) == ({0: 1, 1: 2}, 0)

    client.get(link(revision))
    fold()
    fold()
    assert counts() == {0: 2, 1: 2}
    assert queries.clicks(digest_id=digest.pk) == [
        LinkCount(revision=1, number=0, label="One", url=LINKS[0]["url"], clicks=2),
        LinkCount(revision=1, number=1, label="Two", url=LINKS[1]["url"], clicks=2),
    ]


def test_links_that_nobody_followed_are_listed(digest, revision):
    assert [one.clicks for one in queries.clicks(digest_id=digest.pk)] == [0, 0]


def test_nothing_is_kept_of_readers(client, broker, revision, reader):
    client.get(link(revision, reader))
    fold()

    fields = {field.name for field in LinkClicks._meta.get_fields()}
    assert fields == {"id", "revision", "number", "clicks"}


def test_a_worker_that_dies_between_counting_and_clearing_counts_nothing_twice(
    client, broker, revision, monkeypatch
):
    client.get(link(revision))
    with monkeypatch.context() as patch:
        patch.setattr(stream, "drop", die_unless_nothing_is_counted)
        with pytest.raises(KeyboardInterrupt):
            fold()
    assert (counts(), waiting(broker)) == ({0: 1}, 1)

    client.get(link(revision))
    fold()
    assert (counts(), waiting(broker)) == ({0: 2}, 0)


def test_a_worker_that_dies_before_it_commits_counts_nothing(client, broker, revision, monkeypatch):
    client.get(link(revision))
    with monkeypatch.context() as patch:
        patch.setattr(counting, "_add", die)
        with pytest.raises(KeyboardInterrupt):
            fold()
    assert (counts(), waiting(broker)) == ({}, 1)

    fold()
    assert counts() == {0: 1}


def test_more_than_one_piece_is_counted_in_one_go(client, broker, revision, monkeypatch):
    monkeypatch.setattr(counting, "PIECE", 2)
    for _ in range(5):
        client.get(link(revision))
    fold()

    assert counts() == {0: 5}


def test_emptying_redis_loses_only_what_was_not_counted(client, broker, revision):
    client.get(link(revision))
    fold()
    client.get(link(revision))
    broker.clear()
    client.get(link(revision))
    fold()

    assert counts() == {0: 2}


def test_a_redis_that_starts_anew_with_its_clock_behind_is_read_too(client, broker, revision):
    client.get(link(revision))
    fold()
    ahead = f"{int(timezone.now().timestamp() * 1000) + 3_600_000}-7"
    ClickCursor.objects.update(last=ahead)
    broker.clear()

    client.get(link(revision))
    fold()
    client.get(link(revision))
    fold()
    assert (counts(), waiting(broker)) == ({0: 3}, 0)


def test_garbage_in_the_stream_is_passed_over(client, broker, revision):
    for words in ("", "1.2", "a.b.c", f"{revision.pk + 99}.0.1"):
        broker.client.xadd(stream._key("clicks"), {"c": words})
    broker.client.xadd(stream._key("clicks"), {"other": "field"})
    client.get(link(revision))
    fold()

    assert (counts(), waiting(broker)) == ({0: 1}, 0)


def test_without_redis_a_click_is_noted_in_the_database(client, revision, reader):
    client.get(link(revision, reader))
    client.get(link(revision, reader, number=1))
    assert loose() == 2

    fold()
    assert (loose(), counts()) == (0, {0: 1, 1: 1})


def test_clicks_of_a_mail_that_is_gone_are_passed_over(client, digest, revision):
    client.get(link(revision))
    type(digest).objects.filter(pk=digest.pk).update(state="draft", revision=None)
    Revision.objects.filter(pk=revision.pk).delete()
    fold()

    assert (loose(), counts()) == (0, {})


def test_a_click_settles_what_was_unknown(client, broker, digest, revision, newsletter):
    reader = make_reader(newsletter)
    batch = unknown_batch(digest, reader)
    client.get(link(revision, reader))
    fold()

    batch.refresh_from_db()
    assert batch.state == Batch.State.ACCEPTED
    assert counts() == {0: 1}


def test_a_click_is_counted_although_it_cannot_settle(client, broker, revision, monkeypatch):
    monkeypatch.setattr(settling, "by_evidence", die_kindly)
    client.get(link(revision))
    fold()

    assert counts() == {0: 1}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("by_redis", [True, False])
def test_many_workers_count_each_click_once(by_redis, request, client, revision, monkeypatch):
    if by_redis:
        request.getfixturevalue("broker")
    monkeypatch.setattr(counting, "PIECE", 3)
    for _ in range(60):
        client.get(link(revision))

    def work() -> None:
        for _ in range(60):
            fold()

    four_at_once(work)
    assert counts() == {0: 60}
    assert loose() == 0


def die(*_, **__):
    raise KeyboardInterrupt


def die_kindly(**_):
    raise RuntimeError


def die_unless_nothing_is_counted(*, up_to):
    if up_to != "0-0":
        raise KeyboardInterrupt
