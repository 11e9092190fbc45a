"""Test mails: a digest as it is now, to addresses of staff, counted nowhere."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from config.models import StaffUser
from newsletter.models import Digest
from newsletter.rendering import looking, message
from subscribers import notice_queue
from subscribers.addresses import normalise
from subscribers.mailing.messages import Mailing
from subscribers.models import Notice, StaffAct
from subscribers.staff import acts

MOST_AN_HOUR = 30


class TooManyTests(Exception):
    """These would be more than one person may send within an hour."""

    def __init__(self) -> None:
        super().__init__(
            f"One person can send {MOST_AN_HOUR} test mails an hour, and these would be more. "
            "Wait a little, or send them to fewer addresses."
        )


@transaction.atomic
def send_tests(
    *, digest_id: int, to: Sequence[str], by: StaffUser | None, now: datetime
) -> list[Notice]:
    """Queue a test mail to each of some addresses, once each, or to none of them.

    Each is rendered when it is sent. Works in every state and changes none; `by` None is a
    command, which has no limit. Raises AddressError, TooManyTests, Digest.DoesNotExist.
    """
    addresses = dict.fromkeys(map(normalise, to))
    digest = Digest.objects.select_related("newsletter").get(pk=digest_id)
    if by is not None and _sent_lately(by, now) + len(addresses) > MOST_AN_HOUR:
        raise TooManyTests
    count = "1 address" if len(addresses) == 1 else f"{len(addresses)} addresses"
    acts.record(
        act=StaffAct.Act.TESTED,
        by=by,
        about=str(digest),
        target=digest,
        detail=f"To {count}.",
        now=now,
    )
    context = {"digest_id": digest.pk, "by": by.pk if by else None}
    return [
        notice_queue.add(kind=Notice.Kind.TEST, staff_address=one, context=context, now=now)
        for one in addresses
    ]


def _sent_lately(person: StaffUser, now: datetime) -> int:
    """How many this person sent within the last hour."""
    # Two calls at once wait for each other, so that both are counted.
    StaffUser.objects.select_for_update(no_key=True).get(pk=person.pk)
    since = now - timedelta(hours=1)
    sent = Notice.objects.filter(kind=Notice.Kind.TEST, created_at__gt=since)
    return sent.filter(context__by=person.pk).count()


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
