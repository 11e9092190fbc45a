"""Leaving everything from the preference page: done at once, with undo, and a word of why."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from subscribers import leaving, subscriptions
from subscribers.models import Subscriber
from subscribers.subscriptions import Proof


def leave(
    request: HttpRequest, subscriber: Subscriber, *, proof: Proof, now: datetime
) -> HttpResponse:
    """Leave everything; the page that says so offers undo."""
    subscriptions.leave_all(subscriber_id=subscriber.pk, proof=proof, now=now)
    may_say = leaving.may_say_why(subscriber_id=subscriber.pk, newsletter_id=None, now=now)
    context = {
        "everything": True,
        "can_undo": leaving.can_undo_everything(subscriber_id=subscriber.pk, now=now),
        "reasons": leaving.REASONS.items() if may_say else [],
    }
    return _show(request, "unsubscribed", context)


def undo(
    request: HttpRequest, subscriber: Subscriber, *, proof: Proof, now: datetime
) -> HttpResponse | None:
    """Take it back within the hour; None when there is nothing to take back."""
    back = leaving.undo_everything(subscriber_id=subscriber.pk, proof=proof, now=now)
    return _show(request, "undone", {"everything": True}) if back else None


def say_why(
    request: HttpRequest, subscriber: Subscriber, *, proof: Proof, now: datetime
) -> HttpResponse:
    """Keep why, and say thank you."""
    leaving.say_why(
        subscriber_id=subscriber.pk,
        newsletter_id=None,
        reason=request.POST.get("reason", ""),
        words=request.POST.get("words", ""),
        proof=proof,
        now=now,
    )
    return _show(request, "said_why", {})


def _show(request: HttpRequest, template: str, context: dict[str, object]) -> HttpResponse:
    # The link that led here leads back, and is no younger for it.
    known = {"preferences_url": request.path, **context}
    return render(request, f"subscribers/{template}.html", known)
