"""Pages for what went wrong, in the publisher's voice and without the database."""

from collections.abc import Callable
from http import HTTPStatus
from uuid import uuid4

import structlog
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from config.publisher import publisher

log = structlog.get_logger(__name__)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A request that we cannot read: garbled, or more than we take (413, RFC 9110 15.5.14)."""
    status = 413 if isinstance(exception, RequestDataTooBig) else 400
    return render(request, f"{status}.html", {"publisher": publisher()}, status=status)


def never_blank(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware with a page for who opens what is only for buttons; Django's answer is empty.

    So comes back who was logged out before pressing one. Providers' programs need no page.
    """

    def worded(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        refused = response.status_code == HTTPStatus.METHOD_NOT_ALLOWED
        if refused and not request.path.startswith("/anymail/"):
            response.content = render(request, "405.html", {"publisher": publisher()}).content
        return response

    return worded


def server_error(request: HttpRequest) -> HttpResponse:
    """Our fault; the reference is in the log beside the error."""
    reference = uuid4().hex[:8]
    log.error("server_error", reference=reference, path=request.path)
    context = {"publisher": publisher(), "reference": reference}
    return render(request, "500.html", context, status=500)
