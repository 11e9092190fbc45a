"""How a mail's waves stand: which went, which is going, which comes next and when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, Sum

from newsletter.digests import lifecycle
from newsletter.models import Batch, Digest, Lane


@dataclass(frozen=True, slots=True)
class Wave:
    """Readers who get it at one instant; `open` are those for whom that has not happened yet.

    `called_off`: those of them who will not get it any more, because the mail was cancelled.
    """

    number: int
    at: datetime
    readers: int
    open: int
    called_off: int = 0


@dataclass(frozen=True, slots=True)
class WavesStand:
    """All waves of one mail by time, as they stand at `now`; none for one that goes at once."""

    now: datetime
    all: Sequence[Wave] = ()
    # False while its readers are still being frozen: more of them may come into each wave.
    is_whole: bool = True

    @property
    def out(self) -> int:
        """How many are out."""
        return sum(self.is_out(wave) for wave in self.all)

    def is_out(self, wave: Wave) -> bool:
        """Whether it went, and has nothing left to be done."""
        return self.is_whole and wave.at <= self.now and not wave.open

    @property
    def next(self) -> Wave | None:
        """The first that has still to come; None also once it was called off."""
        return next((wave for wave in self.all if wave.at > self.now and wave.open), None)

    @property
    def later(self) -> int:
        """Readers whose wave has still to come."""
        return sum(wave.open for wave in self.all if wave.at > self.now)

    @property
    def is_between(self) -> bool:
        """Whether nothing is to be done before the next one."""
        return self.next is not None and all(
            self.is_out(wave) for wave in self.all if wave.at <= self.now
        )


def of(*, digest: Digest, now: datetime) -> WavesStand:
    """Two statements for a mail in waves, none for another. Those without readers are left out."""
    if not digest.goes_in_waves:
        return WavesStand(now)
    ranged = Batch.objects.filter(digest=digest, low__isnull=False)
    sums = ranged.exclude(state=Batch.State.SPLIT).values("lane").order_by("lane")
    sizes = sums.annotate(
        readers=Sum("size"),
        open=Sum("size", filter=Q(state__in=lifecycle.OPEN_BATCHES), default=0),
        off=Sum("size", filter=Q(state=Batch.State.CANCELLED), default=0),
    ).values_list("lane", "readers", "open", "off")
    times = dict(Lane.objects.filter(digest=digest).values_list("number", "release_at"))
    return WavesStand(
        now,
        [
            Wave(number=number, at=times[lane], readers=readers, open=opened, called_off=off)
            for number, (lane, readers, opened, off) in enumerate(sizes, start=1)
        ],
        is_whole=digest.prepared_at is not None,
    )
