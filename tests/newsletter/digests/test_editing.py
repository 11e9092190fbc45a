"""Editing without overwriting, and what it does to an approval."""

from collections.abc import Callable
from typing import Any

import pytest

from newsletter.digests import editing, lifecycle
from newsletter.digests.assembly import make_digest
from newsletter.digests.editing import EditConflict, NotEditable
from newsletter.models import Digest, Item, Revision
from tests.factories import NOW, make_article, make_schedule, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def digest() -> Digest:
    schedule = make_schedule()
    for _ in range(8):
        make_article()
    return make_digest(
        newsletter=schedule.newsletter, occurrence="2026-11-24", release_at=None, now=NOW
    )


def edit(digest: Digest, version: int | None = None, **words: str) -> int:
    return editing.edit_words(
        digest_id=digest.pk, version=version or digest.version, by=None, now=NOW, **words
    )


def items_of(digest: Digest, key: str) -> list[int]:
    return list(
        Item.objects.filter(section__digest=digest, section__key=key).values_list("pk", flat=True)
    )


def approved(digest: Digest) -> Digest:
    revision = Revision.objects.create(
        digest=digest, number=1, headers={}, digest_hash="0", created_at=NOW
    )
    assert lifecycle.approve(digest_id=digest.pk, revision=revision, by=None, now=NOW)
    return digest


def test_it_changes_words_and_counts_the_version(digest: Digest) -> None:
    assert edit(digest, subject="Harbour reopens") == digest.version + 1
    assert Digest.objects.get(pk=digest.pk).subject == "Harbour reopens"


def test_it_refuses_an_edit_made_from_an_older_version(digest: Digest) -> None:
    edit(digest, subject="First")
    with pytest.raises(EditConflict):
        edit(digest, subject="Second")
    assert Digest.objects.get(pk=digest.pk).subject == "First"


def test_an_edit_takes_an_approved_digest_back_to_draft(digest: Digest) -> None:
    approved(digest)
    editing.edit_words(
        digest_id=digest.pk, version=1, by=make_staff(), now=NOW, subject="Better words"
    )
    digest.refresh_from_db()
    assert (digest.state, digest.revision, digest.approved_by) == (Digest.State.DRAFT, None, None)


def test_an_edit_takes_a_scheduled_digest_back_to_draft(digest: Digest) -> None:
    approved(digest)
    lifecycle.schedule(digest_id=digest.pk, release_at=NOW, by=None, now=NOW)
    edit(digest, intro="Other words")
    assert Digest.objects.get(pk=digest.pk).state == Digest.State.DRAFT


def test_a_digest_that_is_going_out_cannot_be_edited(digest: Digest) -> None:
    approved(digest)
    lifecycle.schedule(digest_id=digest.pk, release_at=NOW, by=None, now=NOW)
    lifecycle.release(digest_id=digest.pk, now=NOW)
    with pytest.raises(NotEditable, match="preparing"):
        edit(digest, subject="Too late")


def test_it_refuses_to_set_what_are_no_words(digest: Digest) -> None:
    with pytest.raises(TypeError):
        edit(digest, state="sent")


@pytest.mark.parametrize(
    ("direction", "place", "order"),
    [("up", 1, [1, 0, 2]), ("down", 1, [0, 2, 1]), ("up", 0, [0, 1, 2]), ("down", 2, [0, 1, 2])],
)
def test_it_moves_an_item_up_and_down(
    digest: Digest, direction: Any, place: int, order: list[int]
) -> None:
    before = items_of(digest, "more")[:3]
    Item.objects.filter(section__key="more").exclude(pk__in=before).delete()
    editing.move_item(item_id=before[place], direction=direction, version=1, by=None, now=NOW)
    assert items_of(digest, "more") == [before[n] for n in order]


def test_it_moves_an_item_to_the_end_of_another_section(digest: Digest) -> None:
    item = items_of(digest, "more")[0]
    brief = digest.sections.get(key="brief")
    editing.move_to_section(item_id=item, section_id=brief.pk, version=1, by=None, now=NOW)
    assert items_of(digest, "brief")[-1] == item
    assert item not in items_of(digest, "more")


def test_a_removed_story_is_free_for_another_digest(digest: Digest) -> None:
    lead = Item.objects.get(pk=items_of(digest, "lead")[0])
    editing.remove_item(item_id=lead.pk, version=1, by=None, now=NOW)
    other = make_digest(
        newsletter=digest.newsletter, occurrence="2026-11-25", release_at=None, now=NOW
    )
    assert Item.objects.get(section__digest=other, section__key="lead").article == lead.article


def test_it_adds_a_story_at_the_end_and_sets_an_item_s_words(digest: Digest) -> None:
    section = digest.sections.get(key="more")
    story = make_article(title="Late arrival")
    version = editing.add_story(section_id=section.pk, article=story, version=1, by=None, now=NOW)
    added = Item.objects.get(article=story)
    editing.edit_item(item_id=added.pk, version=version, by=None, now=NOW, headline="Just in")
    assert items_of(digest, "more")[-1] == added.pk
    assert Item.objects.get(pk=added.pk).headline == "Just in"


@pytest.mark.parametrize(
    "change",
    [
        lambda item: editing.remove_item(item_id=item, version=7, by=None, now=NOW),
        lambda item: editing.edit_item(item_id=item, version=7, by=None, now=NOW, blurb="Mine"),
        lambda item: editing.move_item(item_id=item, direction="down", version=7, by=None, now=NOW),
    ],
)
def test_every_edit_of_an_item_needs_the_current_version(
    digest: Digest, change: Callable[[int], int]
) -> None:
    before = items_of(digest, "more")
    with pytest.raises(EditConflict):
        change(before[0])
    assert items_of(digest, "more") == before
