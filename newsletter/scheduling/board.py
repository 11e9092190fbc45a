"""The board: what goes out today and in the next seven days, what is missing, and who acts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from newsletter.digests import filling
from newsletter.digests.assembly import rule_of
from newsletter.models import Digest
from newsletter.release import consent, readiness
from newsletter.scheduling import upcoming
from newsletter.scheduling.recurrence import occurrences_between
from subscribers.models import Newsletter

State = Digest.State
DAYS = 7
# Shown whatever their date: somebody or something still has to act.
OPEN = [*Digest.EDITABLE, State.PREPARING, State.SENDING, State.PAUSED]
PLANNED = "planned"
ITSELF, EDITOR, SENDER, NOBODY = "goes by itself", "an editor", "a sender", ""
SECOND = "a second person"
APPROVAL, SECOND_APPROVAL = "Approval.", "The approval of a second person."


@dataclass(frozen=True, slots=True)
class NextStep:
    """The one thing to do next: a word for programs and the words on the button."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One newsletter on one day. `digest` is None while the schedule has not opened it."""

    # None: a digest that has no time yet.
    at: datetime | None
    newsletter: Newsletter
    occurrence: str
    digest: Digest | None
    # One of `Digest.State` or "planned".
    state: str
    label: str
    missing: tuple[str, ...]
    # "goes by itself", "an editor", "a second person", "a sender", or "" when nobody needs to.
    who: str
    next_step: NextStep


STEPS = {
    State.APPROVED: (SENDER, NextStep("send", "Send or schedule")),
    State.SCHEDULED: (ITSELF, NextStep("preview", "Preview")),
    State.PREPARING: (ITSELF, NextStep("watch", "Watch")),
    State.SENDING: (ITSELF, NextStep("watch", "Watch")),
    State.PAUSED: (SENDER, NextStep("resume", "Go on sending")),
    State.HELD: (SENDER, NextStep("decide", "Decide")),
    State.SKIPPED: (NOBODY, NextStep("make_anyway", "Make it anyway")),
    State.SENT: (NOBODY, NextStep("result", "See how it went")),
    State.CANCELLED: (NOBODY, NextStep("look", "Look")),
}


def rows(*, now: datetime) -> list[BoardRow]:
    """All rows, by time; those without one stand at `now`."""
    found = [*_digest_rows(now), *_planned_rows(now)]
    return sorted(found, key=lambda row: (row.at or now, row.newsletter.position))


def _digest_rows(now: datetime) -> Iterator[BoardRow]:
    around = Q(release_at__gte=now - timedelta(days=2), release_at__lte=now + timedelta(days=9))
    made = Q(release_at__isnull=True, created_at__gte=now - timedelta(days=2))
    digests = Digest.objects.filter(around | made | Q(state__in=OPEN)).select_related(
        "newsletter__schedule"
    )
    for digest in digests:
        if digest.state in OPEN or _in_window(digest, now):
            yield _row(digest, now)


def _in_window(digest: Digest, now: datetime) -> bool:
    zone = digest.newsletter.zone
    day = (digest.release_at or digest.created_at).astimezone(zone).date()
    return 0 <= (day - now.astimezone(zone).date()).days <= DAYS


def _row(digest: Digest, now: datetime) -> BoardRow:
    missing = _missing(digest, now)
    who, step = _draft_step(digest, missing)
    # Nobody has to do anything about this: news may come.
    missing = (*_too_few(digest, now), *missing)
    if digest.state != State.DRAFT:
        who, step = who_acts(digest, has_agreement=False), STEPS[State(digest.state)][1]
    return BoardRow(
        at=digest.release_at,
        newsletter=digest.newsletter,
        occurrence=digest.occurrence,
        digest=digest,
        state=digest.state,
        label=digest.get_state_display(),
        missing=missing,
        who=who,
        next_step=step,
    )


def who_acts(digest: Digest, *, has_agreement: bool) -> str:
    """Who has to do the next step, by what its row says; its words are not looked at.

    `has_agreement`: one of two people approved it.
    """
    if digest.state == State.DRAFT:
        if has_agreement:
            return SECOND
        automatic = upcoming.goes_by_itself(digest=digest, rule=rule_of(digest.newsletter))
        return ITSELF if automatic and digest.release_at else EDITOR
    if digest.state == State.APPROVED and digest.release_at is not None:
        return ITSELF
    return STEPS[State(digest.state)][0]


def _missing(digest: Digest, now: datetime) -> tuple[str, ...]:
    if digest.state == State.DRAFT:
        found = readiness.look(digest=digest, now=now, checks=readiness.STOPPING)
        missing = [problem.message for problem in found.blocking]
        automatic = upcoming.goes_by_itself(digest=digest, rule=rule_of(digest.newsletter))
        if consent.agreed(digest=digest, digest_hash=found.digest_hash):
            missing.append(SECOND_APPROVAL)
        elif not (automatic and digest.release_at):
            missing.append(APPROVAL)
        return tuple(missing)
    return (digest.reason,) if digest.reason else ()


def _too_few(digest: Digest, now: datetime) -> tuple[str, ...]:
    """That it would be skipped if no more news came before it is locked."""
    is_open = digest.state == State.DRAFT and not (digest.locked_at or digest.touched_at)
    if not is_open or digest.release_at is None:
        return ()
    rule = rule_of(digest.newsletter)
    found = filling.count_new(digest=digest, rule=rule, now=now)
    least = filling.fewest(digest=digest, rule=rule)
    if found >= least:
        return ()
    unless = "without one" if least == 1 else f"under {least}"
    noun = "story" if found < 2 else "stories"
    return (f"{f'Only {found}' if found else 'No'} new {noun} so far; it is skipped {unless}.",)


def _draft_step(digest: Digest, missing: tuple[str, ...]) -> tuple[str, NextStep]:
    if missing == (SECOND_APPROVAL,):
        return SECOND, NextStep("approve", "Approve")
    if missing and missing != (APPROVAL,):
        return EDITOR, NextStep("edit", "Finish it")
    if missing:
        return EDITOR, NextStep("approve", "Approve")
    return ITSELF, NextStep("edit", "Look it over")


def _planned_rows(now: datetime) -> Iterator[BoardRow]:
    schedules = upcoming.active_schedules()
    until = now + timedelta(days=DAYS)
    wanted = {
        schedule.pk: occurrences_between(
            schedule=schedule, since=max(schedule.effective_from, now), until=until
        )
        for schedule in schedules
    }
    for schedule, planned in upcoming.without_digest(schedules=schedules, wanted=wanted):
        yield BoardRow(
            at=planned.release_at,
            newsletter=schedule.newsletter,
            occurrence=planned.occurrence,
            digest=None,
            state=PLANNED,
            label=PLANNED,
            missing=(),
            who=ITSELF,
            next_step=NextStep("make", "Make it now"),
        )
