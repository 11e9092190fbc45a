"""What readers will see: the mail on a computer and a phone, in light and dark, and as text.

The HTML is shown in a frame of its own whose policy allows no script, no form and no way out.
"""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from newsletter.admin.mails import views
from newsletter.admin.mails.access import mail_or_404
from newsletter.models import Digest
from newsletter.rendering import looking, message
from newsletter.rendering.looking import HasWords, Sample
from newsletter.rendering.mjml import MjmlError
from subscribers.captured_html import framed

# Gmail shows so much of a mail's HTML and puts the rest behind "View entire message".
CLIPPED_AT = 102 * 1024


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

    @property
    def query(self) -> str:
        """What the frame is asked for with this look."""
        wanted = {"dark": self.dark, "bare": not self.pictures}
        return urlencode({name: 1 for name, is_on in wanted.items() if is_on})


LOOKS = {
    look.key: look
    for look in (
        Look("desktop", "Computer", "computer"),
        Look("phone", "Phone", "smartphone", width=390),
        Look("dark", "Dark", "dark_mode", dark=True),
        Look("phone-dark", "Phone, dark", "mobile", width=390, dark=True),
        Look("no-pictures", "Pictures off", "image_not_supported", pictures=False),
        Look("text", "Plain text", "notes", text=True),
    )
}


def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The page with the frame; which look is a choice in the address."""
    digest = mail_or_404(request, pk, permission="view")
    look = LOOKS.get(request.GET.get("as", ""), LOOKS["desktop"])
    try:
        words = _words(digest)
    except MjmlError as error:
        return views.page(request, "admin/desk/preview.html", digest, failure=str(error))
    return views.page(
        request,
        "admin/desk/preview.html",
        digest,
        sample=looking.sample(newsletter=digest.newsletter, words=words),
        size=looking.sent_size(newsletter=digest.newsletter, words=words),
        look=look,
        looks=LOOKS.values(),
        most=CLIPPED_AT,
    )


def frame(request: HttpRequest, pk: int) -> HttpResponse:
    """The mail's HTML alone."""
    digest = mail_or_404(request, pk, permission="view")
    response = HttpResponse(framed(sample(digest).html, dark="dark" in request.GET))
    response["Content-Security-Policy"] = frame_policy(pictures="bare" not in request.GET)
    response["Cache-Control"] = "no-store"
    return response


def sample(digest: Digest) -> Sample:
    """`_words` as they are looked at; raises MjmlError."""
    return looking.sample(newsletter=digest.newsletter, words=_words(digest))


def _words(digest: Digest) -> HasWords:
    """The frozen words where there are some, else the words as they stand; raises MjmlError.

    Of a paused mail those that stand there: they are looked at before they are approved.
    """
    frozen = None if digest.state == Digest.State.PAUSED else digest.revision
    return frozen or message.render(digest=digest, now=timezone.now())
