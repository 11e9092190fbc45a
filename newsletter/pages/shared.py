"""A mail before it goes, for somebody with a link and no account (`release.sharing`)."""

from collections.abc import Callable
from functools import wraps

from csp.constants import SELF
from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from newsletter.models import Digest
from newsletter.pages import looks
from newsletter.pages.words import moment
from newsletter.release import sharing
from newsletter.release.sharing import Opened
from newsletter.rendering import looking, message
from newsletter.rendering.looking import Sample
from newsletter.rendering.mjml import MjmlError
from newsletter.rendering.placeholders import RenderError

View = Callable[[HttpRequest, Opened, str], HttpResponse]


def by_link(view: View) -> Callable[..., HttpResponse]:
    """The view of a link's mail. Nobody keeps the page, passes its address on or lists it."""

    @require_safe
    @wraps(view)
    def opened(request: HttpRequest, token: str) -> HttpResponse:
        try:
            found = sharing.opened(token=token, now=timezone.now())
            response = view(request, found, token)
        except sharing.LinkIsOver:
            response = render(request, "newsletter/shared_over.html", status=404)
        except (MjmlError, RenderError):
            # Why is for staff, who are told at the desk.
            response = render(request, "newsletter/shared_broken.html", status=404)
        response["Cache-Control"] = "no-store"
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return opened


@csp_update({"frame-src": [SELF]})
@by_link
def shared(request: HttpRequest, opened: Opened, token: str) -> HttpResponse:
    """`/preview/<token>/`: the mail in any look, and nothing of the desk."""
    look, newsletter = looks.chosen(request.GET), opened.digest.newsletter
    context = {
        "sample": _sample(opened.digest),
        "newsletter": newsletter,
        "until": moment(at=opened.until, zone=newsletter.zone, language=newsletter.language),
        "look": look,
        "looks": looks.links(look),
        "token": token,
    }
    return render(request, "newsletter/shared.html", context)


@by_link
def shared_frame(request: HttpRequest, opened: Opened, token: str) -> HttpResponse:
    """`/preview/<token>/frame/`: its HTML alone; in its place, that it cannot be shown."""
    try:
        sample = _sample(opened.digest)
    except (MjmlError, RenderError):
        return looks.plain(gettext("This preview cannot be shown at the moment."))
    return looks.frame(sample.html, request.GET)


def _sample(digest: Digest) -> Sample:
    words = message.newest(digest=digest, now=timezone.now())
    return looking.sample(newsletter=digest.newsletter, words=words)
