"""Held for tomorrow: once, in the same section, with its words."""

from datetime import timedelta

import pytest

from newsletter.digests import lifecycle
from newsletter.digests.assembly import rule_of
from newsletter.digests.editing import ItemWords, rewrite
from newsletter.digests.filling import fill
from newsletter.digests.taking_out import RanSince
from newsletter.models import Article, Digest, Item, Schedule, TakenOut
from newsletter.release import approval
from tests.factories import NOW, make_article
from tests.newsletter.digests.holding import (
    AFTER,
    TODAY,
    TOMORROW,
    back,
    hold,
    item_of,
    mail,
    where,
)

pytestmark = pytest.mark.django_db


def test_it_runs_tomorrow_in_the_same_section_with_its_words_and_stays(
    schedule: Schedule, today: Digest
) -> None:
    item = item_of(today)
    Item.objects.filter(pk=item.pk).update(headline="Better words", blurb="And more of them.")
    hold(today, item)
    there = item_of(mail(schedule, TOMORROW))
    assert (there.article, there.headline, there.blurb) == (
        item.article,
        "Better words",
        "And more of them.",
    )
    assert (there.position, there.is_kept) == (0, True)
    assert there.reason == "held over from 2026-11-24"


def test_it_does_not_come_back_today(schedule: Schedule, today: Digest) -> None:
    item = item_of(today)
    hold(today, item)
    today.refresh_from_db()
    fill(digest=today, rule=schedule, now=NOW)
    assert where(item.article) == []


def test_it_runs_once(schedule: Schedule, today: Digest) -> None:
    item = item_of(today)
    hold(today, item)
    tomorrow = mail(schedule, TOMORROW)
    fill(digest=tomorrow, rule=schedule, now=NOW)
    mail(schedule, AFTER)
    assert where(item.article) == [TOMORROW]


def test_it_comes_into_a_draft_that_stands_already(schedule: Schedule, today: Digest) -> None:
    tomorrow = mail(schedule, TOMORROW)
    item = item_of(today)
    hold(today, item)
    fill(digest=tomorrow, rule=schedule, now=NOW)
    assert where(item.article) == [TOMORROW]


def test_it_stands_once_where_an_editor_put_it_already(schedule: Schedule, today: Digest) -> None:
    tomorrow = mail(schedule, TOMORROW)
    item = item_of(today)
    section = tomorrow.sections.get(key="lead")
    rewrite(
        digest_id=tomorrow.pk,
        version=tomorrow.version,
        words={},
        items=[ItemWords(section_id=section.pk, article_id=item.article_id, headline="By hand")],
        by=None,
        now=NOW,
    )
    row = hold(today, item)
    tomorrow.refresh_from_db()
    fill(digest=tomorrow, rule=schedule, now=NOW)
    assert where(item.article) == [TOMORROW]
    assert Item.objects.get(article=item.article).headline == "By hand"
    row.refresh_from_db()
    assert row.placed_in == tomorrow


@pytest.mark.parametrize("end", ["cancel", "skip"])
def test_it_waits_on_when_that_mail_does_not_go_out(
    schedule: Schedule, today: Digest, end: str
) -> None:
    item = item_of(today)
    hold(today, item)
    tomorrow = mail(schedule, TOMORROW)
    if end == "cancel":
        lifecycle.cancel(digest_id=tomorrow.pk, by=None, now=NOW)
    else:
        lifecycle.skip(digest_id=tomorrow.pk, reason="Nothing new", now=NOW)
    after = mail(schedule, AFTER)
    assert Item.objects.filter(section__digest=after, article=item.article).count() == 1


def test_it_stands_first_when_its_section_is_gone(schedule: Schedule, today: Digest) -> None:
    item = item_of(today)
    hold(today, item)
    schedule.newsletter.sections.get(key="more").delete()
    tomorrow = mail(schedule, TOMORROW)
    assert item_of(tomorrow, "lead").article == item.article


def test_what_nobody_wanted_for_two_weeks_is_forgotten(schedule: Schedule, today: Digest) -> None:
    item = item_of(today)
    row = hold(today, item)
    TakenOut.objects.filter(pk=row.pk).update(at=NOW - timedelta(days=15))
    Article.objects.update(published_at=NOW - timedelta(days=15))
    mail(schedule, TOMORROW)
    assert where(item.article) == []


def test_putting_it_back_takes_it_out_of_tomorrow(schedule: Schedule, today: Digest) -> None:
    item = item_of(today)
    row = hold(today, item)
    tomorrow = mail(schedule, TOMORROW)
    back(row)
    fill(digest=Digest.objects.get(pk=tomorrow.pk), rule=schedule, now=NOW)
    assert where(item.article) == [TODAY]


def test_putting_back_what_was_held_twice_takes_it_from_where_it_waits(
    schedule: Schedule, today: Digest
) -> None:
    """Held today, held again tomorrow: it must not run here and the day after."""
    item = item_of(today)
    first = hold(today, item)
    tomorrow = mail(schedule, TOMORROW)
    hold(tomorrow, Item.objects.get(section__digest=tomorrow, article=item.article))
    after = mail(schedule, AFTER)
    assert where(item.article) == [AFTER]
    back(first)
    fill(digest=Digest.objects.get(pk=after.pk), rule=schedule, now=NOW)
    assert where(item.article) == [TODAY]


def test_the_subject_of_tomorrow_follows_when_its_lead_is_put_back(
    schedule: Schedule, today: Digest
) -> None:
    item = item_of(today, "lead")
    row = hold(today, item)
    tomorrow = mail(schedule, TOMORROW)
    make_article(title="Fresh", published_at=NOW)
    assert tomorrow.subject == item.article.title
    back(row)
    tomorrow.refresh_from_db()
    fill(digest=tomorrow, rule=schedule, now=NOW)
    assert tomorrow.subject == "Fresh"


def test_the_subject_follows_what_is_put_back_as_the_lead(today: Digest) -> None:
    item = item_of(today, "lead")
    row = hold(today, item)
    today.refresh_from_db()
    assert today.subject != item.article.title
    back(row)
    today.refresh_from_db()
    assert today.subject == item.article.title


def test_what_ran_tomorrow_cannot_be_put_back(schedule: Schedule, today: Digest) -> None:
    item = item_of(today)
    row = hold(today, item)
    make_article()
    tomorrow = mail(schedule, TOMORROW)
    approval.send_now(digest_id=tomorrow.pk, by=None, now=NOW)
    assert lifecycle.release(digest_id=tomorrow.pk, now=NOW)
    with pytest.raises(RanSince, match="It ran in"):
        back(row)
    assert where(item.article) == [TOMORROW]


def test_putting_back_takes_only_the_same_thing_out_of_tomorrow(
    schedule: Schedule, today: Digest
) -> None:
    """Texts without a story and a headline are told apart by all of their words."""
    number = today.sections.get(key="number")
    held = Item.objects.create(section=number, figure="41 %", blurb="of homes", is_kept=True)
    row = hold(today, held)
    tomorrow = mail(schedule, TOMORROW)
    other = Item.objects.create(section=tomorrow.sections.get(key="sponsor"), blurb="An advert")
    back(row)
    texts = Item.objects.filter(section__digest=tomorrow, article=None)
    assert list(texts) == [other]


def test_putting_back_finds_it_under_another_headline(schedule: Schedule, today: Digest) -> None:
    item = item_of(today)
    row = hold(today, item)
    mail(schedule, TOMORROW)
    Item.objects.filter(article=item.article).update(headline="Other words")
    back(row)
    assert where(item.article) == [TODAY]


def test_a_mail_without_sections_leaves_it_waiting(schedule: Schedule, today: Digest) -> None:
    hold(today, item_of(today))
    tomorrow = mail(schedule, TOMORROW)
    again = TakenOut.objects.get()
    TakenOut.objects.update(placed_in=None)
    tomorrow.sections.all().delete()
    fill(digest=tomorrow, rule=rule_of(schedule.newsletter), now=NOW)
    again.refresh_from_db()
    assert again.placed_in is None


def test_held_for_a_mail_that_it_was_taken_out_of_it_stands_there_as_if_it_never_was(
    schedule: Schedule, today: Digest
) -> None:
    item = item_of(today)
    tomorrow = mail(schedule, TOMORROW)
    section = tomorrow.sections.get(key="more")
    TakenOut.objects.create(section=section, article=item.article, at=NOW)
    hold(today, item)
    fill(digest=tomorrow, rule=schedule, now=NOW)
    assert Item.objects.filter(section__digest=tomorrow, article=item.article).exists()
    assert not TakenOut.objects.filter(section__digest=tomorrow).exists()
