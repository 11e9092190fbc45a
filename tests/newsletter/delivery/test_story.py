"""What became of one reader's mail, and the list of those who differ."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from newsletter.delivery import drain, listing
from newsletter.delivery.story import UNKNOWN, story
from newsletter.models import Batch, DeliveryException, Digest
from subscribers.mailing.answers import Answer, Failure, Kind
from subscribers.models import Subscriber
from tests.factories import NOW, make_reader, make_readers, make_scheduled_digest
from tests.newsletter.delivery.answering import in_turn, scripted
from tests.newsletter.delivery.broken import differ, ids

pytestmark = pytest.mark.django_db


def told(digest: Digest, reader: int) -> str:
    return "\n".join(one.sentence for one in story(digest=digest, subscriber_id=reader).sentences)


def test_an_accepted_reader_is_told_of_his_batch_provider_and_revision(sent: Digest):
    (batch,) = Batch.objects.all()
    Batch.objects.update(submitted_at=NOW)
    one = ids(sent)[0]
    said = told(sent, one)
    assert story(digest=sent, subscriber_id=one).state == "accepted"
    assert f"Batch {batch.pk} with revision 1 was handed over to outbox." in said
    assert f"Batch {batch.pk}: accepted by the provider, through outbox" in said
    assert said.endswith("So now: accepted by the provider.")


def test_a_refused_reader_is_told_why(newsletter, release, monkeypatch):
    readers = make_readers(newsletter, 2)
    bad = readers[1].pk
    failure = Failure(reason="bad_mailbox", detail="550 no such user")
    scripted(monkeypatch, in_turn(Answer(kind=Kind.ACCEPTED, failed={bad: failure})))
    digest = release(newsletter)
    drain.drain()
    said = told(digest, bad)
    assert story(digest=digest, subscriber_id=bad).state == "failed"
    assert "This reader alone: failed (no such mailbox)" in said
    assert said.endswith("So now: failed, because: no such mailbox (550 no such user).")


def test_the_reader_himself_is_told_without_our_numbers(newsletter, release, monkeypatch):
    readers = make_readers(newsletter, 3)
    bad = readers[1].pk
    failure = Failure(reason="bad_mailbox", detail="550 no such user")
    scripted(monkeypatch, in_turn(Answer(kind=Kind.ACCEPTED, failed={bad: failure})))
    digest = release(newsletter)
    drain.drain()
    Batch.objects.update(submitted_at=NOW)
    good, refused = (
        [one.plain for one in story(digest=digest, subscriber_id=reader).sentences]
        for reader in (readers[0].pk, bad)
    )
    assert "Prepared for you." in good
    assert "Given to our mail service (outbox)." in good
    assert good[-1] == "So now: taken by our mail service, which brings it to your mailbox."
    assert "It could not be sent to you: your mailbox did not take it." in refused
    assert refused[-1].endswith("your mailbox did not take it (550 no such user).")
    for staff_word in ("Batch", "revision", "outbox,", "reader"):
        assert staff_word not in " ".join(good + refused)


def test_an_unknown_reader_is_told_the_sentence_and_the_attempt(newsletter, release, monkeypatch):
    make_readers(newsletter, 2)
    scripted(monkeypatch, in_turn(Answer(kind=Kind.UNKNOWN, detail="it hung up")))
    digest = release(newsletter)
    drain.drain()
    said = told(digest, ids(digest)[0])
    assert "with revision 1 came to nothing through outbox (unknown): it hung up" in said
    assert said.endswith(f"So now: {UNKNOWN}.")


def test_a_stranger_and_somebody_not_reached_yet_are_told_apart(sent: Digest, newsletter):
    stranger = make_reader()
    assert "not among those" in told(sent, stranger.pk)
    waiting = make_scheduled_digest(newsletter, occurrence="2026-11-25")
    assert "not settled yet" in told(waiting, stranger.pk)


def test_it_names_no_address(sent: Digest):
    for one in ids(sent):
        assert "@" not in told(sent, one)


@pytest.fixture
def mixed(newsletter, release) -> Digest:
    """Nine readers in three batches: accepted, unknown and failed, with some who differ."""
    make_readers(newsletter, 9)
    digest = release(newsletter)
    all_ids = ids(digest)
    Batch.objects.all().delete()
    low = 0
    for state, high in zip(("accepted", "unknown", "failed"), all_ids[2::3], strict=True):
        Batch.objects.create(
            digest=digest, low=low, high=high, size=3, state=state, revision=digest.revision
        )
        low = high
    differ(digest, all_ids[0], "failed", reason="bad_mailbox")
    differ(digest, all_ids[4], "accepted")
    return digest


def test_the_list_has_those_alone_and_those_with_their_batch_in_order(mixed: Digest):
    rows = listing.differing(digest_id=mixed.pk)
    first, _, _, *others = ids(mixed)
    assert [row.subscriber_id for row in rows] == [first, *others]
    assert [row.state for row in rows] == [
        *("failed", "unknown", "accepted", "unknown", "failed", "failed", "failed")
    ]


@pytest.mark.parametrize(
    ("state", "places"),
    [("failed", [0, 6, 7, 8]), ("unknown", [3, 5]), ("accepted", [4]), ("left", []), ("retry", [])],
)
def test_the_list_can_be_of_one_state(mixed: Digest, state: str, places: list[int]):
    rows = listing.differing(digest_id=mixed.pk, state=state)
    assert [row.subscriber_id for row in rows] == [ids(mixed)[place] for place in places]


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
def test_pages_join_without_gap_or_repetition(mixed: Digest, limit: int):
    whole = listing.differing(digest_id=mixed.pk)
    paged: list[listing.Differing] = []
    while page := listing.differing(
        digest_id=mixed.pk, after=paged[-1].subscriber_id if paged else 0, limit=limit
    ):
        paged += page
    assert paged == whole == list(listing.every(digest_id=mixed.pk))


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("deliveries", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_counts_by_state_then_lists_who_differs(mixed: Digest):
    lines = run(str(mixed.pk)).splitlines()
    assert lines[:4] == ["audience: 9", "accepted: 3", "failed: 4", "unknown: 2"]
    assert lines[9].split("\t")[:3] == [str(ids(mixed)[0]), "failed", "bad_mailbox"]
    assert len(lines) == 9 + 7
    assert "@" not in "\n".join(lines)


def test_the_command_is_bounded_unless_all_is_asked_for(mixed: Digest, monkeypatch):
    monkeypatch.setattr("newsletter.management.commands.deliveries.SHOWN", 2)
    assert run(str(mixed.pk)).splitlines()[-1] == "There are more: --all shows them."
    assert len(run(str(mixed.pk), "--all").splitlines()) == 9 + 7
    assert json.loads(run(str(mixed.pk), "--json"))["more"] is True


def test_the_command_speaks_json(mixed: Digest):
    said = json.loads(run(str(mixed.pk), "--json", "--all"))
    assert said["digest"] == mixed.pk
    assert said["states"]["unknown"] == 2
    assert said["exceptions"][0]["subscriber_id"] == ids(mixed)[0]
    assert said["more"] is False


def test_the_command_tells_of_one_address(sent: Digest):
    address = Subscriber.objects.get(pk=ids(sent)[0]).address
    assert "accepted by the provider" in run(str(sent.pk), "--address", f" {address.upper()} ")
    said = json.loads(run(str(sent.pk), "--address", address, "--json"))
    assert said["state"] == "accepted"
    assert said["sentences"][-1] == {"at": None, "sentence": "So now: accepted by the provider."}


@pytest.mark.parametrize(
    "arguments", [["999"], ["{id}", "--address", "x"], ["{id}", "--address", "no@b.example"]]
)
def test_the_command_says_what_it_cannot_find(sent: Digest, arguments: list[str]):
    with pytest.raises(CommandError):
        run(*(one.format(id=sent.pk) for one in arguments))


def test_a_follow_up_tells_of_the_batch_before_it(newsletter, release, monkeypatch, travel):
    one = make_readers(newsletter, 1)[0].pk
    later = Answer(kind=Kind.ACCEPTED, retry={one: Failure(reason="try_later")})
    scripted(monkeypatch, in_turn(later))
    digest = release(newsletter)
    drain.drain()
    assert "This reader alone: will be tried again (try later)" in told(digest, one)
    travel(timedelta(minutes=16))
    drain.drain()
    assert DeliveryException.objects.get().state == "accepted"
    said = told(digest, one)
    assert "Follow-up" in said
    assert said.endswith("So now: accepted by the provider.")
