"""The form of one newsletter in a frame on another site, and the script that places it there."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import cast

from csp.decorators import csp_replace
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import conditional_page, require_http_methods, require_safe

from subscribers.abuse.cross_site import is_cross_site
from subscribers.models import Newsletter
from subscribers.views.sign_up import subscribe
from subscribers.views.taking import Place, form_page, take

View = Callable[..., HttpResponse]


def _frameable(view: View) -> View:
    """Let any site show the answers of `view` in a frame."""
    allowed = csp_replace({"frame-ancestors": ["*"]})(xframe_options_exempt(view))
    return cast("View", allowed)


@csrf_exempt  # subscribers.abuse.cross_site says why
@require_http_methods(["GET", "HEAD", "POST"])
def embed(request: HttpRequest, slug: str) -> HttpResponse:
    """`/embed/<slug>/`: the form, and what it is sent to; its pages stay in the frame.

    A form that another site filled in is answered like one that it sent to `/subscribe/`, on a page
    that cannot be framed: its one button must not lie invisible over something else.
    """
    if request.method == "POST" and is_cross_site(request):
        return subscribe(request)
    return _framed(request, slug)


@require_safe
@conditional_page
@cache_control(public=True, max_age=3600)
def embed_js(request: HttpRequest) -> HttpResponse:
    """`/embed.js`: an address that never changes, for pages that we do not write."""
    response = HttpResponse(_script(), content_type="text/javascript; charset=utf-8")
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@_frameable
def _framed(request: HttpRequest, slug: str) -> HttpResponse:
    newsletter = Newsletter.objects.filter(slug=slug).first()
    if newsletter is None or not newsletter.is_open:
        return _closed(request, newsletter)
    place = Place(
        action=reverse("embed", args=[slug]),
        offered=[newsletter],
        form="subscribers/embed/form.html",
        once_more="subscribers/embed/once_more.html",
        inbox="subscribers/embed/check_your_inbox.html",
        newsletter=newsletter,
    )
    return take(request, place) if request.method == "POST" else form_page(request, place)


def _closed(request: HttpRequest, newsletter: Newsletter | None) -> HttpResponse:
    is_form = request.method == "POST"
    status = 404 if newsletter is None else 422 if is_form else 200
    return render(
        request, "subscribers/embed/closed.html", {"newsletter": newsletter}, status=status
    )


@cache
def _script() -> bytes:
    return (Path(settings.BASE_DIR) / "static" / "js" / "embed.js").read_bytes()
