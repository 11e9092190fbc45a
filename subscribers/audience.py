"""Who may be mailed now: the one place that says what "deliverable" means; and who chose what."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Exists, FilteredRelation, OuterRef, Q, QuerySet

from subscribers.models import Subscription, SuppressedDomain, Suppression


def deliverable(
    *,
    newsletter_id: int,
    at: datetime | None = None,
    frequencies: Collection[str] | None = None,
    above: int | None = None,
    upto: int | None = None,
) -> QuerySet[Subscription]:
    """The subscriptions of a newsletter that get mail now: active, not erased, not suppressed.

    With `at`, without those on a break at that instant; with `frequencies`, only those who chose
    one of them.
    Of readers with ids in (above, upto], where given. The person is joined as `reader`. Unordered
    and without joined columns, so that it also serves in INSERT ... SELECT and in other queries.
    """
    suppressed = Suppression.objects.filter(address_hash=OuterRef("reader__address_hash"))
    domain = SuppressedDomain.objects.filter(domain=OuterRef("reader__domain"))
    # Of both tables: PostgreSQL carries an equality over to a joined table, but not a range, and
    # would read every reader there is for each batch.
    person = FilteredRelation("subscriber", condition=_range("subscriber__id", above, upto))
    return (
        Subscription.objects.annotate(reader=person)
        .filter(
            ~Exists(suppressed),
            ~Exists(domain),
            _wanted(at, frequencies),
            _range("subscriber_id", above, upto),
            newsletter_id=newsletter_id,
            state=Subscription.State.ACTIVE.value,
            # Never null: it makes the join an inner one.
            reader__created_at__isnull=False,
            reader__erased_at__isnull=True,
        )
        .order_by()
    )


def count_by_frequency(*, newsletter_id: int, frequency: Subscription.Frequency) -> int:
    """How many active subscriptions there are of those who chose it, whether mailable or not."""
    chose = Subscription.objects.filter(
        newsletter_id=newsletter_id, state=Subscription.State.ACTIVE, frequency=frequency
    )
    return chose.count()


def _wanted(at: datetime | None, frequencies: Collection[str] | None) -> Q:
    """What the reader himself chose for this mail."""
    wanted = Q() if at is None else Q(paused_until__isnull=True) | Q(paused_until__lte=at)
    return wanted if frequencies is None else wanted & Q(frequency__in=sorted(frequencies))


def _range(field: str, above: int | None, upto: int | None) -> Q:
    wanted = Q(**{f"{field}__gt": 0 if above is None else above})
    return wanted if upto is None else wanted & Q(**{f"{field}__lte": upto})
