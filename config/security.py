"""Which content a page may load: nothing from elsewhere, and scripts only from our own files."""

from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from csp.middleware import CSPMiddleware, PolicyParts
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
