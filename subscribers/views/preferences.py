"""The preference page: each newsletter on or off."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from subscribers import network, subscriptions, tokens, wording
from subscribers.addresses import mask
from subscribers.forms import page_in_words
from subscribers.models import Newsletter, Subscriber, Subscription
from subscribers.offers import offers
from subscribers.subscriptions import Proof
from subscribers.views.token_pages import token_page


@token_page
def preferences(request: HttpRequest, token: str) -> HttpResponse:
    """Show a reader's newsletters; save what he ticked, or take him off everything."""
    subscriber_id = tokens.read_preferences_token(token)
    subscriber = Subscriber.objects.filter(pk=subscriber_id, erased_at=None).first()
    if subscriber is None:
        raise tokens.BadToken
    active = _active(subscriber_id)
    offered = [
        newsletter
        for newsletter in Newsletter.objects.all()
        if newsletter.is_open or newsletter.slug in active
    ]
    saved = request.method == "POST"
    if saved:
        _save(request, subscriber_id, offered)
        active = _active(subscriber_id)
    context = {
        "address": mask(subscriber.address or ""),
        "offers": offers(newsletters=offered, chosen=active),
        "gets_any": bool(active),
        "saved": saved,
    }
    return render(request, "subscribers/preferences.html", context)


def _active(subscriber_id: int) -> set[str]:
    return set(
        Newsletter.objects.filter(
            subscriptions__subscriber_id=subscriber_id,
            subscriptions__state=Subscription.State.ACTIVE,
        ).values_list("slug", flat=True)
    )


def _save(request: HttpRequest, subscriber_id: int, offered: list[Newsletter]) -> None:
    proof = Proof(
        method="preferences",
        page=page_in_words("/preferences/"),
        wording=wording.CURRENT,
        network=network.of_request(request),
    )
    now = timezone.now()
    if request.POST.get("action") == "everything":
        subscriptions.leave_all(subscriber_id=subscriber_id, proof=proof, now=now)
        return
    ticked = set(request.POST.getlist("newsletters"))
    subscriptions.switch(
        subscriber_id=subscriber_id,
        wanted={newsletter.pk for newsletter in offered if newsletter.slug in ticked},
        offered={newsletter.pk for newsletter in offered},
        proof=proof,
        now=now,
    )
