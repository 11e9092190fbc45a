"""What is on record about the readers of one piece of a file, in three queries."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import FilteredRelation, Q

from subscribers.bounces import BOUNCED, COMPLAINED
from subscribers.models import Subscriber, Subscription, SuppressedDomain, Suppression
from subscribers.transfer.report import Kind
from subscribers.transfer.rows import Row

_BLOCKS = {
    Suppression.Reason.COMPLAINT: Kind.COMPLAINED,
    Suppression.Reason.HARD_BOUNCE: Kind.BOUNCED,
    Suppression.Reason.ERASED: Kind.ERASED,
}
_STATES = {
    Subscription.State.ACTIVE: Kind.ALREADY,
    Subscription.State.PENDING: Kind.WAITS,
}
_ENDS = {COMPLAINED: Kind.COMPLAINED, BOUNCED: Kind.BOUNCED}


@dataclass(frozen=True, slots=True)
class Standing:
    """`subscriber_id` is None for an address that nobody has. IMPORTED: may be, as he is new."""

    subscriber_id: int | None
    kind: Kind


def standings(*, rows: Sequence[Row], newsletter_id: int) -> list[Standing]:
    """One for each row, in their order. A block counts before whatever state there is."""
    blocks = _blocks(rows)
    known = _known({row.address.key for row in rows}, newsletter_id)
    return [
        Standing(
            known.get(row.address.key, (None, Kind.IMPORTED))[0],
            blocks.get(row.number) or known.get(row.address.key, (None, Kind.IMPORTED))[1],
        )
        for row in rows
    ]


def domain_of(row: Row) -> str:
    """The part behind the @, as suppressed domains are kept."""
    return row.address.key.rpartition("@")[2]


def _known(keys: Collection[str], newsletter_id: int) -> Mapping[str, tuple[int, Kind]]:
    mine = FilteredRelation("subscriptions", condition=Q(subscriptions__newsletter=newsletter_id))
    readers = (
        Subscriber.objects.filter(address_key__in=keys)
        .annotate(mine=mine)
        .order_by()
        .values_list("address_key", "pk", "mine__state", "mine__reason")
    )
    return {str(key): (pk, _kind(state, reason)) for key, pk, state, reason in readers}


def _kind(state: str | None, reason: str | None) -> Kind:
    if state is None:
        return Kind.IMPORTED
    return _STATES.get(Subscription.State(state)) or _ENDS.get(reason or "", Kind.LEFT)


def _blocks(rows: Sequence[Row]) -> Mapping[int, Kind]:
    """Line -> why nothing is mailed there."""
    hashes = {row.address_hash for row in rows}
    reasons = dict(
        Suppression.objects.filter(address_hash__in=hashes).values_list("address_hash", "reason")
    )
    domains = set(
        SuppressedDomain.objects.filter(domain__in={domain_of(row) for row in rows}).values_list(
            "domain", flat=True
        )
    )
    found = {}
    for row in rows:
        reason = reasons.get(row.address_hash)
        if reason is not None:
            found[row.number] = _BLOCKS.get(Suppression.Reason(reason), Kind.BLOCKED)
        elif domain_of(row) in domains:
            found[row.number] = Kind.BLOCKED
    return found
