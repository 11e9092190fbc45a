"""Reading the consent ledger back: how each subscription stands, and why.

The rows of `Subscription` are what the service works with; here the same is told from the proofs
alone. Where the two differ something went past the ledger: `manage.py audit_consents` says where.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby, islice
from operator import attrgetter

from subscribers import admission, subscriptions
from subscribers.choosing import breaks, rhythm
from subscribers.models import Consent, Subscription

Act = Consent.Act
State = Subscription.State
Frequency = Subscription.Frequency

_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Standing:
    """What the ledger says of one reader and one newsletter."""

    state: str
    # Why it ended; empty while it lives.
    reason: str = ""
    # "You get this because you signed up on ... at ...": empty before it was confirmed.
    joined_at: datetime | None = None
    page: str = ""
    # "until 2026-12-01", as the ledger says it, also of one that is over; empty without a break.
    on_break: str = ""
    frequency: str = Frequency.EVERY_DAY
    # "07:30"; empty: the newsletter's.
    own_time: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """A subscription that the ledger does not explain."""

    subscriber_id: int
    newsletter_id: int
    # None: not one act is on record.
    told: Standing | None
    kept: Standing


def differences() -> Iterator[Difference]:
    """Every subscription that is not as the ledger says; reads both, a thousand readers a time."""
    ids = Subscription.objects.order_by("subscriber_id").values_list("subscriber_id", flat=True)
    for some in _chunks(ids.distinct().iterator()):
        acts = defaultdict(list)
        for act in Consent.objects.filter(subscriber_id__in=some).order_by("pk"):
            acts[act.subscriber_id].append(act)
        rows = Subscription.objects.filter(subscriber_id__in=some).select_related("newsletter")
        for reader, his in groupby(rows.order_by("subscriber_id"), attrgetter("subscriber_id")):
            told = _replayed(acts[reader])
            for row in his:
                kept, said = kept_as(row), told.get(row.newsletter_id)
                if kept != said:
                    yield Difference(reader, row.newsletter_id, said, kept)


def kept_as(row: Subscription) -> Standing:
    """A subscription's row in the terms of the ledger."""
    lives = row.state == State.ACTIVE
    return Standing(
        state=row.state,
        reason=row.reason,
        joined_at=row.confirmed_at if lives else None,
        page=row.page if lives else "",
        on_break=breaks.in_words(until=row.paused_until, newsletter=row.newsletter)
        if row.paused_until
        else "",
        frequency=row.frequency,
        own_time=rhythm.in_words(row.own_time),
    )


def _replayed(acts: Iterable[Consent]) -> dict[int, Standing]:
    """In the order they were written, which is that of the row's changes: each holds its lock."""
    found: dict[int, Standing] = {}
    # Where somebody last asked for it, which a confirmation is about.
    asked: dict[int, str] = {}
    for act in acts:
        # An act without a newsletter is about the person, so about all of them.
        for newsletter_id in [act.newsletter_id] if act.newsletter_id else list(found):
            if act.act == Act.REQUESTED:
                asked[newsletter_id] = act.page
            before = found.get(newsletter_id, Standing(state=""))
            found[newsletter_id] = _after(before, act, asked.get(newsletter_id, ""))
    return {key: _seen(one) for key, one in found.items()}


def _after(before: Standing, act: Consent, asked: str) -> Standing:
    match act.act:
        case Act.REQUESTED:
            return replace(before, state=State.PENDING, reason="")
        case Act.CONFIRMED:
            return Standing(state=State.ACTIVE, joined_at=act.at, page=asked)
        case Act.ADDED | Act.IMPORTED:
            # Who joins anew wants mails now: breaks from before are over.
            return _joined(act)
        case Act.REJOINED:
            return replace(before, state=State.ACTIVE, reason="")
        case Act.LEFT:
            reason = act.detail if act.detail in subscriptions.TOLD else subscriptions.UNSUBSCRIBED
            return replace(before, state=State.ENDED, reason=reason)
        case _:
            return _chosen(before, act)


def _joined(act: Consent) -> Standing:
    """At once: by a switch of his own or, perhaps long before, as a file says."""
    if act.act == Act.ADDED:
        return Standing(state=State.ACTIVE, joined_at=act.at, page=act.page)
    since = admission.since_as_told(act.detail)
    place = admission.page(since=since)
    return Standing(state=State.ACTIVE, joined_at=since or act.at, page=place)


def _chosen(before: Standing, act: Consent) -> Standing:
    """What a reader chose for a newsletter that he gets, or will get."""
    match act.act:
        case Act.PAUSED:
            return replace(before, on_break=act.detail)
        case Act.RESUMED:
            return replace(before, on_break="")
        case Act.WEEKDAYS_ONLY | Act.EVERY_DAY | Act.ONCE_A_WEEK:
            return replace(before, frequency=act.act)
        case Act.OWN_TIME:
            return replace(before, own_time=act.detail)
        case _:
            return before


def _seen(standing: Standing) -> Standing:
    if standing.state == State.ACTIVE:
        return standing
    return replace(standing, joined_at=None, page="")


def _chunks(ids: Iterator[int]) -> Iterator[list[int]]:
    while some := list(islice(ids, _AT_ONCE)):
        yield some
