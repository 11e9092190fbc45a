"""Telling staff that a digest needs them."""

from collections.abc import Collection
from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse

from config.models import StaffUser
from newsletter.models import Digest
from subscribers.staff import alerts

# Who has a right by a group or by himself, but for log-ins that only axes counts.
_RIGHTS = "django.contrib.auth.backends.ModelBackend"


def tell_staff(*, digest: Digest, message: str, now: datetime) -> None:
    """Queue one mail to each active staff account with an address, once per call.

    And one call of the staff's webhook, where there is one.
    """
    subject = f"{digest}: {digest.get_state_display()}"
    tell(
        digest=digest,
        event="changed",
        subject=subject,
        message=message,
        addresses=_addresses(_staff()),
        now=now,
    )


def tell(
    *,
    digest: Digest,
    event: str,
    subject: str,
    message: str,
    addresses: Collection[str],
    now: datetime,
) -> None:
    """The same to these addresses, in these words; `event` is a word for programs."""
    alerts.tell(
        event=event,
        subject=subject,
        message=message,
        url=settings.SITE_URL + reverse("admin:newsletter_digest_change", args=[digest.pk]),
        addresses=addresses,
        now=now,
        facts={"mail": _facts(digest)},
    )


def who_may(*, right: str, but: Collection[int] = ()) -> list[str]:
    """Addresses of active staff who have `right`, without the accounts `but`.

    All staff's when nobody has it and an address: somebody must hear of it.
    """
    able: QuerySet[StaffUser] = StaffUser.objects.with_perm(right, backend=_RIGHTS)
    return _addresses(able.filter(is_staff=True).exclude(pk__in=but)) or _addresses(_staff())


def _staff() -> QuerySet[StaffUser]:
    return StaffUser.objects.filter(is_active=True, is_staff=True)


def _addresses(staff: QuerySet[StaffUser]) -> list[str]:
    found = staff.exclude(email="").order_by("pk")
    return list(dict.fromkeys(found.values_list("email", flat=True)))


def _facts(digest: Digest) -> dict[str, str | int | None]:
    return {
        "id": digest.pk,
        "newsletter": digest.newsletter.slug,
        "date": digest.occurrence,
        "state": digest.state,
        "due_at": digest.release_at.isoformat() if digest.release_at else None,
    }
