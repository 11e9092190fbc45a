"""The front page with its form, and what every form of this site but the embedded is sent to."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from subscribers.offers import open_newsletters
from subscribers.views.taking import Place, form_page, take


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """The newsletters, and one form for several at once."""
    return form_page(request, _site(), chosen=request.GET.getlist("newsletters"))


@csrf_exempt  # subscribers.abuse.cross_site says why
@require_http_methods(["GET", "HEAD", "POST"])
def subscribe(request: HttpRequest) -> HttpResponse:
    """Take a sign-up; also from a plain form on another site (docs/sign-up.md)."""
    return take(request, _site()) if request.method == "POST" else front(request)


def _site() -> Place:
    return Place(
        action=reverse("subscribe"),
        offered=open_newsletters(),
        form="subscribers/front.html",
        once_more="subscribers/once_more.html",
        inbox="subscribers/check_your_inbox.html",
    )
