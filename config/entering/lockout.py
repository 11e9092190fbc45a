"""The lock after many failed log-ins, kept by django-axes.

It is on the pair of the name and where it comes from: somebody elsewhere who tries a name a
thousand times locks himself out, and never the person whose name it is. A place that tries name
after name has to wait until the hour is over (`subscribers.abuse.ratelimit`). No address is kept,
only a keyed hash in its place, and nothing of the browser.
"""

import hashlib
import hmac
from ipaddress import IPv6Address
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from subscribers.abuse import network, ratelimit
from subscribers.abuse.ratelimit import TooMany


class Handler(AxesDatabaseHandler):
    """axes' own, but for what it would note of the browser and of the form."""

    def is_allowed(self, request: Any, credentials: dict[str, Any] | None = None) -> bool:
        return not _minutes_of_place(request) and super().is_allowed(request, credentials)

    def user_login_failed(
        self, sender: Any, credentials: dict[str, Any], request: Any = None, **kwargs: Any
    ) -> None:
        if request is not None:
            if not request.axes_locked_out:
                ratelimit.count_failed_log_in(place=_place(request), now=timezone.now())
            request.axes_user_agent = request.axes_http_accept = request.axes_path_info = ""
        super().user_login_failed(sender, credentials, request, **kwargs)


def whence(request: HttpRequest) -> str | None:
    """A stand-in for the client's address, in the form of one (RFC 4193); None: not known.

    Of a single IPv4 address, or of the /64 of an IPv6 one, which is what one customer has.
    """
    address = network.single(request)
    return str(IPv6Address(b"\xfd" + _hashed(address)[:15])) if address else None


def _place(request: HttpRequest) -> str:
    """Another stand-in, for many names from one place: of IPv6 it is of the /48, "" not known."""
    address = network.single(request, ipv6=48)
    return _hashed(address).hex() if address else ""


def _hashed(address: str) -> bytes:
    said = f"log-in from {address}".encode()
    return hmac.new(settings.HASH_KEY.encode(), said, hashlib.sha256).digest()


def _minutes_of_place(request: HttpRequest) -> int:
    """How long nobody can log in from there; 0: anybody can."""
    try:
        ratelimit.check_log_in(place=_place(request), now=timezone.now())
    except TooMany as refusal:
        return refusal.minutes
    return 0


def page(
    request: HttpRequest,
    original_response: HttpResponse | None = None,
    credentials: dict[str, Any] | None = None,
) -> HttpResponse:
    """What somebody sees who is locked out: for how long, and what to do."""
    of_place = _minutes_of_place(request)
    wait = of_place * 60 or int(settings.AXES_COOLOFF_TIME.total_seconds())
    context = {
        **admin.site.each_context(request),
        "title": "Too many tries",
        "minutes": wait // 60,
        "is_place": bool(of_place),
    }
    response = TemplateResponse(request, "admin/desk/locked_out.html", context, status=429)
    response["Retry-After"] = str(wait)
    return response.render()
