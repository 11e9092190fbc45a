"""The two addresses that come back to us: a provider's reports, and links in mails."""

import structlog
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from newsletter.tracking import counting, inbox, redirects, webhooks
from newsletter.tracking.redirects import Click
from subscribers.models import Newsletter
from subscribers.tokens import BadToken

log = structlog.get_logger(__name__)


class _Stored(HttpResponse):
    """The provider's 2xx; whoever applies the reports is woken when it has been answered."""

    def close(self) -> None:
        inbox.wake_up()
        super().close()


class _CountedRedirect(HttpResponseRedirect):
    """A redirect whose click is noted when the reader is on his way."""

    click: Click | None = None

    def close(self) -> None:
        if self.click:
            counting.count(self.click)
        super().close()


@csrf_exempt
@require_http_methods(["POST", "HEAD"])
def tracking(request: HttpRequest, provider: str) -> HttpResponse:
    """`/anymail/<provider>/tracking/`: stored before it is answered, applied after.

    Only providers of EMAIL_PROVIDERS have one. HEAD is how some look whether the address is right.
    """
    if not webhooks.is_ours(provider):
        return HttpResponse(status=404)
    if request.method == "HEAD":
        return HttpResponse()
    now = timezone.now()
    try:
        found = webhooks.read(provider=provider, request=request, received_at=now)
    except tuple(_REFUSALS) as error:
        return _refused(provider, error)
    inbox.store(provider=provider, found=found, now=now)
    return _Stored()


_REFUSALS: dict[type[Exception], int] = {
    webhooks.NotAllowed: 401,
    webhooks.NotSigned: 403,
    webhooks.NotSetUp: 503,
    webhooks.TooLarge: 413,
    webhooks.Garbled: 400,
}


def _refused(provider: str, error: Exception) -> HttpResponse:
    """Say no without a word of what was posted, here and in the log."""
    status = _REFUSALS[type(error)]
    # Only this one has words of its own: the name of our setting.
    why = str(error) if isinstance(error, webhooks.NotSetUp) else type(error).__name__
    log.warning("reports_refused", provider=provider, status=status, why=why)
    response = HttpResponse(status=status)
    if status == 401:
        # Amazon SNS gives its password only when it is asked (RFC 9110 section 11.6.1).
        response["WWW-Authenticate"] = 'Basic realm="reports"'
    return response


@require_safe
def click(request: HttpRequest, token: str) -> HttpResponse:
    """`/c/<token>`: on to where the link led when the mail was approved, and nowhere else."""
    try:
        found = redirects.read(token)
    except BadToken:
        return _lost(request, None)
    target = redirects.target(found)
    if target is None:
        return _lost(request, redirects.newsletter_of(found))
    response = _CountedRedirect(target, headers=redirects.HEADERS)
    response.click = found if request.method == "GET" else None
    return response


def _lost(request: HttpRequest, newsletter: Newsletter | None) -> HttpResponse:
    page = render(request, "newsletter/lost_link.html", {"newsletter": newsletter}, status=404)
    for name, value in redirects.HEADERS.items():
        page[name] = value
    return page
