"""Ids of requests: one for each, in its lines, its answer, and the tasks that it wakes."""

import re
from collections.abc import Callable
from typing import Any

from django.core.signals import request_finished
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponseBase
from structlog.contextvars import bind_contextvars, clear_contextvars

from config.tracing import ids
from subscribers.abuse import network

HEADER = "X-Request-ID"
# What proxies make.
_FORM = re.compile(r"[0-9A-Za-z-]{8,64}", re.ASCII)


def traced(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware, the outermost: a proxy of ours may have named the request already."""

    def answered(request: HttpRequest) -> HttpResponseBase:
        trace = _given(request) or ids.new()
        clear_contextvars()
        bind_contextvars(**{ids.TRACE: trace})
        response = get_response(request)
        response[HEADER] = trace
        return response

    return answered


@receiver(request_finished)
def forget(**_: Any) -> None:
    """Not with the answer: Django's own line about it comes after all middleware."""
    clear_contextvars()


def _given(request: HttpRequest) -> str:
    given = request.headers.get(HEADER, "")
    is_fine = _FORM.fullmatch(given) and network.is_from_proxy(request)
    return given.lower() if is_fine else ""
