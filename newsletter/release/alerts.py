"""Telling staff that a digest needs them."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse

from config.models import StaffUser
from newsletter.models import Digest
from subscribers import notice_queue
from subscribers.models import Notice


def tell_staff(*, digest: Digest, message: str, now: datetime) -> None:
    """Queue one mail to each active staff account with an address, once per call."""
    addresses = (
        StaffUser.objects.filter(is_active=True, is_staff=True).exclude(email="").order_by("pk")
    )
    context = {
        "subject": f"{digest.newsletter} {digest.occurrence}: {digest.get_state_display()}",
        "message": message,
        "url": settings.SITE_URL + reverse("admin:newsletter_digest_change", args=[digest.pk]),
    }
    for address in addresses.values_list("email", flat=True).distinct():
        notice_queue.add(
            kind=Notice.Kind.STAFF_ALERT, staff_address=address, context=context, now=now
        )
