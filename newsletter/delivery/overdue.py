"""Telling staff, once, that a mail is not finished though its time is long over."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest

from newsletter.delivery.counts import Counts, counts
from newsletter.models import Digest, DigestChange, Escalation, Lane, Schedule
from newsletter.release import alerts
from newsletter.scheduling import escalation
from newsletter.scheduling.needs import SENDS
from newsletter.scheduling.words import in_hours
from subscribers import witness

State = Digest.State
# The words of the index of what is open.
OPEN = [
    *(State.DRAFT, State.APPROVED, State.SCHEDULED, State.HELD),
    *(State.PREPARING, State.SENDING, State.PAUSED),
]
_WITHOUT_SCHEDULE = Schedule._meta.get_field("finish_minutes").get_default()  # noqa: SLF001
_NOT_BEGUN = (
    "It has not begun, and nothing of it is lost. Look at /readyz: beat, the planner or a worker "
    "may be missing."
)
_WHAT_TO_DO = {
    State.PREPARING: (
        "Its readers are still being counted in. Look at /readyz whether the workers run."
    ),
    State.SENDING: (
        "It goes on by itself as fast as it may. What holds it back stands under Sending: a "
        "provider that is away, or a limit."
    ),
    State.PAUSED: "It is paused: go on sending, or cancel it.",
    State.HELD: "It is held: send it, make it a draft again, or call it off.",
}


def escalate(*, now: datetime) -> None:
    """Tell senders of what is late and was not told yet; one statement when there is nothing."""
    escalation.look_at_each(overdue(now=now), lambda digest: _tell(digest, now))


def overdue(*, now: datetime) -> list[Digest]:
    """Mails under way or waiting that should be finished by now; `counts_from` is since when.

    With waves that is the last of them; of one that was let go late, when it was; of one that was
    held the hour when it was, which staff were told; of one that is sent again to some, when that
    began.
    """
    told = Escalation.objects.filter(
        digest=OuterRef("pk"),
        step=Escalation.Step.UNFINISHED,
        due_at=OuterRef("counts_from"),
        told_at__isnull=False,
    )
    rows = _begun(now).filter(~Exists(told)).order_by("release_at", "pk")
    late = _late(rows, now)[: escalation.MOST]
    return list(rows.filter(pk__in=late).select_related("newsletter")) if late else []


def count(*, now: datetime) -> int:
    """How many should be finished by now and are not, whether staff were told or not."""
    return len(_late(_begun(now), now))


def _late(rows: QuerySet[Any], now: datetime) -> list[int]:
    return [
        pk
        for pk, since, minutes in rows.values_list("pk", "counts_from", "finish")
        if since + timedelta(minutes=minutes) <= now
    ]


def _begun(now: datetime) -> QuerySet[Any]:
    """Those that are open and whose time has come, with what `overdue` counts from."""
    last = Lane.objects.filter(digest=OuterRef("pk")).order_by().values("digest")
    changes = DigestChange.objects.filter(digest=OuterRef("pk"))
    moved = changes.filter(new__in=[State.HELD, State.PREPARING]).order_by("-at")
    due = F("release_at")
    return Digest.objects.filter(state__in=OPEN, release_at__lte=now).annotate(
        counts_from=Greatest(
            due,
            Coalesce("reopened_at", due),
            Coalesce(Subquery(last.annotate(at=Max("release_at")).values("at")), due),
            Coalesce(Subquery(moved.values("at")[:1]), due),
        ),
        finish=Coalesce("newsletter__schedule__finish_minutes", _WITHOUT_SCHEDULE),
    )


def _tell(digest: Any, now: datetime) -> None:
    # Outside of the transaction: a million readers take a while to count.
    found = counts(digest_ids=[digest.pk]).get(digest.pk, Counts())
    _tell_once(digest, found, now)


@transaction.atomic
def _tell_once(digest: Any, found: Counts, now: datetime) -> None:
    since = digest.counts_from
    step = Escalation.Step.UNFINISHED
    if not escalation.is_first(digest=digest, step=step, due_at=since, tells=True, now=now):
        return
    late = in_hours(now - since)
    alerts.tell(
        digest=digest,
        event="unfinished",
        subject=f"{digest}: not finished {late} after its time",
        message="\n".join((*_figures(found), *_what_to_do(digest))),
        addresses=alerts.who_may(right=SENDS),
        now=now,
    )


def _figures(found: Counts) -> tuple[str, ...]:
    if not found.audience:
        return ()
    whom, waiting = f"Of {found.audience:,} readers", f"waiting {found.waiting:,}"
    return (f"{whom}: sent {found.accepted:,}, {waiting}, unknown {found.unknown:,}.",)


def _what_to_do(digest: Digest) -> tuple[str, ...]:
    told = _WHAT_TO_DO.get(State(digest.state), _NOT_BEGUN)
    why = (digest.reason,) if digest.reason else ()
    if witness.locked() is not None:
        why = (*why, "Sending is locked: whoever runs the service has to release it first.")
    return (*why, told)
