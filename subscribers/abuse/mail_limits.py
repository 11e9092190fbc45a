"""How often a mail that was asked for is sent, so that nobody is flooded in another's name."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from subscribers.models import Notice

ONE_MAIL_IN = timedelta(minutes=10)
MAILS_A_DAY = 3
# Somebody whose mailbox bounced or who called us spam may still come back, seldom.
SUPPRESSED_ONE_MAIL_IN = timedelta(days=30)

# The mails that anybody can have sent to an address by typing it into the sign-up form.
ASKED_FOR = (Notice.Kind.CONFIRMATION, Notice.Kind.ALREADY)


def may_follow(
    sent: QuerySet[Any],
    *,
    now: datetime,
    rest: timedelta = ONE_MAIL_IN,
    resting: Q = Q(),  # noqa: B008  (never changed)
) -> bool:
    """Whether one more mail may follow those of `sent`, rows with a `created_at`.

    Those of them that are `resting` keep the next one waiting for `rest`.
    """
    lately = sent.filter(resting, created_at__gt=now - rest)
    return has_room_today(sent, now=now) and not lately.exists()


def has_room_today(sent: QuerySet[Any], *, now: datetime) -> bool:
    """Whether fewer than three of them are of the last day."""
    return sent.filter(created_at__gt=now - timedelta(days=1)).count() < MAILS_A_DAY
