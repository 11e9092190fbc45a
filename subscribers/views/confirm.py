"""The page behind the button of a confirmation mail: GET shows, POST acts."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from subscribers import signup, subscriptions, tokens
from subscribers.abuse import network
from subscribers.addresses import mask
from subscribers.ledger import Proof
from subscribers.models import Newsletter, Subscriber, Subscription
from subscribers.naming import listed
from subscribers.views.token_pages import reader, token_page
from subscribers.welcome import welcomes


@token_page
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Show what was asked for; confirm it when the button is pressed."""
    now = timezone.now()
    try:
        read = tokens.read_confirm_token(token, now=now)
    except tokens.ExpiredToken as error:
        return _expired(request, reader(subscriber_id=error.subscriber_id), now)
    subscriber = reader(subscriber_id=read.subscriber_id)
    if request.method == "POST":
        subscriptions.confirm(
            subscriber_id=subscriber.pk,
            issued_at=read.issued_at,
            proof=Proof(method="confirm link", network=network.of_request(request)),
            now=now,
            shown=request.POST.getlist("newsletters") or None,
        )
        return _joined(request, subscriber, now)
    waiting = subscriptions.confirmable(subscriber_id=subscriber.pk, issued_at=read.issued_at)
    newsletters = [subscription.newsletter for subscription in waiting]
    if not newsletters:
        return _joined(request, subscriber, now)
    context = {"names": listed([one.name for one in newsletters]), "newsletters": newsletters}
    return render(request, "subscribers/confirm.html", context)


def _joined(request: HttpRequest, subscriber: Subscriber, now: datetime) -> HttpResponse:
    newsletters = Newsletter.objects.filter(
        subscriptions__subscriber=subscriber,
        subscriptions__state=Subscription.State.ACTIVE,
    )
    found = welcomes(newsletters=newsletters, now=now, reader=subscriber)
    if not found:
        return render(request, "subscribers/used_link.html")
    return render(request, "subscribers/confirmed.html", {"welcomes": found})


def _expired(request: HttpRequest, subscriber: Subscriber, now: datetime) -> HttpResponse:
    """Offer a new link where something still waits; else say where the reader stands."""
    # A link made now: what a new mail's would act on.
    if not subscriptions.confirmable(subscriber_id=subscriber.pk, issued_at=now).exists():
        return _joined(request, subscriber, now)
    if request.method != "POST":
        days = {"days": tokens.CONFIRM_LIFE.days}
        return render(request, "subscribers/expired_link.html", days, status=410)
    signup.send_again(subscriber_id=subscriber.pk, now=now)
    context = {"address": mask(subscriber.address or "")}
    return render(request, "subscribers/check_your_inbox.html", context)
