"""Putting one more story into a mail that stands, at the end of a section."""

from datetime import datetime

from config.models import StaffUser
from newsletter.digests.editing import ItemWords, rewrite, standing
from newsletter.digests.edits import EditConflict
from newsletter.models import Digest, Section

TRIES = 3


def add_story(*, section: Section, article_id: int, by: StaffUser | None, now: datetime) -> bool:
    """Add the story to `section`, and say whether it was not in the mail yet.

    It does not matter who else writes in the mail meanwhile: nothing of theirs is replaced, and
    their next save says that the mail changed. Raises NotEditable, and EditConflict if the mail
    changes three times in a row while we look.
    """
    for _ in range(TRIES - 1):
        try:
            return _add(section=section, article_id=article_id, by=by, now=now)
        except EditConflict:
            continue
    return _add(section=section, article_id=article_id, by=by, now=now)


def _add(*, section: Section, article_id: int, by: StaffUser | None, now: datetime) -> bool:
    digest = Digest.objects.get(pk=section.digest_id)
    items = standing(digest=digest)
    if any(one.article_id == article_id for one in items):
        return False
    rewrite(
        digest_id=digest.pk,
        version=digest.version,
        words={},
        items=[*items, ItemWords(section_id=section.pk, article_id=article_id)],
        by=by,
        now=now,
    )
    return True
