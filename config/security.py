"""Which content a page may load, and how much a request may bring.

A page loads nothing from elsewhere, and scripts only from our own files.
"""

from collections.abc import Callable

from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponseBase

PUBLIC_POLICY = {
    "default-src": [NONE],
    "base-uri": [NONE],
    "connect-src": [SELF],
    "font-src": [SELF],
    "form-action": [SELF],
    "frame-ancestors": [NONE],
    "img-src": [SELF, "data:"],
    "script-src": [SELF],
    "style-src": [SELF],
}
# django-unfold runs on Alpine.js, which evaluates expressions, and writes inline styles; the desk
# shows mails in frames of its own pages.
DESK_ADDITIONS = {
    "frame-ancestors": [SELF],
    "frame-src": [SELF],
    "script-src": [SELF, UNSAFE_INLINE, UNSAFE_EVAL],
    "style-src": [SELF, UNSAFE_INLINE],
}


class ContentPolicyMiddleware(CSPMiddleware):
    """django-csp's middleware, with the wider policy of the desk on `/admin/` only."""

    def get_policy_parts(
        self,
        request: HttpRequest,
        response: HttpResponseBase,
        report_only: bool = False,  # noqa: FBT001, FBT002  (django-csp's signature)
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        if request.path.startswith("/admin/"):
            parts.replace = DESK_ADDITIONS | (parts.replace or {})
        return parts


def body_limit(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware that refuses a body before any of it is read; only the desk takes pictures.

    Django's own limit leaves out files, so without this anybody could fill the disk with them.
    Reports of providers are larger than forms; their view reads them only with the password.
    """

    def limited(request: HttpRequest) -> HttpResponseBase:
        if request.path.startswith("/anymail/"):
            return get_response(request)
        desk = request.path.startswith("/admin/")
        most = settings.DESK_UPLOAD_MAX_SIZE if desk else settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or int(length) > most:
            raise RequestDataTooBig(f"More than {most:,} bytes.")
        return get_response(request)

    return limited
