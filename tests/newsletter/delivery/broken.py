"""A digest to break by hand, and what the audit says of it."""

from newsletter.delivery import audit
from newsletter.delivery.audit import Record
from newsletter.models import Delivery, DeliveryException, Digest, ExceptionChange
from tests.factories import NOW


def found(digest: Digest, record: Record | None = None) -> list[tuple[str, str]]:
    violations = audit.audit(digest_id=digest.pk, record=record).violations
    return [(str(one.invariant), one.what) for one in violations]


def ids(digest: Digest) -> list[int]:
    rows = Delivery.objects.filter(digest=digest).order_by("subscriber_id")
    return list(rows.values_list("subscriber_id", flat=True))


def differ(digest: Digest, one: int, state: str, **values: object) -> DeliveryException:
    """An exception with its log, as the sender writes it."""
    ExceptionChange.objects.create(digest_id=digest.pk, subscriber_id=one, new=state, at=NOW)
    return DeliveryException.objects.create(
        digest=digest, subscriber_id=one, state=state, updated_at=NOW, **values
    )
