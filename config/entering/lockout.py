"""The lock after many failed log-ins, kept by django-axes.

It is on the pair of the name and where it comes from: somebody elsewhere who tries a name a
thousand times locks himself out, and never the person whose name it is. No address is kept, only a
keyed hash in its place, and nothing of the browser.
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

from subscribers import network


class Handler(AxesDatabaseHandler):
    """axes' own, but for what it would note of the browser and of the form."""

    def user_login_failed(
        self, sender: Any, credentials: dict[str, Any], request: Any = None, **kwargs: Any
    ) -> None:
        if request is not None:
            request.axes_user_agent = request.axes_http_accept = request.axes_path_info = ""
        super().user_login_failed(sender, credentials, request, **kwargs)


def whence(request: HttpRequest) -> str | None:
    """A stand-in for the client's address, in the form of one (RFC 4193); None: not known.

    Of a single IPv4 address, or of the /64 of an IPv6 one, which is what one customer has.
    """
    address = network.single(request)
    if not address:
        return None
    made = hmac.new(settings.HASH_KEY.encode(), f"log-in from {address}".encode(), hashlib.sha256)
    return str(IPv6Address(b"\xfd" + made.digest()[:15]))


def page(
    request: HttpRequest,
    original_response: HttpResponse | None = None,
    credentials: dict[str, Any] | None = None,
) -> HttpResponse:
    """What somebody sees who is locked out: for how long, and what to do."""
    wait = int(settings.AXES_COOLOFF_TIME.total_seconds())
    context = {
        **admin.site.each_context(request),
        "title": "Too many tries",
        "minutes": wait // 60,
    }
    response = TemplateResponse(request, "admin/desk/locked_out.html", context, status=429)
    response["Retry-After"] = str(wait)
    return response.render()
