"""What staff may do for one reader from his page: each a button, a domain call and a sentence."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest

from subscribers import signup, subscriptions
from subscribers.ledger import BY_DESK
from subscribers.models import Subscriber, Subscription

State = Subscription.State


@dataclass(frozen=True, slots=True)
class Act:
    """`is_due`: whether there is something to do; `run` says what was done, and whether it was."""

    label: str
    permission: str
    is_due: Callable[[Subscriber], bool]
    run: Callable[[Subscriber, datetime], tuple[bool, str]]
    stops: bool = False


def _waits(reader: Subscriber) -> bool:
    return reader.subscriptions.filter(state=State.PENDING).exists()


def _resend(reader: Subscriber, now: datetime) -> tuple[bool, str]:
    if signup.send_again(subscriber_id=reader.pk, now=now):
        return True, "A new confirmation mail is on its way."
    return False, (
        "No mail was sent: one went out a short while ago, there were three today, or the address "
        "is not mailed."
    )


def _gets_several(reader: Subscriber) -> bool:
    return reader.subscriptions.exclude(state=State.ENDED).count() > 1


def _leave_all(reader: Subscriber, now: datetime) -> tuple[bool, str]:
    left = subscriptions.leave_all(subscriber_id=reader.pk, proof=BY_DESK, now=now)
    return left, "Done. This reader gets no newsletter any more." if left else "There was none."


ACTS = {
    "resend": Act(
        label="Send the confirmation again",
        permission="subscribers.change_subscription",
        is_due=_waits,
        run=_resend,
    ),
    "leave-all": Act(
        label="Unsubscribe from everything",
        permission="subscribers.change_subscription",
        is_due=_gets_several,
        run=_leave_all,
        stops=True,
    ),
}


def offered(*, request: HttpRequest, reader: Subscriber) -> dict[str, Act]:
    """The acts that this person may do now, by name."""
    return {
        name: act
        for name, act in ACTS.items()
        if request.user.has_perm(act.permission) and act.is_due(reader)
    }
