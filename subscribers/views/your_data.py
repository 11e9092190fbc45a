"""Behind a fresh link: what we hold about a reader, as a page and a file; erasing; a new address.

A POST opens the link, once. The page that answers carries a mark of its own in its forms, good for
half an hour, so that neither a mail nor an address bar holds anything that opens it again.
"""

from datetime import datetime

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from subscribers import privacy, tokens
from subscribers.abuse import network
from subscribers.account import address_changes, fresh_links
from subscribers.addresses import AddressError, mask, parse
from subscribers.forms import page_in_words
from subscribers.ledger import Proof
from subscribers.models import Subscriber
from subscribers.privacy.held import sections
from subscribers.tokens import FreshToken
from subscribers.views.token_pages import look_in_your_mailbox, reader, token_page


@token_page
def your_data(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows a button, POST opens; further POSTs with the page's mark act."""
    read, now = tokens.read_fresh_token(token), timezone.now()
    subscriber = reader(subscriber_id=read.subscriber_id)
    action = request.POST.get("action", "")
    if action == "again":
        fresh_links.send(subscriber_id=subscriber.pk, now=now)
        return look_in_your_mailbox(request, subscriber)
    if _is_open(request, read, now):
        return _act(request, subscriber, action, now)
    if not fresh_links.is_good(subscriber_id=subscriber.pk, link_id=read.row_id, now=now):
        return _stale(request)
    if request.method != "POST":
        context = {"address": mask(subscriber.address or "")}
        return render(request, "subscribers/open_data.html", context)
    opened = fresh_links.open_once(
        subscriber_id=subscriber.pk, link_id=read.row_id, proof=_proof(request), now=now
    )
    return _page(request, subscriber, read, now) if opened else _stale(request)


def _is_open(request: HttpRequest, read: FreshToken, now: datetime) -> bool:
    try:
        mark = tokens.read_opened_token(request.POST.get("mark", ""))
    except tokens.BadToken:
        return False
    return mark == read and fresh_links.is_open(
        subscriber_id=read.subscriber_id, link_id=read.row_id, now=now
    )


def _act(request: HttpRequest, subscriber: Subscriber, action: str, now: datetime) -> HttpResponse:
    read = tokens.read_opened_token(request.POST["mark"])
    if action == "download":
        response = JsonResponse(
            privacy.export(subscriber_id=subscriber.pk, now=now), json_dumps_params={"indent": 2}
        )
        response["Content-Disposition"] = 'attachment; filename="your-data.json"'
        return response
    if action == "erase":
        context = {"address": mask(subscriber.address or ""), "mark": request.POST["mark"]}
        return render(request, "subscribers/erase.html", context)
    if action == "erase-everything":
        privacy.erase(subscriber_id=subscriber.pk, proof=_proof(request), now=now)
        return render(request, "subscribers/erased.html")
    if action == "address":
        return _new_address(request, subscriber, read, now)
    return _page(request, subscriber, read, now)


def _new_address(
    request: HttpRequest, subscriber: Subscriber, read: FreshToken, now: datetime
) -> HttpResponse:
    typed = request.POST.get("email", "")
    try:
        address = parse(typed)
    except AddressError as error:
        return _page(request, subscriber, read, now, typed=typed, error=str(error))
    if address.key == subscriber.address_key:
        same = _("That is the address we have.")
        return _page(request, subscriber, read, now, typed=typed, error=same)
    address_changes.ask(subscriber_id=subscriber.pk, address=address, now=now)
    context = {"address": address.mailable}
    return render(request, "subscribers/check_new_address.html", context)


def _page(
    request: HttpRequest,
    subscriber: Subscriber,
    read: FreshToken,
    now: datetime,
    *,
    typed: str = "",
    error: str = "",
) -> HttpResponse:
    shown = "".join(sign for sign in typed if sign.isprintable())[:254]
    context = {
        "address": subscriber.address,
        "sections": sections(privacy.export(subscriber_id=subscriber.pk, now=now)),
        "mark": tokens.opened_token(subscriber_id=subscriber.pk, row_id=read.row_id),
        "form": {"typed": shown, "email_error": error},
    }
    return render(request, "subscribers/your_data.html", context, status=422 if error else 200)


def _stale(request: HttpRequest) -> HttpResponse:
    return render(request, "subscribers/stale_link.html", status=410)


def _proof(request: HttpRequest) -> Proof:
    return Proof(
        method="fresh link",
        page=page_in_words("/your-data/"),
        network=network.of_request(request),
    )
