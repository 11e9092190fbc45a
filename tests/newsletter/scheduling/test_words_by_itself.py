"""Subject and preheader follow the headlines until somebody writes others."""

from datetime import timedelta

import pytest

from newsletter.digests.editing import rewrite, standing
from newsletter.models import Article, Digest
from newsletter.scheduling.refilling import refill
from tests.factories import make_article, make_staff
from tests.newsletter.scheduling.planned import LEAD, drafted, only

pytestmark = pytest.mark.django_db

LATER = LEAD + timedelta(minutes=40)


@pytest.fixture
def draft(db: None) -> Digest:
    for number in range(2):
        make_article(title=f"Old {number}", published_at=LEAD - timedelta(minutes=1 + number))
    return drafted()


def test_they_follow_titles_that_their_source_changes(draft: Digest) -> None:
    Article.objects.filter(title="Old 0").update(title="Corrected")
    Article.objects.filter(title="Old 1").update(title="Another")
    refill(now=LATER)
    assert (only().subject, only().preheader) == ("Corrected", "Another")
    assert only().version == draft.version + 1
    make_article(title="Fresh", published_at=LATER)
    refill(now=LATER + timedelta(minutes=6))
    assert only().subject == "Fresh"


def test_what_somebody_wrote_stays(draft: Digest) -> None:
    rewrite(
        digest_id=draft.pk,
        version=draft.version,
        words={"subject": "By hand"},
        items=standing(digest=draft),
        by=make_staff(),
        now=LEAD,
    )
    Article.objects.filter(title="Old 1").update(title="Another")
    refill(now=LATER)
    assert (only().subject, only().preheader) == ("By hand", "Another")
