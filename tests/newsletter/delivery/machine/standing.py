"""What must hold after every step, whatever happened: the rows against themselves and the book."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from newsletter.delivery import exceptions, missed
from newsletter.delivery.counts import counts
from newsletter.models import (
    Attempt,
    Batch,
    Delivery,
    DeliveryException,
    Digest,
    ExceptionChange,
)
from subscribers.models import ProviderState, Subscriber, Subscription, Suppression
from tests.newsletter.delivery.machine.book import Book

OPEN = {"pending", "claimed", "submitting", "retry"}
# States in which a reader has nothing of it, unless staff knowingly had it sent again.
HAS_NOTHING = {"pending", "claimed", "retry", "failed", "left", "cancelled"}


@dataclass(frozen=True, slots=True)
class Reader:
    """Where one reader of one digest stands."""

    digest_id: int
    subscriber_id: int
    state: str


def readers() -> list[Reader]:
    """Every reader of every audience, in exactly one state (I2)."""
    exceptions = {
        (one.digest_id, one.subscriber_id): one.state for one in DeliveryException.objects.all()
    }
    ranges: defaultdict[tuple[int, int], list[Batch]] = defaultdict(list)
    for batch in Batch.objects.filter(low__isnull=False).exclude(state=Batch.State.SPLIT):
        ranges[batch.digest_id, batch.lane].append(batch)
    found = []
    for digest_id, one, lane in Delivery.objects.values_list("digest_id", "subscriber_id", "lane"):
        holders = [batch for batch in ranges[digest_id, lane] if batch.low < one <= batch.high]
        assert len(holders) == 1, f"I2: {one} is held by {len(holders)} batches of {digest_id}"
        state = exceptions.pop((digest_id, one), holders[0].state)
        assert state != "split"
        found.append(Reader(digest_id, one, state))
    assert not exceptions, f"I2: exceptions of nobody in the audience: {exceptions}"
    return found


def check(book: Book) -> None:
    """Assert I1 to I8, and that nobody has what we say he has not."""
    standing = readers()
    digests = {one.pk: one for one in Digest.objects.all()}
    _states_add_up(standing, digests)
    _agrees_with_the_book(standing, book)
    _nobody_waits_for_nothing(digests)
    _attempts_name_their_revision()
    _missed_have_nothing(standing, digests, book)
    _limits_are_kept(book)


def _states_add_up(standing: list[Reader], digests: dict[int, Digest]) -> None:
    states: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for one in standing:
        states[one.digest_id][one.state] += 1
    shown = counts(digest_ids=list(digests))
    for digest_id, digest in digests.items():
        found = states[digest_id]
        assert found.total() == digest.audience_size, f"I2: {found} of {digest.audience_size}"
        if digest_id in shown:
            assert shown[digest_id].audience == found.total(), "I5"
            for name in ("accepted", "failed", "unknown", "left", "cancelled"):
                assert getattr(shown[digest_id], name) == found[name], f"I5: {name}"
        if digest.state == Digest.State.SENT:
            assert not found.keys() & OPEN, f"I8: sent, but {found}"


def _agrees_with_the_book(standing: list[Reader], book: Book) -> None:
    times = book.times()
    in_audience = {(one.digest_id, one.subscriber_id) for one in standing}
    assert times.keys() <= in_audience, "somebody outside of the audience was mailed"
    for key, number in times.items():
        assert number <= 1 + book.again[key], f"I1: {key} was mailed {number} times"
    # Whoever waits for a follow-up that is with the provider at this moment may have it.
    carried = DeliveryException.objects.filter(state="retry", follow_up__state="submitting")
    on_their_way = set(carried.values_list("digest_id", "subscriber_id"))
    for one in standing:
        key = one.digest_id, one.subscriber_id
        if one.state == "accepted":
            assert times[key], f"I3: {key} is called accepted"
        may_have_it = key in on_their_way or (book.again[key] and one.state != "cancelled")
        if one.state in HAS_NOTHING and not may_have_it:
            assert not times[key], f"{key} has it and is called {one.state}"


def _nobody_waits_for_nothing(digests: dict[int, Digest]) -> None:
    """Who is to be tried again waits for a batch that will be claimed."""
    for one in DeliveryException.objects.filter(state="retry").select_related("follow_up"):
        assert one.follow_up.state in OPEN, f"{one.subscriber_id} waits for {one.follow_up}"
        assert one.follow_up.low is None
        assert one.follow_up.digest_id == one.digest_id
    for batch in Batch.objects.filter(state__in=OPEN):
        assert digests[batch.digest_id].state != Digest.State.SENT, f"I8: {batch}"


def _attempts_name_their_revision() -> None:
    for one in Attempt.objects.select_related("revision", "batch"):
        assert one.revision.digest_id == one.batch.digest_id, "I7"


def _missed_have_nothing(standing: list[Reader], digests: dict[int, Digest], book: Book) -> None:
    """Those whom "send to those missed" would mail got nothing; staff are told how many."""
    times, shown = book.times(), counts(digest_ids=list(digests))
    own = DeliveryException.objects.filter(reason__in=missed.READERS_OWN, state="failed")
    sent_again = ExceptionChange.objects.filter(reason=exceptions.SENT_AGAIN)
    others = {*own.values_list("digest_id", "subscriber_id")}
    others |= {*sent_again.values_list("digest_id", "subscriber_id")}
    found: Counter[int] = Counter()
    for one in standing:
        key = one.digest_id, one.subscriber_id
        if one.state in {"failed", "cancelled"} and key not in others:
            assert not times[key], f"{key} has it and counts as missed"
            found[one.digest_id] += 1
    for digest_id, counted in shown.items():
        assert missed.count(digest_id=digest_id, found=counted) == found[digest_id], "I5: missed"


def _limits_are_kept(book: Book) -> None:
    for state in ProviderState.objects.exclude(day=None):
        taken = book.of_day(state.name, state.day)
        assert state.sent_today >= taken, f"{state.name} took {taken} of {state.sent_today} counted"


def deliverable(newsletter_id: int) -> set[int]:
    """Who may be mailed, read in a way of its own."""
    suppressed = set(Suppression.objects.values_list("address_hash", flat=True))
    people = {one.pk: one for one in Subscriber.objects.all()}
    active = Subscription.objects.filter(newsletter_id=newsletter_id, state="active")
    return {
        one
        for one in active.values_list("subscriber_id", flat=True)
        if people[one].erased_at is None and people[one].address_hash not in suppressed
    }
