"""The handover deadline: hours late, a person decides whether late is better than never."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from newsletter.delivery import pausing
from newsletter.delivery.refusals import DEADLINE
from newsletter.digests import lifecycle
from newsletter.models import Batch, Digest, DigestChange, Lane

REASON = "Not all of it could be handed over within 6 hours of the time it was to go."


def pause(*, now: datetime) -> None:
    """Pause what is past its deadline and tell staff. Idempotent.

    The deadline is each wave's own: a mail is not late while its last waves wait for their time,
    nor because it was let go late. Before it has any it counts from when it was let go.
    """
    # Once only: somebody who resumes it after that has decided.
    undecided = _late(now - DEADLINE).exclude(changes__reason=REASON)
    for digest in undecided.select_related("newsletter"):
        pausing.pause(digest_id=digest.pk, reason=REASON, now=now)


def _late(limit: datetime) -> QuerySet[Digest]:
    """On their way, and some of what was to go by `limit` has not gone."""
    open_batches = Batch.objects.filter(
        digest_id=OuterRef("digest_id"), lane=OuterRef("number"), state__in=lifecycle.OPEN_BATCHES
    )
    late = Lane.objects.filter(Exists(open_batches), digest=OuterRef("pk"), release_at__lt=limit)
    let_go = DigestChange.objects.filter(
        digest=OuterRef("pk"), new=Digest.State.PREPARING, at__lt=limit
    )
    return Digest.objects.filter(
        Exists(late) | Q(Exists(let_go), prepared_at__isnull=True),
        Q(reopened_at__isnull=True) | Q(reopened_at__lt=limit),
        state__in=[Digest.State.PREPARING, Digest.State.SENDING],
    )
