"""What all pages behind a link from a mail share: nobody keeps, frames, finds or passes them on."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from subscribers import languages
from subscribers.addresses import mask
from subscribers.models import Subscriber
from subscribers.tokens import BadToken

TokenView = Callable[[HttpRequest, str], HttpResponse]


class Erased(Exception):
    """The link is ours, and we hold nothing about its reader any more."""


def token_page(view: TokenView) -> TokenView:
    """Make `view(request, token)` a token page; a token we do not know gets its own page.

    GET and HEAD only show, POST acts. The token is the permission, and it is in no cookie, so
    there is nothing for a foreign page to ride on; with `no-referrer` browsers send `Origin: null`,
    which Django's check would refuse.
    """

    @csrf_exempt
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def shown(request: HttpRequest, token: str) -> HttpResponse:
        try:
            # Undoes what `reader` sets.
            with translation.override(translation.get_language()):
                response = view(request, token)
        except BadToken:
            response = render(request, "subscribers/unknown_link.html", status=404)
        except Erased:
            response = render(request, "subscribers/erased.html")
        return _private(response)

    return shown


def reader(*, subscriber_id: int) -> Subscriber:
    """Whose link it is; raises BadToken, or Erased after erasure. The page is in his language."""
    found = Subscriber.objects.filter(pk=subscriber_id).first()
    if found is None:
        raise BadToken
    if found.erased_at:
        raise Erased
    translation.activate(languages.of_reader(found))
    return found


def look_in_your_mailbox(request: HttpRequest, subscriber: Subscriber) -> HttpResponse:
    """What is said after asking for a link by mail, whether or not one was sent."""
    context = {"address": mask(subscriber.address or "")}
    return render(request, "subscribers/link_sent.html", context)


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Frame-Options"] = "DENY"
    response["X-Robots-Tag"] = "noindex"
    return response
