"""Leaving everything, by a mail's link or the preference page: done at once, with undo and why."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from subscribers import leaving, subscriptions
from subscribers.ledger import Proof
from subscribers.models import Subscriber


@dataclass(frozen=True, slots=True)
class Leaver:
    """Who asks, how, and where "Your choices" leads: no younger than the link that led here."""

    request: HttpRequest
    subscriber: Subscriber
    preferences_url: str
    proof: Proof
    now: datetime

    def show(self, template: str, **context: Any) -> HttpResponse:
        """One of the pages that `/unsubscribe/` and `/preferences/` have in common."""
        known = {"preferences_url": self.preferences_url}
        return render(self.request, f"subscribers/{template}.html", known | context)


def leave(leaver: Leaver) -> HttpResponse:
    """Leave everything; the page that says so offers undo."""
    pk, now = leaver.subscriber.pk, leaver.now
    subscriptions.leave_all(subscriber_id=pk, proof=leaver.proof, now=now)
    return leaver.show(
        "unsubscribed",
        everything=True,
        can_undo=leaving.can_undo_everything(subscriber_id=pk, now=now),
        reasons=reasons(leaver),
    )


def undo(leaver: Leaver) -> HttpResponse | None:
    """Take it back within the hour; None when there is nothing to take back."""
    back = leaving.undo_everything(
        subscriber_id=leaver.subscriber.pk, proof=leaver.proof, now=leaver.now
    )
    return leaver.show("undone", everything=True) if back else None


def say_why(leaver: Leaver, *, newsletter_id: int | None = None) -> HttpResponse:
    """Keep why somebody left one newsletter, or everything, and say thank you."""
    leaving.say_why(
        subscriber_id=leaver.subscriber.pk,
        newsletter_id=newsletter_id,
        reason=leaver.request.POST.get("reason", ""),
        words=leaver.request.POST.get("words", ""),
        proof=leaver.proof,
        now=leaver.now,
    )
    return leaver.show("said_why")


def reasons(leaver: Leaver, *, newsletter_id: int | None = None) -> list[tuple[str, Any]]:
    """What somebody who left may still choose from to say why; nothing once he has."""
    may_say = leaving.may_say_why(
        subscriber_id=leaver.subscriber.pk, newsletter_id=newsletter_id, now=leaver.now
    )
    return list(leaving.REASONS.items()) if may_say else []
