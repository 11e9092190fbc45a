"""Test mails: a digest as it is now, to addresses of staff, counted nowhere."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from config.models import StaffUser
from newsletter.models import Digest
from newsletter.rendering import looking, message
from subscribers import notice_queue
from subscribers.addresses import normalise
from subscribers.mailing.messages import Mailing
from subscribers.models import Notice


@transaction.atomic
def send_tests(
    *, digest_id: int, to: Sequence[str], by: StaffUser | None, now: datetime
) -> list[Notice]:
    """Queue a test mail to each of some addresses, once each, or to none of them.

    Raises AddressError, Digest.DoesNotExist.
    """
    addresses = dict.fromkeys(map(normalise, to))
    return [send_test(digest_id=digest_id, to=one, by=by, now=now) for one in addresses]


def send_test(*, digest_id: int, to: str, by: StaffUser | None, now: datetime) -> Notice:
    """Queue a test mail; it is rendered when it is sent. Raises AddressError, Digest.DoesNotExist.

    Works in every state and changes none.
    """
    digest = Digest.objects.only("pk").get(pk=digest_id)
    context = {"digest_id": digest.pk, "by": by.pk if by else None}
    return notice_queue.add(
        kind=Notice.Kind.TEST, staff_address=normalise(to), context=context, now=now
    )


def test_mailing(notice: Notice) -> Mailing:
    """The mailing of a notice of kind TEST: the digest as it is, marked, with nobody's links.

    Without the headers that make a mail client offer to unsubscribe: the links lead nowhere.
    """
    digest = Digest.objects.select_related("newsletter").get(pk=notice.context["digest_id"])
    rendered = message.render(digest=digest, now=notice.created_at)
    newsletter = digest.newsletter
    shown = looking.sample(newsletter=newsletter, words=rendered)
    return Mailing(
        subject=f"[Test] {shown.subject}",
        html=shown.html,
        text=shown.text,
        from_name=newsletter.from_name,
        from_address=newsletter.from_address,
        reply_to=newsletter.reply_to,
        headers={"Auto-Submitted": "auto-generated"},
        source=f"test:{notice.pk}",
    )
