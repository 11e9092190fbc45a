"""What every schedule has: readers, a digest that is let go, a beat, time that passes, and an end.

Time is moved honestly: `pass_time` makes every wait and lease in the database older, as if so much
had gone by, and the sweep does what beat would have had done by then. Nothing else is written.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta

from django.db.models import F

from newsletter import wake
from newsletter.delivery import audit, preparation, recovery
from newsletter.digests import lifecycle
from newsletter.models import Batch, Digest, Lane, Slot
from subscribers import suppression, witness
from subscribers.clock import database_now
from subscribers.mailing import providers
from subscribers.models import Newsletter, ProviderState, Subscriber, Subscription
from tests.factories import NOW, make_newsletter, make_scheduled_digest

READERS = 200
CALL = 40
BETWEEN_WAVES = timedelta(minutes=10)


@dataclass
class Stage:
    """One digest to `readers` readers, in calls of 40."""

    newsletter: Newsletter = field(default_factory=make_newsletter)
    digests: list[Digest] = field(default_factory=list)
    # What the worker wrote, for whoever must find out why it is stuck.
    log: Callable[[], str] = str

    def release(self, readers: int = READERS, *, call: int = CALL) -> Digest:
        """Let a digest go to so many new readers, whose addresses are made of their ids."""
        newsletter = make_newsletter() if self.digests else self.newsletter
        _make_readers(newsletter, readers)
        now = database_now()
        digest = make_scheduled_digest(newsletter, release_at=now)
        lifecycle.release(digest_id=digest.pk, now=now)
        with _calls_of(call):
            preparation.prepare(digest_id=digest.pk, now=now)
        digest.refresh_from_db()
        assert digest.audience_size == readers
        self.digests.append(digest)
        return digest

    def release_in_waves(self, readers: int = READERS, *, waves: int = 4) -> Digest:
        """The same in so many waves, ten minutes apart; the first is due."""
        Newsletter.objects.filter(pk=self.newsletter.pk).update(time_zone="Etc/UTC")
        _make_readers(self.newsletter, readers)
        zones = [f"Etc/GMT+{number}" for number in range(waves)]
        for person in Subscriber.objects.filter(subscriptions__newsletter=self.newsletter):
            Subscriber.objects.filter(pk=person.pk).update(time_zone=zones[person.pk % waves])
        now = database_now()
        digest = make_scheduled_digest(
            self.newsletter,
            release_at=now,
            wave_day=now.date() + timedelta(days=2),
            wave_time=now.time(),
        )
        lifecycle.release(digest_id=digest.pk, now=now)
        with _calls_of(CALL):
            preparation.prepare(digest_id=digest.pk, now=now)
        for number, lane in enumerate(digest.lanes.filter(number__lte=waves).order_by("number")):
            lane.release_at = now + number * BETWEEN_WAVES
            lane.save()
        self.digests.append(digest)
        return digest

    def beat(self) -> None:
        """What beat fires every 30 s."""
        recovery.sweep(now=database_now())
        wake.send(wake.DRAIN)

    def pass_time(self, by: timedelta, *, leases: bool = False) -> None:
        """As if so much time had gone by; `leases` only where nobody is alive to renew them."""
        Batch.objects.filter(not_before__isnull=False).update(not_before=F("not_before") - by)
        ProviderState.objects.filter(not_before__isnull=False).update(
            not_before=F("not_before") - by
        )
        Lane.objects.update(release_at=F("release_at") - by)
        if leases:
            for model in (Batch, Slot):
                rows = model.objects.filter(lease_until__isnull=False)
                rows.update(lease_until=F("lease_until") - by)
            ProviderState.objects.filter(probe_until__isnull=False).update(
                probe_until=F("probe_until") - by
            )

    def runs_out(self, *, seconds: float = 90, leases: bool = False, until: str = "sent") -> None:
        """Until every digest is `until`, with beat, while hours go by.

        `leases`: when nothing moves for some seconds, whoever held a lease is taken for gone.
        """
        end = time.monotonic() + seconds
        known, since = "", time.monotonic()
        while not self._are(until):
            assert time.monotonic() < end, f"stuck: {self.what_is_open()}\n{self.log()[-6000:]}"
            self.beat()
            time.sleep(0.4)
            if known != (known := self.what_is_open()):
                since = time.monotonic()
            is_still = time.monotonic() - since > 4
            self.pass_time(timedelta(minutes=2), leases=leases and is_still)

    def ends(self, took: Counter[int]) -> dict[str, int]:
        """The audit finds nothing wrong and nobody has it twice; the readers by state."""
        assert not {one: times for one, times in took.items() if times > 1}, "mailed twice"
        found: Counter[str] = Counter()
        for digest in self.digests:
            mine = set(digest.newsletter.subscriptions.values_list("subscriber_id", flat=True))
            record = audit.Record(
                times=Counter({one: times for one, times in took.items() if one in mine})
            )
            audited = audit.audit(digest_id=digest.pk, record=record)
            assert not audited.violations, "\n".join(str(one) for one in audited.violations)
            found += audited.states
        return dict(found)

    def count(self, state: str) -> int:
        """How many readers of the digests' ranges are in a state."""
        return sum(Batch.objects.filter(state=state).values_list("size", flat=True))

    def what_is_open(self) -> str:
        batches = Counter(Batch.objects.values_list("state", flat=True))
        states = list(Digest.objects.values_list("state", "reason"))
        closed = list(ProviderState.objects.values_list("name", "closed", "reason"))
        lock = witness.locked()
        return f"{states} {dict(batches)} {closed} {lock.reason if lock else ''}"

    def _are(self, state: str) -> bool:
        ids = [one.pk for one in self.digests]
        return not Digest.objects.filter(pk__in=ids).exclude(state=state).exists()


@contextmanager
def _calls_of(size: int) -> Iterator[None]:
    """Prepare batches of this size, whatever the first provider takes."""
    first = providers.first()
    providers.PROVIDERS[first.name] = replace(first, batch_size=size)
    try:
        yield
    finally:
        providers.PROVIDERS[first.name] = first


def _make_readers(newsletter: Newsletter, how_many: int) -> None:
    """An address is `r<id>@...`, so that a relay's book says who it was."""
    people = Subscriber.objects.bulk_create(
        Subscriber(address_hash="", created_at=NOW) for _ in range(how_many)
    )
    for one in people:
        one.address = one.address_key = f"r{one.pk}@mail.example"
        one.address_hash = suppression.address_hash(one.address_key)
    Subscriber.objects.bulk_update(people, ["address", "address_key", "address_hash"])
    Subscription.objects.bulk_create(
        Subscription(
            subscriber=one,
            newsletter=newsletter,
            state=Subscription.State.ACTIVE,
            created_at=NOW,
            confirmed_at=NOW,
        )
        for one in people
    )
