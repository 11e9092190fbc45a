"""Editing without overwriting, and what it does to an approval."""

from dataclasses import replace

import pytest

from newsletter.digests import lifecycle
from newsletter.digests.assembly import make_digest
from newsletter.digests.editing import ItemWords, rewrite, standing
from newsletter.digests.edits import EditConflict, NotEditable
from newsletter.models import Digest, Item
from tests.factories import NOW, make_article, make_revision, make_schedule, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def digest() -> Digest:
    schedule = make_schedule()
    for _ in range(8):
        make_article()
    return make_digest(
        newsletter=schedule.newsletter, occurrence="2026-11-24", release_at=None, now=NOW
    )


def edit(digest: Digest, *, items: list[ItemWords] | None = None, **words: str) -> int:
    """An edit from the version that `digest` was read with."""
    return rewrite(
        digest_id=digest.pk,
        version=digest.version,
        words=words,
        items=standing(digest=digest) if items is None else items,
        by=make_staff(),
        now=NOW,
    )


def items_of(digest: Digest, key: str) -> list[int]:
    return list(
        Item.objects.filter(section__digest=digest, section__key=key).values_list("pk", flat=True)
    )


def approve(digest: Digest) -> None:
    revision = make_revision(digest)
    assert lifecycle.approve(digest_id=digest.pk, revision=revision, by=None, now=NOW)


def test_it_changes_words_and_counts_the_version(digest: Digest) -> None:
    assert edit(digest, subject="Harbour reopens") == digest.version + 1
    assert Digest.objects.get(pk=digest.pk).subject == "Harbour reopens"


def test_it_refuses_an_edit_made_from_an_older_version(digest: Digest) -> None:
    edit(digest, subject="First")
    with pytest.raises(EditConflict):
        edit(digest, subject="Second", items=[])
    assert Digest.objects.get(pk=digest.pk).subject == "First"
    assert items_of(digest, "lead")


def test_an_edit_takes_an_approved_digest_back_to_draft(digest: Digest) -> None:
    approve(digest)
    edit(digest, subject="Better words")
    digest.refresh_from_db()
    assert (digest.state, digest.revision, digest.approved_by) == (Digest.State.DRAFT, None, None)


def test_an_edit_takes_a_scheduled_digest_back_to_draft(digest: Digest) -> None:
    approve(digest)
    lifecycle.schedule(digest_id=digest.pk, release_at=NOW, by=None, now=NOW)
    edit(digest, intro="Other words")
    assert Digest.objects.get(pk=digest.pk).state == Digest.State.DRAFT


def test_a_digest_that_is_going_out_cannot_be_edited(digest: Digest) -> None:
    approve(digest)
    lifecycle.schedule(digest_id=digest.pk, release_at=NOW, by=None, now=NOW)
    lifecycle.release(digest_id=digest.pk, now=NOW)
    with pytest.raises(NotEditable, match="preparing"):
        edit(digest, subject="Too late")


def test_it_refuses_to_set_what_are_no_words(digest: Digest) -> None:
    with pytest.raises(TypeError):
        edit(digest, state="sent")


def test_items_stand_in_the_order_given(digest: Digest) -> None:
    before = items_of(digest, "more")
    edit(digest, items=list(reversed(standing(digest=digest))))
    assert items_of(digest, "more") == before[::-1]


def test_an_item_moves_to_another_section(digest: Digest) -> None:
    brief = digest.sections.get(key="brief")
    lead = items_of(digest, "lead")[0]
    items = [
        replace(item, section_id=brief.pk) if item.item_id == lead else item
        for item in standing(digest=digest)
    ]
    edit(digest, items=items)
    assert items_of(digest, "lead") == []
    assert lead in items_of(digest, "brief")


def test_a_story_taken_out_is_free_for_another_digest(digest: Digest) -> None:
    lead = Item.objects.get(pk=items_of(digest, "lead")[0])
    edit(digest, items=[item for item in standing(digest=digest) if item.item_id != lead.pk])
    other = make_digest(
        newsletter=digest.newsletter, occurrence="2026-11-25", release_at=None, now=NOW
    )
    assert Item.objects.get(section__digest=other, section__key="lead").article == lead.article


def test_a_story_is_added_with_words_of_its_own(digest: Digest) -> None:
    section, story = digest.sections.get(key="more"), make_article(title="Late arrival")
    added = ItemWords(section_id=section.pk, article_id=story.pk, headline="Just in")
    edit(digest, items=[*standing(digest=digest), added])
    item = Item.objects.get(article=story)
    assert items_of(digest, "more")[-1] == item.pk
    assert item.headline == "Just in"


def test_an_item_cannot_be_put_into_another_digest(digest: Digest) -> None:
    elsewhere = make_digest(
        newsletter=digest.newsletter, occurrence="2026-11-25", release_at=None, now=NOW
    )
    there = elsewhere.sections.first()
    assert there is not None
    with pytest.raises(KeyError):
        edit(digest, items=[replace(standing(digest=digest)[0], section_id=there.pk)])
    assert items_of(digest, "lead")


def test_an_item_without_words_stays_and_a_new_one_is_not_made(digest: Digest) -> None:
    first, *others = standing(digest=digest)
    emptied = ItemWords(section_id=first.section_id, item_id=first.item_id)
    edit(digest, items=[emptied, *others, ItemWords(section_id=first.section_id)])
    assert len(standing(digest=digest)) == 1 + len(others)
    assert Item.objects.get(pk=first.item_id).article is None


def test_a_kicker_or_a_picture_alone_is_something() -> None:
    assert ItemWords(section_id=1).is_empty
    assert not ItemWords(section_id=1, kicker="Ports").is_empty
    assert not ItemWords(section_id=1, image_id=1).is_empty
