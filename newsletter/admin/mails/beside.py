"""The mail itself beside the fields where it is written, in each of its looks."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from newsletter.admin.mails.access import mail_or_404
from newsletter.models import Digest
from newsletter.pages.looks import LOOKS, Look, not_drawn, plain
from newsletter.rendering import looking, message
from newsletter.rendering.mjml import MjmlError
from newsletter.rendering.placeholders import RenderError


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
    """The mail's text part alone; in its place, why it cannot be drawn."""
    digest = mail_or_404(request, pk, permission="view")
    try:
        words = message.newest(digest=digest, now=timezone.now())
    except (MjmlError, RenderError) as error:
        return plain(not_drawn(error))
    return plain(looking.sample(newsletter=digest.newsletter, words=words).text)
