"""Making a digest: its sections, the words it starts with, and the stories its rules find."""

from datetime import date, datetime, timedelta
from typing import Required, TypedDict, Unpack

from django.db import IntegrityError, transaction

from newsletter.digests import filling, lifecycle, plans, week
from newsletter.digests.layouts import SUBJECT_AT_MOST, WHAT_YOU_MISSED, layout_of
from newsletter.digests.naming import free_occurrence, key_of
from newsletter.digests.waves import Waves, fields
from newsletter.digests.wording import cut_kindly
from newsletter.models import Digest, Item, Schedule, TakenOut
from subscribers.models import Newsletter


class Timing(TypedDict, total=False):
    """When a digest goes, and to whom by then.

    `waves`: it goes by each reader's clock, not before `release_at`. `follows_rule`: no person
    chose its time. `is_single`: a person makes it outside the rule.
    """

    release_at: Required[datetime | None]
    waves: Waves | None
    follows_rule: bool
    is_weekly: bool
    is_single: bool


def make_digest(
    *, newsletter: Newsletter, occurrence: str, now: datetime, **timing: Unpack[Timing]
) -> Digest:
    """The digest of an occurrence: a new draft, skipped when too little is new, or the one there.

    Safe to call many times and at once: a cancelled digest apart, an occurrence has one digest.
    """
    return open_occurrence(newsletter=newsletter, occurrence=occurrence, now=now, **timing)[0]


def open_occurrence(
    *, newsletter: Newsletter, occurrence: str, now: datetime, **timing: Unpack[Timing]
) -> tuple[Digest, bool]:
    """As `make_digest`; the second value says whether this call made it."""
    digests = Digest.objects.filter(newsletter=newsletter, occurrence=occurrence)
    standing = digests.exclude(state=Digest.State.CANCELLED)
    if (existing := standing.first()) is not None:
        return existing, False
    try:
        with transaction.atomic():
            return _make(newsletter, occurrence, timing, now), True
    except IntegrityError:
        # Somebody made it between the look and the insert.
        return standing.get(), False


def next_occurrence(*, newsletter: Newsletter, day: date, is_weekly: bool = False) -> str:
    """A free occurrence on a date: the date itself, else "2026-11-24-2" and so on.

    Of a weekly mail "2026-11-28-week", else "2026-11-28-week-2".
    """
    taken = set(
        Digest.objects.filter(newsletter=newsletter, occurrence__startswith=day.isoformat())
        .exclude(state=Digest.State.CANCELLED)
        .values_list("occurrence", flat=True)
    )
    return free_occurrence(key=key_of(day=day, is_weekly=is_weekly), taken=taken)


def rule_of(newsletter: Newsletter) -> Schedule:
    """The newsletter's schedule, or one with the defaults for a newsletter without."""
    try:
        return newsletter.schedule
    except Schedule.DoesNotExist:
        # By its id: given the object, that would take this for the schedule it has.
        return Schedule(newsletter_id=newsletter.pk)


def _make(newsletter: Newsletter, occurrence: str, timing: Timing, now: datetime) -> Digest:
    rule = rule_of(newsletter)
    is_weekly = timing.get("is_weekly", False)
    layout = WHAT_YOU_MISSED if is_weekly else layout_of(rule.layout)
    digest = Digest.objects.create(
        newsletter=newsletter,
        occurrence=occurrence,
        layout=layout.key,
        intro=layout.intro,
        sign_off=layout.sign_off,
        release_at=timing["release_at"],
        follows_rule=timing.get("follows_rule", False),
        is_weekly=is_weekly,
        is_single=timing.get("is_single", False),
        created_at=now,
        **fields(timing.get("waves")),
    )
    plans.copy_into(digest=digest, plans=plans.plans_of(newsletter=newsletter, layout=layout.key))
    found = filling.fill(digest=digest, rule=rule, now=now)
    if is_locked_at(digest=digest, rule=rule, now=now):
        lock(digest=digest, found=found, rule=rule, now=now)
    if digest.is_single:
        _as_a_persons(digest, now)
    return digest


def _as_a_persons(digest: Digest, now: datetime) -> None:
    """A single mail was asked for: none is skipped later on, and it does not speak of mornings."""
    digest.touched_at, digest.intro, digest.sign_off = now, "", ""
    digest.save(update_fields=["touched_at", "intro", "sign_off"])


def locks_at(*, release_at: datetime, rule: Schedule) -> datetime:
    """From when on no story comes in by itself, by the rule."""
    return release_at - timedelta(minutes=rule.lock_minutes)


def is_locked_at(*, digest: Digest, rule: Schedule, now: datetime) -> bool:
    """Whether no story comes in by itself any more: it is near its time, or has none."""
    at = digest.release_at
    return at is None or locks_at(release_at=at, rule=rule) <= now


def lock(*, digest: Digest, found: int, rule: Schedule, now: datetime) -> bool:
    """Let no story come in by itself from now on; skip it when too little is new.

    `found`: how many new stories there are for it. A person who worked on it decides himself, so
    then it is never skipped. False when it was skipped.
    """
    digest.locked_at = digest.locked_at or now
    digest.save(update_fields=["locked_at"])
    if found < filling.fewest(digest=digest, rule=rule) and digest.touched_at is None:
        Item.objects.filter(section__digest=digest).delete()
        # What was held for it waits on, for the next or for "make it anyway".
        TakenOut.objects.filter(placed_in=digest).update(placed_in=None)
        weekly = digest.is_weekly
        reason = too_few_ran(found=found) if weekly else too_little(found=found, rule=rule)
        lifecycle.skip(digest_id=digest.pk, reason=reason, now=now)
        digest.refresh_from_db(fields=["state", "reason"])
    return digest.state != Digest.State.SKIPPED


def make_correction(*, corrected: Digest, occurrence: str, now: datetime) -> Digest:
    """A draft without stories or a time, for those whom `corrected` reached; no news comes in."""
    layout = layout_of(corrected.layout)
    digest = Digest.objects.create(
        newsletter=corrected.newsletter,
        occurrence=occurrence,
        layout=layout.key,
        corrects=corrected,
        is_weekly=corrected.is_weekly,
        subject=cut_kindly(f"Correction: {corrected.subject}", SUBJECT_AT_MOST),
        sign_off=layout.sign_off,
        locked_at=now,
        created_at=now,
    )
    plans.copy_into(
        digest=digest, plans=plans.plans_of(newsletter=digest.newsletter, layout=layout.key)
    )
    return digest


def too_little(*, found: int, rule: Schedule) -> str:
    """Why a digest is skipped, in words for staff."""
    stories = "No new story" if not found else f"Only {found} new"
    days, hours = divmod(rule.max_age_hours, 24)
    span = f"{days} days" if days > 1 and not hours else f"{rule.max_age_hours} hours"
    return f"{stories} in the last {span}; at least {rule.min_stories} needed."


def too_few_ran(*, found: int) -> str:
    """Why a weekly digest is skipped, in words for staff."""
    only = "1 story" if found == 1 else f"{found} stories"
    ran = f"Only {only} ran" if found else "No story ran"
    return f"{ran} since the last weekly mail; at least {week.AT_LEAST} needed."


@transaction.atomic
def fill_anyway(*, digest: Digest, now: datetime) -> None:
    """Put stories into an empty digest whatever their age and number ("make it anyway").

    New ones; into a weekly digest those of the last two weeks, also what the last one told.
    """
    filling.fill(digest=digest, rule=rule_of(digest.newsletter), now=now, of_any_age=True)
