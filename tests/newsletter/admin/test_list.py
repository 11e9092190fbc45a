"""The list of mails: state and counts at a glance, at a price that does not grow with the list."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from newsletter.delivery.counts import Counts, counts
from newsletter.models import Batch, Delivery, DeliveryException, Digest
from tests.factories import NOW, make_digest, make_newsletter

LIST = "admin:newsletter_digest_changelist"


def batch(digest: Digest, low: int, high: int, state: str) -> Batch:
    return Batch.objects.create(digest=digest, low=low, high=high, size=high - low, state=state)


def differ(digest: Digest, subscriber_id: int, state: str) -> None:
    Delivery.objects.create(digest=digest, subscriber_id=subscriber_id)
    DeliveryException.objects.create(
        digest=digest, subscriber_id=subscriber_id, state=state, updated_at=NOW
    )


@pytest.fixture
def sent(db: None) -> Digest:
    """1,000 readers in three batches, some of whom differ from theirs; one batch was split."""
    digest = make_digest()
    batch(digest, 0, 500, Batch.State.ACCEPTED)
    batch(digest, 500, 900, Batch.State.PENDING)
    batch(digest, 900, 1000, Batch.State.UNKNOWN)
    batch(digest, 500, 1000, Batch.State.SPLIT)
    for subscriber_id, state in ((1, "failed"), (500, "left"), (501, "left"), (1000, "accepted")):
        differ(digest, subscriber_id, state)
    return digest


def test_every_reader_is_counted_in_exactly_one_state(sent: Digest) -> None:
    assert counts(digest_ids=[sent.pk])[sent.pk] == Counts(
        audience=1000, accepted=499, failed=1, unknown=99, left=2, cancelled=0, waiting=399
    )


def test_the_list_shows_them_with_unknown_said_in_words(desk: Client, sent: Digest) -> None:
    text = desk.get(reverse(LIST)).text
    for words in ("499 of 1,000 accepted", "1 failed", "99 unknown", "2 left before", "399 wait"):
        assert words in text


def test_the_list_costs_the_same_for_three_mails_and_for_thirty(desk: Client) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert desk.get(reverse(LIST)).status_code == 200
        return len(queries)

    make(3)
    few = cost()
    make(27)
    assert cost() == few <= 12


def make(how_many: int) -> None:
    for _ in range(how_many):
        digest = make_digest(make_newsletter())
        batch(digest, 0, 10, Batch.State.ACCEPTED)
        differ(digest, 3, "failed")


def test_the_page_of_a_mail_explains_what_unknown_means(desk: Client, sent: Digest) -> None:
    text = desk.get(reverse("admin:newsletter_digest_change", args=[sent.pk])).text
    assert (
        "99 readers: the provider never answered. Not sent again, so that nobody gets it twice."
        in text
    )


def test_its_tab_is_named_as_the_menu_names_it(desk: Client) -> None:
    title = desk.get(reverse(LIST)).text.partition("<title>")[2].partition("</title>")[0]
    assert title.strip().startswith("Mails |")
