"""Starting a wave when its time comes: a tick of 2 s that costs one small statement in between."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q

from newsletter import wake
from newsletter.delivery import claims
from newsletter.models import Batch, Digest, Lane

# So far it looks back: a few ticks. What became due earlier is found by the sweep.
JUST_NOW = timedelta(seconds=6)


def start(*, now: datetime) -> None:
    """Wake drains for what became due in the last seconds, as many as there are slots and batches.

    `now`: the earlier of the two clocks. One statement while nothing does.
    """
    began = Lane.objects.filter(
        digest__state=Digest.State.SENDING, release_at__gt=now - JUST_NOW, release_at__lte=now
    )
    lanes = list(began.values_list("digest_id", "number"))
    if not lanes:
        return
    ours = Q()
    for digest_id, number in lanes:
        ours |= Q(digest_id=digest_id, lane=number)
    due = Batch.objects.filter(ours, claims.due(now=now), state=Batch.State.PENDING)
    for _ in due[: settings.DRAINS].values_list("pk", flat=True):
        wake.send(wake.DRAIN)
