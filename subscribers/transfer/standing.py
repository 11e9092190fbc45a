"""What is on record about the readers of one piece of a file, in four queries."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from subscribers.bounces import BOUNCED, COMPLAINED
from subscribers.models import Subscriber, Subscription, SuppressedDomain, Suppression
from subscribers.transfer.report import Kind
from subscribers.transfer.rows import Row

_BLOCKS = {
    Suppression.Reason.COMPLAINT: Kind.COMPLAINED,
    Suppression.Reason.HARD_BOUNCE: Kind.BOUNCED,
    Suppression.Reason.ERASED: Kind.ERASED,
    Suppression.Reason.MOVED: Kind.MOVED,
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
    known = _known({row.key for row in rows}, newsletter_id)
    return [
        Standing(
            known.get(row.key, (None, Kind.IMPORTED))[0],
            blocks.get(row.number) or known.get(row.key, (None, Kind.IMPORTED))[1],
        )
        for row in rows
    ]


def _known(keys: Collection[str], newsletter_id: int) -> Mapping[str, tuple[int, Kind]]:
    # Two queries that can only go by an index: joined, PostgreSQL reads whole tables as long as it
    # has no statistics of what an import has just brought in.
    readers = Subscriber.objects.filter(address_key__in=keys).order_by()
    ids = dict(readers.values_list("address_key", "pk"))
    mine = Subscription.objects.filter(newsletter=newsletter_id, subscriber__in=ids.values())
    states = {pk: _kind(*said) for pk, *said in mine.values_list("subscriber", "state", "reason")}
    return {str(key): (pk, states.get(pk, Kind.IMPORTED)) for key, pk in ids.items()}


def _kind(state: str, reason: str) -> Kind:
    return _STATES.get(Subscription.State(state)) or _ENDS.get(reason, Kind.LEFT)


def _blocks(rows: Sequence[Row]) -> Mapping[int, Kind]:
    """Line -> why nothing is mailed there."""
    hashes = {row.identity["address_hash"] for row in rows}
    blocked = Suppression.objects.filter(address_hash__in=hashes)
    reasons = dict(blocked.values_list("address_hash", "reason"))
    domains = {row.identity["domain"] for row in rows}
    shut = SuppressedDomain.objects.filter(domain__in=domains)
    blocked_domains = set(shut.values_list("domain", flat=True))
    found = {}
    for row in rows:
        reason = reasons.get(row.identity["address_hash"])
        if reason is not None:
            found[row.number] = _BLOCKS.get(Suppression.Reason(reason), Kind.BLOCKED)
        elif row.identity["domain"] in blocked_domains:
            found[row.number] = Kind.BLOCKED
    return found
