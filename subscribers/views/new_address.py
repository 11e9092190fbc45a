"""The page behind the button of a mail to a new address: GET shows, POST moves the reader there."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from subscribers import links, tokens
from subscribers.abuse import network
from subscribers.account import address_changes
from subscribers.forms import page_in_words
from subscribers.ledger import Proof
from subscribers.views.token_pages import reader, token_page


@token_page
def new_address(request: HttpRequest, token: str) -> HttpResponse:
    """Confirm a change of address, once, within a week."""
    read, now = tokens.read_new_address_token(token), timezone.now()
    subscriber = reader(subscriber_id=read.subscriber_id)
    change = address_changes.waiting(subscriber_id=subscriber.pk, change_id=read.row_id, now=now)
    if change is None:
        return render(request, "subscribers/used_change.html", status=410)
    if request.method != "POST":
        context = {"address": change.new_address}
        return render(request, "subscribers/confirm_address.html", context)
    proof = Proof(
        method="new address link",
        page=page_in_words("/new-address/"),
        network=network.of_request(request),
    )
    moved = address_changes.confirm(
        subscriber_id=subscriber.pk, change_id=read.row_id, proof=proof, now=now
    )
    if not moved:
        return render(request, "subscribers/used_change.html", status=409)
    context = {
        "address": change.new_address,
        "preferences_url": links.preferences_url(subscriber_id=subscriber.pk, issued_at=now),
    }
    return render(request, "subscribers/address_moved.html", context)
