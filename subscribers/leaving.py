"""What is offered to somebody who leaves: undo, fewer mails or a break, a word of why."""

import re
from datetime import datetime, time, timedelta

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext_lazy as _

from subscribers import ledger, subscriptions
from subscribers.choosing import breaks, rhythm
from subscribers.ledger import Proof
from subscribers.models import Consent, LeavingWords, Newsletter, Subscriber, Subscription
from subscribers.subscriptions import UNDO_WITHIN, UNSUBSCRIBED

# Kept by their keys, shown in these words.
REASONS = {
    "too_many": _("Too many mails"),
    "not_for_me": _("Not what I hoped for"),
    "elsewhere": _("I read the news elsewhere"),
    "never_asked": _("I never signed up"),
    "other": _("Something else"),
}
# After that, nobody can say whether it is about this leaving.
SAY_WITHIN = timedelta(days=7)
MOST_WORDS = 200
_ADDRESS = re.compile(r"\S*@\S*")

State = Subscription.State


@transaction.atomic
def undo_everything(*, subscriber_id: int, proof: Proof, now: datetime) -> bool:
    """Take back the last leaving as a whole, within the hour; whether something came back."""
    left = _left_lately(subscriber_id, now)
    last = left.aggregate(at=Max("ended_at"))["at"]
    back = [
        subscriptions.rejoin(
            subscriber_id=subscriber_id, newsletter_id=newsletter_id, proof=proof, now=now
        )
        for newsletter_id in left.filter(ended_at=last).values_list("newsletter_id", flat=True)
    ]
    return any(back)


def can_undo_everything(*, subscriber_id: int, now: datetime) -> bool:
    """Whether somebody left so lately that he may still take it back."""
    return _left_lately(subscriber_id, now).exists()


def _left_lately(subscriber_id: int, now: datetime) -> QuerySet[Subscription]:
    return Subscription.objects.filter(
        subscriber_id=subscriber_id,
        state=State.ENDED,
        reason=UNSUBSCRIBED,
        ended_at__gt=now - UNDO_WITHIN,
    )


@transaction.atomic
def break_instead(
    *, subscriber_id: int, newsletter: Newsletter, until: datetime, proof: Proof, now: datetime
) -> bool:
    """A break instead of leaving, also of who has just left; whether he is on one now."""
    subscriptions.rejoin(
        subscriber_id=subscriber_id, newsletter_id=newsletter.pk, proof=proof, now=now
    )
    breaks.pause(
        subscriber_id=subscriber_id, newsletter=newsletter, until=until, proof=proof, now=now
    )
    return _gets(subscriber_id, newsletter, paused_until=until)


@transaction.atomic
def rarer_instead(
    *,
    subscriber_id: int,
    newsletter: Newsletter,
    frequency: Subscription.Frequency,
    proof: Proof,
    now: datetime,
) -> bool:
    """Fewer mails instead of leaving, also of who has just left; whether he gets those now."""
    subscriptions.rejoin(
        subscriber_id=subscriber_id, newsletter_id=newsletter.pk, proof=proof, now=now
    )
    rhythm.choose_frequency(
        subscriber_id=subscriber_id,
        newsletter=newsletter,
        frequency=frequency,
        proof=proof,
        now=now,
    )
    return _gets(subscriber_id, newsletter, frequency=frequency)


@transaction.atomic
def other_hour_instead(
    *, subscriber_id: int, newsletter: Newsletter, at: time | None, proof: Proof, now: datetime
) -> bool:
    """Another hour of the morning instead of leaving, also of who has just left.

    Whether it comes at that hour now; raises NotAHalfHour.
    """
    subscriptions.rejoin(
        subscriber_id=subscriber_id, newsletter_id=newsletter.pk, proof=proof, now=now
    )
    rhythm.choose_own_time(
        subscriber_id=subscriber_id, newsletter=newsletter, at=at, proof=proof, now=now
    )
    return _gets(subscriber_id, newsletter, own_time=at)


def _gets(subscriber_id: int, newsletter: Newsletter, **chosen: object) -> bool:
    return Subscription.objects.filter(
        subscriber_id=subscriber_id, newsletter=newsletter, state=State.ACTIVE, **chosen
    ).exists()


def may_say_why(*, subscriber_id: int, newsletter_id: int | None, now: datetime) -> bool:
    """Whether somebody left so lately that he may still say why, and has not."""
    ended = Subscription.objects.filter(
        subscriber_id=subscriber_id,
        state=State.ENDED,
        reason=UNSUBSCRIBED,
        subscriber__erased_at=None,
        ended_at__gt=now - SAY_WITHIN,
    )
    if newsletter_id is not None:
        ended = ended.filter(newsletter_id=newsletter_id)
    left_at = ended.aggregate(at=Max("ended_at"))["at"]
    if left_at is None:
        return False
    said = Consent.objects.filter(
        subscriber_id=subscriber_id, act=Consent.Act.SAID_WHY, at__gte=left_at
    )
    return not said.exists()


@transaction.atomic
def say_why(
    *,
    subscriber_id: int,
    newsletter_id: int | None,
    reason: str,
    words: str,
    proof: Proof,
    now: datetime,
) -> bool:
    """Keep why somebody left, once a leaving; whether it was kept.

    `newsletter_id` None: he left everything. `reason` is one of `REASONS`, others are passed over.
    Only it goes into the ledger, which is for good; of `words` the first ones are kept beside it,
    without what looks like an address, until they are too old or he is erased.
    """
    Subscriber.objects.select_for_update().filter(pk=subscriber_id).first()
    known, plain = reason if reason in REASONS else "", _plain(words)
    if not (known or plain):
        return False
    if not may_say_why(subscriber_id=subscriber_id, newsletter_id=newsletter_id, now=now):
        return False
    ledger.record(
        subscriber_ids=[subscriber_id],
        newsletter_id=newsletter_id,
        act=Consent.Act.SAID_WHY,
        proof=proof,
        now=now,
        detail=known,
    )
    if plain:
        LeavingWords.objects.create(
            subscriber_id=subscriber_id, newsletter_id=newsletter_id, words=plain, at=now
        )
    return True


def _plain(words: str) -> str:
    shown = "".join(sign if sign.isprintable() else " " for sign in words[:MOST_WORDS])
    return " ".join(_ADDRESS.sub("…", shown).split())
