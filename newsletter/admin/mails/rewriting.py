"""Whether somebody wrote in a mail that is stopped on its way."""

from django.utils import timezone

from newsletter.delivery import correcting
from newsletter.models import Digest
from newsletter.rendering.mjml import MjmlError
from newsletter.rendering.placeholders import RenderError


def is_rewritten(digest: Digest) -> bool:
    """Whether a paused mail has words that are not approved; what cannot be drawn counts too."""
    if digest.state != Digest.State.PAUSED:
        return False
    try:
        return correcting.is_changed(digest=digest, now=timezone.now())
    except (MjmlError, RenderError):
        return True
