"""Pages for what went wrong, in the publisher's voice and without the database."""

from uuid import uuid4

import structlog
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from config.publisher import publisher

log = structlog.get_logger(__name__)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A request that we cannot read: too long, or garbled."""
    return render(request, "400.html", {"publisher": publisher()}, status=400)


def server_error(request: HttpRequest) -> HttpResponse:
    """Our fault; the reference is in the log beside the error."""
    reference = uuid4().hex[:8]
    log.error("server_error", reference=reference, path=request.path)
    context = {"publisher": publisher(), "reference": reference}
    return render(request, "500.html", context, status=500)
