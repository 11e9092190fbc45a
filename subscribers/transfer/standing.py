"""What is on record about the readers of one piece of a file, in four queries."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from subscribers.bounces import BOUNCED, COMPLAINED
from subscribers.models import Subscriber, Subscription, SuppressedDomain, Suppression
from subscribers.subscriptions import UNSUBSCRIBED
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


@dataclass(frozen=True, slots=True)
class _Known:
    """A reader: what he is to this newsletter, and since when he has left all that he had."""

    pk: int
    kind: Kind
    left_all_at: datetime | None

    def kind_for(self, row: Row) -> Kind:
        """Who wanted nothing any more comes in only if he agreed after that."""
        if self.kind is not Kind.IMPORTED or self.left_all_at is None:
            return self.kind
        agreed_since = row.signed_up is not None and row.signed_up > self.left_all_at
        return Kind.IMPORTED if agreed_since else Kind.LEFT_ALL


def standings(*, rows: Sequence[Row], newsletter_id: int) -> list[Standing]:
    """One for each row, in their order. A block counts before whatever state there is."""
    blocks = _blocks(rows)
    known = _known({row.key for row in rows}, newsletter_id)
    found = []
    for row in rows:
        reader = known.get(row.key)
        kind = reader.kind_for(row) if reader else Kind.IMPORTED
        found.append(Standing(reader.pk if reader else None, blocks.get(row.number) or kind))
    return found


def _known(keys: Collection[str], newsletter_id: int) -> Mapping[str, _Known]:
    # Two queries that can only go by an index: joined, PostgreSQL reads whole tables as long as it
    # has no statistics of what an import has just brought in.
    readers = Subscriber.objects.filter(address_key__in=keys).order_by()
    ids = {str(key): pk for key, pk in readers.values_list("address_key", "pk")}
    theirs = defaultdict(list)
    for one in Subscription.objects.filter(subscriber__in=ids.values()).order_by():
        theirs[one.subscriber_id].append(one)
    return {
        key: _Known(pk, _kind(theirs[pk], newsletter_id), _left_all_at(theirs[pk]))
        for key, pk in ids.items()
    }


def _kind(subscriptions: Sequence[Subscription], newsletter_id: int) -> Kind:
    for one in subscriptions:
        if one.newsletter_id == newsletter_id:
            state = _STATES.get(Subscription.State(one.state))
            return state or _ENDS.get(one.reason, Kind.LEFT)
    return Kind.IMPORTED


def _left_all_at(subscriptions: Sequence[Subscription]) -> datetime | None:
    """When he left the last of them; None while he gets or waits for one, or left none himself."""
    if any(one.state != Subscription.State.ENDED for one in subscriptions):
        return None
    left = [one.ended_at for one in subscriptions if one.reason == UNSUBSCRIBED and one.ended_at]
    return max(left, default=None)


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
