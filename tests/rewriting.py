"""An editor who writes other words into a mail."""

from datetime import datetime

from config.models import StaffUser
from newsletter.digests import editing
from newsletter.models import Digest


def rewrite(digest: Digest, *, now: datetime, by: StaffUser | None = None, **words: str) -> None:
    """As it stands in the database, with `words` for the mail; its items stay as they are."""
    digest.refresh_from_db()
    editing.rewrite(
        digest_id=digest.pk,
        version=digest.version,
        words=words,
        items=editing.standing(digest=digest),
        by=by,
        now=now,
    )
    digest.refresh_from_db()
