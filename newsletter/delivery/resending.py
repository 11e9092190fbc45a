"""Sending readers a mail once more: follow-ups, which are claimed like everything else.

Who left, or is suppressed by then, is not mailed, and a reader's Message-ID is the same in every
try.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from newsletter import wake
from newsletter.delivery import exceptions
from newsletter.models import Delivery
from subscribers.mailing.answers import Failure
from subscribers.mailing.providers import first


def follow_up(*, digest_id: int, ids: Sequence[int], reason: str, now: datetime) -> None:
    """Let these readers wait for it, in portions that one call takes; `reason` is logged."""
    for lane, members in _by_lane(digest_id, ids):
        failures = {one: Failure(reason=reason) for one in members}
        exceptions.wait(digest_id=digest_id, lane=lane, failures=failures, now=now)
    wake.send(wake.DRAIN)


def _by_lane(digest_id: int, ids: Sequence[int]) -> Iterator[tuple[int, list[int]]]:
    """The readers in portions that one call takes, none with readers of two lanes."""
    size = first().batch_size
    for start in range(0, len(ids), size):
        rows = Delivery.objects.filter(
            digest_id=digest_id, subscriber_id__in=ids[start : start + size]
        )
        lanes: dict[int, list[int]] = {}
        for subscriber_id, lane in rows.values_list("subscriber_id", "lane"):
            lanes.setdefault(lane, []).append(subscriber_id)
        yield from lanes.items()
