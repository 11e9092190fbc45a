"""One drain's round: whose batch is next, for which provider, and what need not be asked twice."""

from datetime import datetime, timedelta

from django.db import transaction

from newsletter.delivery import claims, replaying
from newsletter.delivery.claims import Claim
from newsletter.delivery.letters import Letters
from newsletter.models import Batch, Digest
from subscribers.clock import Clock
from subscribers.mailing import providers
from subscribers.mailing.failover import Failover

# How often a drain looks whether several digests have something to send. While one has, it needs no
# stamp but now and then; while several have, each batch is a turn.
TURN = timedelta(seconds=1)


class Round:
    """What a drain remembers while it runs: revisions, turns, and who is closed until when.

    `fence`: what `witness.begin` gave it.
    """

    def __init__(self, *, fence: int = 0) -> None:
        self._fence = fence
        self._letters = Letters()
        self._providers = Failover()
        self._looked_at: datetime | None = None
        self._takes_turns = False

    def claim(self, *, now: datetime, earlier: datetime | None = None) -> Claim | None:
        """The next batch; None when none is due. Raises `Closed` when no provider may be called.

        `earlier`: of the two clocks, which waves wait for.
        """
        claim = self._providers.attempt(
            lambda provider: claims.claim(
                provider=provider,
                letters=self._letters,
                now=now,
                earlier=earlier,
                fence=self._fence,
            ),
            now=now,
        )
        if claim is not None:
            self._take_turn(claim.batch.digest_id, now, earlier)
        return claim

    def ask_again(self, *, clock: Clock) -> bool:
        """Ask about one unknown batch, where a provider knows keys for that; False: none is due."""
        if not any(provider.key_life for provider in providers.in_order()):
            return False
        return replaying.replay_one(letters=self._letters, fence=self._fence, clock=clock)

    def _take_turn(self, digest_id: int, now: datetime, earlier: datetime | None) -> None:
        """Stamp the digest as served, so that others come first."""
        is_time = self._looked_at is None or now - self._looked_at >= TURN
        if is_time:
            self._takes_turns = _has_due(others_than=digest_id, now=now, earlier=earlier)
            self._looked_at = now
        if is_time or self._takes_turns:
            _stamp(digest_id, now)


@transaction.atomic
def _stamp(digest_id: int, now: datetime) -> None:
    """Unless somebody holds the digest: better a turn not counted than one waited for."""
    free = Digest.objects.select_for_update(skip_locked=True, no_key=True).filter(pk=digest_id)
    Digest.objects.filter(pk__in=free.values("pk")).update(served_at=now)


def _has_due(*, others_than: int, now: datetime, earlier: datetime | None = None) -> bool:
    """Whether another digest has a batch that may go now; one between two waves has none."""
    due = Batch.objects.filter(
        claims.due(now=now, earlier=earlier),
        digest__state=Digest.State.SENDING,
        state=Batch.State.PENDING,
    )
    return due.exclude(digest_id=others_than).exists()
