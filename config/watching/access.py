"""Who may read `/metrics`: whoever has the token, or without one a program of this machine."""

from ipaddress import ip_address
from secrets import compare_digest

from django.conf import settings
from django.http import HttpRequest
from django.http.request import split_domain_port, validate_host

# What a proxy in front adds. A request through it comes from this machine too, and is not of it.
_FORWARDED = (
    "HTTP_FORWARDED",
    "HTTP_VIA",
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_REAL_IP",
)


def may_read(request: HttpRequest) -> bool:
    """With METRICS_TOKEN set: `Authorization: Bearer TOKEN`, from wherever. Without: loopback.

    A proxy on this machine that tells nothing of the client would pass its clients off as us, so
    whoever has one should set the token (docs/operations.md).
    """
    if settings.METRICS_TOKEN:
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        known = compare_digest(given.strip().encode(), settings.METRICS_TOKEN.encode())
        return scheme.lower() == "bearer" and known
    if any(name in request.META for name in _FORWARDED) or not _is_named_right(request):
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def _is_named_right(request: HttpRequest) -> bool:
    """Asked for by address or by a name of ours.

    A page of somebody else's, whose name leads here, must not read it in a browser of this machine.
    """
    host, _ = split_domain_port(request.META.get("HTTP_HOST", "localhost"))
    if validate_host(host, [*settings.ALLOWED_HOSTS, "localhost"]):
        return True
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True
