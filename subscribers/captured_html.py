"""A captured mail's HTML, made fit to be looked at in a frame of our own page."""

import re

from django.conf import settings

# No scripts, forms or frames, whatever the mail holds; links open in a tab of their own, which is
# a normal one (the pages they lead to have forms).
SANDBOX = "allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation"
_HEAD = re.compile(r"<head\b[^>]*>", re.IGNORECASE)
_SCHEME = re.compile(r"\(\s*prefers-color-scheme\s*:\s*(dark|light)\s*\)", re.IGNORECASE)
# Media features that always and never hold: unlike `all` they also fit after `screen and`.
_ALWAYS, _NEVER = "(min-width:0)", "(max-width:0)"


def framed(html: str, *, dark: bool) -> str:
    """`html` as a client in light or dark mode shows it, with links that open outside the frame.

    What the mail asks of `prefers-color-scheme` is answered here and not by the browser, so both
    modes can be looked at on one machine.
    """
    scheme = "dark" if dark else "light"
    answered = _SCHEME.sub(lambda match: _ALWAYS if match[1].lower() == scheme else _NEVER, html)
    addition = f'<base target="_blank"><style>:root{{color-scheme:only {scheme}}}</style>'
    if _HEAD.search(answered):
        return _HEAD.sub(lambda match: match[0] + addition, answered, count=1)
    return addition + answered


def policy() -> str:
    """The Content-Security-Policy of the framed mail: its styles and our pictures, nothing else."""
    return "; ".join(
        (
            "default-src 'none'",
            f"img-src 'self' data: {settings.SITE_URL}",
            "style-src 'unsafe-inline'",
            "form-action 'none'",
            "frame-ancestors 'self'",
            f"sandbox {SANDBOX}",
        )
    )
