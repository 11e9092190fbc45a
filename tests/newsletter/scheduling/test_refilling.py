"""News comes into a draft by itself until shortly before its time."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from newsletter.digests import filling, lifecycle, presence
from newsletter.digests.adding import add_story
from newsletter.digests.editing import ItemWords, rewrite, standing
from newsletter.models import Article, Digest, DigestChange, Item, Schedule
from newsletter.release import approval
from newsletter.scheduling.planning import plan
from newsletter.scheduling.refilling import refill
from subscribers.models import Notice
from tests.factories import make_article, make_reader, make_schedule, make_staff
from tests.newsletter.scheduling.planned import DUE, LEAD, LOCK, drafted, only

pytestmark = pytest.mark.django_db

LATER = LEAD + timedelta(minutes=40)


def news(title: str, *, at: datetime = LATER) -> Article:
    return make_article(title=title, published_at=at - timedelta(minutes=1))


def lead() -> str:
    return Item.objects.get(section__key="lead").article.title  # type: ignore[union-attr]


def titles() -> set[str]:
    return set(Item.objects.values_list("article__title", flat=True))


def edit(items: list[ItemWords] | None = None, **words: str) -> None:
    digest = only()
    rewrite(
        digest_id=digest.pk,
        version=digest.version,
        words=words,
        items=standing(digest=digest) if items is None else items,
        by=make_staff(),
        now=LEAD,
    )


@pytest.fixture
def draft(db: None) -> Digest:
    """With one story in each of its places that fill themselves but "in brief"."""
    for number in range(5):
        news(f"Old {number}", at=LEAD - timedelta(minutes=number))
    digest = drafted()
    make_reader(digest.newsletter)
    return digest


def test_a_newer_story_takes_the_place_of_an_older_one(draft: Digest) -> None:
    assert lead() == "Old 0"
    news("Fresh")
    refill(now=LATER)
    assert lead() == "Fresh"
    assert only().version == draft.version + 1


def test_without_news_nothing_changes(draft: Digest) -> None:
    before = list(Item.objects.values())
    refill(now=LATER)
    assert list(Item.objects.values()) == before
    assert (only().version, only().filled_at) == (draft.version, LATER)


def test_a_pinned_story_stays(draft: Digest) -> None:
    edit([replace(item, is_kept=True) for item in standing(digest=draft)])
    before = standing(digest=draft)
    news("Fresh")
    refill(now=LATER)
    assert [item for item in standing(digest=draft) if item.item_id in titles_of(before)] == before


def titles_of(items: list[ItemWords]) -> set[int | None]:
    return {item.item_id for item in items}


def test_a_rewritten_story_stays_with_its_words(draft: Digest) -> None:
    first, *rest = standing(digest=draft)
    edit([replace(first, headline="My words"), *rest])
    news("Fresh")
    refill(now=LATER)
    item = Item.objects.get(section__key="lead")
    assert (item.pk, item.headline) == (first.item_id, "My words")
    assert "Fresh" in titles()


def test_a_moved_story_stays_where_it_was_moved_to(draft: Digest) -> None:
    first, *rest = standing(digest=draft)
    brief = draft.sections.get(key="brief")
    edit([*rest, replace(first, section_id=brief.pk)])
    news("Fresh")
    refill(now=LATER)
    assert Item.objects.get(pk=first.item_id).section == brief
    assert lead() == "Fresh"


def test_a_story_that_was_put_there_stays_as_old_as_it_may_be(draft: Digest) -> None:
    old = make_article(title="Ancient", published_at=LEAD - timedelta(days=90))
    add_story(section=draft.sections.get(key="brief"), article_id=old.pk, by=make_staff(), now=LEAD)
    news("Fresh")
    refill(now=LATER)
    assert {"Ancient", "Fresh"} <= titles()


def test_a_story_that_was_taken_out_does_not_come_back(draft: Digest) -> None:
    _, *rest = standing(digest=draft)
    edit(rest)
    news("Fresh")
    refill(now=LATER)
    assert "Old 0" not in titles()
    assert lead() == "Fresh"


def test_the_subject_follows_the_lead_until_somebody_writes_one(draft: Digest) -> None:
    assert draft.subject == "Old 0"
    news("Fresh")
    refill(now=LATER)
    assert (only().subject, only().preheader) == ("Fresh", "Old 1 · Old 2 · Old 3 · Old 0")
    edit(subject="By hand")
    news("Fresher", at=LATER + timedelta(minutes=10))
    refill(now=LATER + timedelta(minutes=10))
    assert lead() == "Fresher"
    assert only().subject == "By hand"
    assert "Fresh" in only().preheader


def test_nothing_comes_in_after_the_lock_time(draft: Digest) -> None:
    plan(now=LOCK)
    assert only().locked_at == LOCK
    news("Fresh", at=LOCK + timedelta(minutes=2))
    refill(now=LOCK + timedelta(minutes=10))
    assert "Fresh" not in titles()


def test_what_came_before_the_lock_is_in_it(draft: Digest) -> None:
    news("Last minute", at=LOCK)
    plan(now=LOCK)
    assert "Last minute" in titles()


def test_whoever_has_it_open_is_not_disturbed(draft: Digest) -> None:
    somebody = make_staff()
    presence.seen(digest_id=draft.pk, by=somebody, now=LATER)
    news("Fresh")
    refill(now=LATER)
    assert "Fresh" not in titles()
    presence.gone(digest_id=draft.pk, by=somebody)
    refill(now=LATER)
    assert "Fresh" in titles()


def test_a_draft_that_somebody_has_open_is_locked_as_it_is(draft: Digest) -> None:
    presence.seen(digest_id=draft.pk, by=make_staff(), now=LOCK)
    news("Fresh", at=LOCK)
    before = only().version
    plan(now=LOCK)
    assert (only().locked_at, only().version) == (LOCK, before)
    assert "Fresh" not in titles()


@pytest.mark.parametrize("step", ["approve", "schedule", "cancel"])
def test_only_drafts_are_filled(draft: Digest, step: str) -> None:
    if step == "approve":
        approval.approve(digest_id=draft.pk, by=make_staff(), now=LEAD)
    elif step == "schedule":
        approval.schedule(digest_id=draft.pk, release_at=DUE, by=make_staff(), now=LEAD)
    else:
        lifecycle.cancel(digest_id=draft.pk, by=None, now=LEAD)
    news("Fresh")
    refill(now=LATER)
    assert "Fresh" not in titles()


def test_a_draft_taken_back_waits_for_a_person_and_is_not_filled(draft: Digest) -> None:
    approval.approve(digest_id=draft.pk, by=make_staff(), now=LEAD)
    approval.take_back(digest_id=draft.pk, by=make_staff(), now=LEAD)
    news("Fresh")
    refill(now=LATER)
    assert "Fresh" not in titles()


def test_the_trouble_of_one_draft_does_not_keep_the_others(
    draft: Digest, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_schedule()
    plan(now=LEAD)
    fill, seen = filling.fill, []

    def failing_first(**arguments: object) -> int:
        seen.append(arguments["digest"])
        if len(seen) == 1:
            raise RuntimeError
        return fill(**arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(filling, "fill", failing_first)
    news("Fresh")
    refill(now=LATER)
    assert len(seen) == 2
    assert Item.objects.filter(article__title="Fresh").count() == 1


def test_it_is_skipped_at_the_lock_with_too_little_and_staff_are_told_once() -> None:
    make_staff()
    news("One", at=LEAD)
    make_schedule(min_stories=2, lead_time_minutes=120)
    news("Two", at=LEAD)
    plan(now=LEAD)
    Article.objects.filter(title="Two").update(published_at=DUE + timedelta(days=1))
    for late in range(3):
        plan(now=LOCK + timedelta(seconds=late))
    assert (only().state, only().reason) == (
        Digest.State.SKIPPED,
        "Only 1 new in the last 3 days; at least 2 needed.",
    )
    assert Notice.objects.filter(kind=Notice.Kind.STAFF_ALERT).count() == 1
    assert DigestChange.objects.filter(new=Digest.State.SKIPPED).count() == 1


def test_what_somebody_worked_on_is_never_skipped_for_too_little(draft: Digest) -> None:
    edit(intro="Hello there")
    Article.objects.update(published_at=DUE + timedelta(days=1))
    Schedule.objects.update(min_stories=9)
    plan(now=LOCK)
    assert (only().state, only().locked_at) == (Digest.State.DRAFT, LOCK)


def test_a_draft_with_too_little_waits_for_news_until_the_lock() -> None:
    make_schedule(min_stories=2)
    news("One", at=LEAD)
    plan(now=LEAD)
    assert only().state == Digest.State.DRAFT
    news("Two")
    refill(now=LATER)
    plan(now=LOCK)
    assert (only().state, titles()) == (Digest.State.DRAFT, {"One", "Two"})


@pytest.mark.parametrize("is_first", [True, False])
def test_good_news_leaves_out_what_the_briefing_took_in_the_same_visit(*, is_first: bool) -> None:
    """The briefing chooses first, whichever of them is older."""
    one, two = make_schedule(), make_schedule()
    briefing, good = (one, two) if is_first else (two, one)
    Schedule.objects.filter(pk=good.pk).update(layout="good_news", leaves_out_days=7)
    good.leaves_out.set([briefing.newsletter])
    for number in range(12):
        news(f"Old {number}", at=LEAD - timedelta(minutes=number))
    plan(now=LEAD)
    news("Fresh")
    refill(now=LATER)
    ran = {
        mail.newsletter_id: set(
            Item.objects.filter(section__digest=mail).values_list("article_id", flat=True)
        )
        for mail in Digest.objects.all()
    }
    assert Article.objects.get(title="Fresh").pk in ran[briefing.newsletter_id]
    assert not ran[briefing.newsletter_id] & ran[good.newsletter_id]
