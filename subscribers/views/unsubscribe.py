"""Leaving: the page behind the link in each mail, and the mail client's own button."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from subscribers import links, network, subscriptions, tokens
from subscribers.addresses import mask
from subscribers.models import Newsletter, Subscriber, Subscription
from subscribers.naming import many
from subscribers.subscriptions import Proof
from subscribers.views.token_pages import token_page


@token_page
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows the button; POST leaves, undoes, or leaves everything.

    A POST with `List-Unsubscribe=One-Click` is a mail client's (RFC 8058 section 3.2): answered at
    once, without redirect or cookie, the same however often it comes.
    """
    read = tokens.read_unsubscribe_token(token)
    subscriber = Subscriber.objects.filter(pk=read.subscriber_id).first()
    newsletter = Newsletter.objects.filter(pk=read.newsletter_id).first()
    if subscriber is None or newsletter is None:
        raise tokens.BadToken
    if request.method == "POST":
        return _act(request, subscriber, newsletter, timezone.now())
    mine = Subscription.objects.filter(subscriber=subscriber)
    if not mine.exclude(state=Subscription.State.ENDED).filter(newsletter=newsletter).exists():
        return _done(request, subscriber, newsletter, timezone.now())
    others = mine.filter(state=Subscription.State.ACTIVE).exclude(newsletter=newsletter)
    context = {
        "newsletter": newsletter,
        "address": mask(subscriber.address or ""),
        "gets_others": others.exists(),
        "preferences_url": links.preferences_url(subscriber_id=subscriber.pk),
    }
    return render(request, "subscribers/unsubscribe.html", context)


def _act(
    request: HttpRequest, subscriber: Subscriber, newsletter: Newsletter, now: datetime
) -> HttpResponse:
    one_click = request.POST.get("List-Unsubscribe") == "One-Click"
    action = request.POST.get("action", "leave")
    method = "one-click" if one_click else "unsubscribe page"
    proof = Proof(method=method, network=network.of_request(request))
    if action == "undo" and not one_click:
        return _undo(request, subscriber, newsletter, proof, now)
    if action == "everything" and not one_click:
        subscriptions.leave_all(subscriber_id=subscriber.pk, proof=proof, now=now)
        return _done(request, subscriber, newsletter, now, everything=True)
    subscriptions.leave(
        subscriber_id=subscriber.pk, newsletter_id=newsletter.pk, proof=proof, now=now
    )
    if one_click:
        return HttpResponse("Done.\n", content_type="text/plain; charset=utf-8")
    return _done(request, subscriber, newsletter, now)


def _undo(
    request: HttpRequest,
    subscriber: Subscriber,
    newsletter: Newsletter,
    proof: Proof,
    now: datetime,
) -> HttpResponse:
    subscriptions.rejoin(
        subscriber_id=subscriber.pk, newsletter_id=newsletter.pk, proof=proof, now=now
    )
    is_back = Subscription.objects.filter(
        subscriber=subscriber, newsletter=newsletter, state=Subscription.State.ACTIVE
    ).exists()
    if not is_back:
        return _done(request, subscriber, newsletter, now)
    context = {
        "newsletter": newsletter,
        "preferences_url": links.preferences_url(subscriber_id=subscriber.pk),
    }
    return render(request, "subscribers/undone.html", context)


def _done(
    request: HttpRequest,
    subscriber: Subscriber,
    newsletter: Newsletter,
    now: datetime,
    *,
    everything: bool = False,
) -> HttpResponse:
    context = {
        "everything": everything,
        "newsletter": newsletter,
        "many": many(newsletter.name),
        "can_undo": not everything
        and subscriptions.can_rejoin(
            subscriber_id=subscriber.pk, newsletter_id=newsletter.pk, now=now
        ),
        "preferences_url": links.preferences_url(subscriber_id=subscriber.pk),
    }
    return render(request, "subscribers/unsubscribed.html", context)
