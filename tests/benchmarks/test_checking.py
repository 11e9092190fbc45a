"""Who is lost, doubled or unknown: the database's answer against what the sink took."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from benchmarks import clock
from benchmarks.checking import check
from benchmarks.data import digest as mail
from benchmarks.data import readers
from benchmarks.sinks.tally import Tally
from newsletter.models import Batch, Delivery, DeliveryException, Digest
from newsletter.release import approval
from subscribers import audience
from subscribers.clock import database_now
from subscribers.models import Newsletter, Subscriber
from tests.factories import NOW, make_digest

pytestmark = pytest.mark.django_db
FIRST = 1_000


@pytest.fixture
def newsletter() -> Newsletter:
    made = mail.newsletter(name="Bench")
    readers.add(newsletter=made, first=FIRST, how_many=100)
    return made


@pytest.fixture
def digest(newsletter: Newsletter) -> Digest:
    """All accepted: two batches of fifty."""
    digest = make_digest(newsletter)
    Delivery.objects.bulk_create(
        Delivery(digest=digest, subscriber_id=FIRST + number) for number in range(100)
    )
    for low in (FIRST - 1, FIRST + 49):
        Batch.objects.create(digest=digest, low=low, high=low + 50, size=50, state="accepted")
    return digest


@pytest.fixture
def tally(tmp_path: Path) -> Iterator[Tally]:
    """Everybody was mailed once."""
    tally = Tally(path=tmp_path / "tally", readers=2_000, make=True)
    tally.take(list(range(FIRST, FIRST + 100)))
    yield tally
    tally.close()


def test_readers_are_made_with_some_who_do_not_get_it(newsletter: Newsletter):
    found = audience.deliverable(newsletter_id=newsletter.pk)
    ids = set(found.values_list("subscriber_id", flat=True))

    assert ids == set(range(FIRST, FIRST + 100))
    assert Subscriber.objects.count() == readers.room(100) == 104
    reader = Subscriber.objects.get(pk=FIRST + 7)
    assert reader.address == reader.address_key == f"r{FIRST + 7}@readers.example"
    promoted = audience.deliverable(newsletter_id=newsletter.promotes_id)
    got = set(promoted.values_list("subscriber_id", flat=True))
    assert got == set(range(FIRST, FIRST + 100, 3))
    assert len(set(Subscriber.objects.values_list("address_hash", flat=True))) == 104


def test_a_reader_can_sign_up_after_readers_were_made(newsletter: Newsletter):
    made = Subscriber.objects.create(
        address="a@b.example", address_key="a@b.example", created_at=NOW
    )

    assert made.pk >= FIRST + 104


def test_the_mail_is_as_heavy_as_it_is_said_to_be(newsletter: Newsletter):
    digest = mail.draft(of=newsletter)
    approval.approve(digest_id=digest.pk, by=mail.sender(), now=database_now())

    found = mail.check_weight(digest)

    assert found["html_bytes"] > 38_000


def test_all_is_well_when_everybody_was_mailed_once(digest: Digest, tally: Tally):
    found = check(digest=digest, tally=tally)

    assert found.is_whole
    assert (found.audience, found.taken, found.unknown) == (100, 100, 0)


def test_an_accepted_reader_who_was_not_mailed_is_lost(digest: Digest, tally: Tally):
    tally.counts[FIRST + 3] = 0

    assert check(digest=digest, tally=tally).lost == 1


def test_a_waiting_reader_who_was_not_mailed_is_lost(digest: Digest, tally: Tally):
    tally.counts[FIRST + 3] = 0
    _differs(digest, FIRST + 4, "accepted")
    Batch.objects.filter(digest=digest, low=FIRST - 1).update(state="pending")

    assert check(digest=digest, tally=tally).lost == 1


def test_a_reader_who_was_mailed_twice_is_doubled(digest: Digest, tally: Tally):
    tally.take([FIRST + 5])

    found = check(digest=digest, tally=tally)

    assert (found.doubled, found.lost, found.is_whole) == (1, 0, False)


def test_unknown_readers_are_neither_lost_nor_accepted(digest: Digest, tally: Tally):
    tally.counts[FIRST + 60] = 0
    Batch.objects.filter(digest=digest, low=FIRST + 49).update(state="unknown")
    _differs(digest, FIRST + 61, "accepted")
    _differs(digest, FIRST + 1, "unknown")

    found = check(digest=digest, tally=tally)

    assert found.is_whole
    # Fifty of the batch without the accepted one, and one more.
    assert (found.unknown, found.unknown_but_taken) == (50, 49)


def test_a_reader_who_left_before_the_claim_is_not_lost(digest: Digest, tally: Tally):
    tally.counts[FIRST + 2] = 0
    _differs(digest, FIRST + 2, "left")

    assert check(digest=digest, tally=tally).is_whole


def test_mail_to_somebody_outside_the_audience_is_strange(digest: Digest, tally: Tally):
    tally.take([FIRST + 101])

    assert check(digest=digest, tally=tally).strange == 1


def test_a_deliverable_reader_who_was_never_frozen_is_forgotten(digest: Digest, tally: Tally):
    Delivery.objects.filter(digest_id=digest.pk, subscriber_id=FIRST + 8).delete()
    tally.counts[FIRST + 8] = 0

    assert check(digest=digest, tally=tally).forgotten == 1


def test_moving_the_clock_on_moves_every_wait(digest: Digest):
    batch = Batch.objects.get(digest=digest, low=FIRST - 1)
    Batch.objects.filter(pk=batch.pk).update(lease_until=NOW, not_before=NOW)

    moved = clock.move_on(seconds=100)

    batch.refresh_from_db()
    assert moved == 2
    assert batch.lease_until == batch.not_before == NOW - timedelta(seconds=100)


def _differs(digest: Digest, subscriber_id: int, state: str) -> None:
    DeliveryException.objects.create(
        digest=digest, subscriber_id=subscriber_id, state=state, updated_at=NOW
    )
