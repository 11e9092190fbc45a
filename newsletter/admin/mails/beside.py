"""The mail itself beside the fields where it is written, in each of its looks."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from newsletter.admin.mails.access import mail_or_404
from newsletter.models import Digest
from newsletter.pages.looks import LOOKS, Look, frame_policy
from newsletter.rendering import looking, message


@dataclass(frozen=True, slots=True)
class BesideLook:
    """A look, and the address that a frame shows it from."""

    look: Look
    address: str


def looks(digest: Digest) -> list[BesideLook]:
    """All looks there are, with their frames."""
    frame = reverse("admin:newsletter_digest_frame", args=[digest.pk])
    text = reverse("admin:newsletter_digest_text", args=[digest.pk])
    return [
        BesideLook(look, text if look.text else f"{frame}?{urlencode(look.query)}")
        for look in LOOKS.values()
    ]


def as_text(request: HttpRequest, pk: int) -> HttpResponse:
    """The mail's text part alone."""
    digest = mail_or_404(request, pk, permission="view")
    words = message.newest(digest=digest, now=timezone.now())
    shown = looking.sample(newsletter=digest.newsletter, words=words)
    response = HttpResponse(shown.text, content_type="text/plain; charset=utf-8")
    response["Content-Security-Policy"] = frame_policy(pictures=False)
    response["Cache-Control"] = "no-store"
    return response
