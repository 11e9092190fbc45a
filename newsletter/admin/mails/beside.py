"""The mail itself beside the fields where it is written, in each of its looks."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from newsletter.admin.mails import preview
from newsletter.admin.mails.access import mail_or_404
from newsletter.models import Digest


@dataclass(frozen=True, slots=True)
class BesideLook:
    """A look, and the address that a frame shows it from."""

    look: preview.Look
    address: str


def looks(digest: Digest) -> list[BesideLook]:
    """All looks there are, with their frames."""
    frame = reverse("admin:newsletter_digest_frame", args=[digest.pk])
    text = reverse("admin:newsletter_digest_text", args=[digest.pk])
    return [
        BesideLook(look, text if look.text else f"{frame}?{look.query}")
        for look in preview.LOOKS.values()
    ]


def as_text(request: HttpRequest, pk: int) -> HttpResponse:
    """The mail's text part alone."""
    digest = mail_or_404(request, pk, permission="view")
    response = HttpResponse(preview.sample(digest).text, content_type="text/plain; charset=utf-8")
    response["Content-Security-Policy"] = preview.frame_policy(pictures=False)
    response["Cache-Control"] = "no-store"
    return response
