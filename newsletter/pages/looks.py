"""The ways to look at a mail, and its HTML in a frame of its own.

The frame's policy allows no script, no form and no way out, so every link in it is dead.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse

from subscribers.captured_html import framed

# Gmail shows so much of a mail's HTML and puts the rest behind "View entire message".
CLIPPED_AT = 102 * 1024
# As phones enlarge a mail for who set large text: letters and lines, not pictures and gaps.
LARGE = 2
_SIZES = re.compile(r"\b(font-size|line-height):(\d+)px")


@dataclass(frozen=True, slots=True)
class Look:
    """One way to look at a mail: `width` in pixels, None for all there is."""

    key: str
    label: str
    icon: str
    width: int | None = None
    dark: bool = False
    text: bool = False
    pictures: bool = True
    large: bool = False

    @property
    def query(self) -> dict[str, int]:
        """What the frame is asked for with this look."""
        wanted = {"dark": self.dark, "bare": not self.pictures, "large": self.large}
        return {name: 1 for name, is_on in wanted.items() if is_on}


LOOKS = {
    look.key: look
    for look in (
        Look("desktop", "Computer", "computer"),
        Look("phone", "Phone", "smartphone", width=390),
        Look("dark", "Dark", "dark_mode", dark=True),
        Look("phone-dark", "Phone, dark", "mobile", width=390, dark=True),
        Look("large", "Large type", "text_increase", width=390, large=True),
        Look("no-pictures", "Pictures off", "image_not_supported", pictures=False),
        Look("text", "Plain text", "notes", text=True),
    )
}


def chosen(asked: Mapping[str, str]) -> Look:
    """The look that an address asks for (`as`), else that of a computer."""
    return LOOKS.get(asked.get("as", ""), LOOKS["desktop"])


def links(look: Look, **more: str) -> list[tuple[Look, str, bool]]:
    """Each look with its query, and whether it is the one that is shown; `more` stays as it is."""
    return [(one, urlencode({"as": one.key, **more}), one == look) for one in LOOKS.values()]


def frame(html: str, asked: Mapping[str, str]) -> HttpResponse:
    """A mail's HTML alone, as `dark`, `bare` (no pictures) and `large` of an address ask."""
    shown = enlarged(html) if "large" in asked else html
    response = HttpResponse(framed(shown, dark="dark" in asked))
    return _shut_off(response, pictures="bare" not in asked)


def plain(text: str) -> HttpResponse:
    """Text alone, for a frame: a mail's text part, or why there is nothing to see."""
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    return _shut_off(response, pictures=False)


def not_drawn(error: Exception) -> str:
    """For staff, of a mail whose template is at fault."""
    return f"It cannot be drawn: {error}"


def frame_policy(*, pictures: bool) -> str:
    """Neither scripts nor forms, pop-ups nor the page around it: links are dead."""
    return "; ".join(
        (
            "sandbox",
            "default-src 'none'",
            f"img-src 'self' data: {settings.SITE_URL}" if pictures else "img-src 'none'",
            "style-src 'unsafe-inline'",
            "form-action 'none'",
            "frame-ancestors 'self'",
        )
    )


def enlarged(html: str) -> str:
    """`html` with all type twice as large."""
    return _SIZES.sub(lambda found: f"{found[1]}:{LARGE * int(found[2])}px", html)


def _shut_off(response: HttpResponse, *, pictures: bool) -> HttpResponse:
    response["Content-Security-Policy"] = frame_policy(pictures=pictures)
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response
