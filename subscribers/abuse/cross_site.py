"""Whether a form was sent by a page of another site.

The sign-up form has no session to ride on, so a token in a cookie would prove nothing that the
browser does not say itself, and would put a cookie on every page that carries the form. What must
not be is a foreign page that uses its visitors' browsers to ask for mail in other people's names:
what it sends is shown to the visitor first.
"""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest


def is_cross_site(request: HttpRequest) -> bool:
    """True when the browser says the request began elsewhere (Fetch Metadata, RFC 6454 Origin).

    Programs that are no browser say neither and pass. Where both are said the first counts: a
    proxy may change the host that Origin is compared with.
    """
    origin = request.headers.get("Origin", "")
    if origin in {settings.SITE_URL, *settings.CSRF_TRUSTED_ORIGINS}:
        return False
    began = request.headers.get("Sec-Fetch-Site", "")
    if began:
        return began not in {"same-origin", "none"}
    return bool(origin) and _host(origin) != request.get_host()


def _host(origin: str) -> str:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""
