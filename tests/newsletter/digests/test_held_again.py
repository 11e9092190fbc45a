"""What is held for tomorrow runs once, whatever becomes of the mails in between."""

import pytest

from newsletter.digests import lifecycle
from newsletter.digests.assembly import lock
from newsletter.digests.filling import fill
from newsletter.models import Digest, Item, Schedule, TakenOut
from newsletter.release import approval
from tests.factories import NOW, make_staff
from tests.newsletter.digests.holding import AFTER, TOMORROW, hold, item_of, mail, where

pytestmark = pytest.mark.django_db


def test_its_words_are_there_when_a_skipped_mail_is_made_anyway(
    schedule: Schedule, today: Digest
) -> None:
    item = item_of(today)
    Item.objects.filter(pk=item.pk).update(headline="Better words")
    hold(today, item)
    tomorrow = mail(schedule, TOMORROW)
    schedule.min_stories = 9
    assert not lock(digest=tomorrow, found=1, rule=schedule, now=NOW)
    approval.make_anyway(digest_id=tomorrow.pk, by=make_staff(), now=NOW)
    there = Item.objects.get(section__digest=tomorrow, article=item.article)
    assert there.headline == "Better words"


def test_held_on_from_a_mail_that_is_called_off_it_comes_once(
    schedule: Schedule, today: Digest
) -> None:
    number = today.sections.get(key="number")
    text = Item.objects.create(section=number, figure="41 %", blurb="of homes", is_kept=True)
    item = item_of(today)
    hold(today, item)
    hold(today, text)
    tomorrow = mail(schedule, TOMORROW)
    for one in Item.objects.filter(section__digest=tomorrow, is_kept=True):
        hold(tomorrow, one)
    lifecycle.cancel(digest_id=tomorrow.pk, by=None, now=NOW)
    after = mail(schedule, AFTER)
    kept = Item.objects.filter(section__digest=after, is_kept=True)
    found = kept.order_by("figure").values_list("article", "figure")
    assert list(found) == [(item.article_id, ""), (None, "41 %")]


def test_two_that_wait_with_one_story_come_once(schedule: Schedule, today: Digest) -> None:
    item = item_of(today)
    row = hold(today, item)
    other = mail(schedule, f"{today.occurrence}-2")
    TakenOut.objects.create(
        section=other.sections.get(key="more"), article=row.article, for_tomorrow=True, at=NOW
    )
    Item.objects.filter(section__digest=other).delete()
    TakenOut.objects.update(placed_in=None)
    mail(schedule, TOMORROW)
    assert where(item.article).count(TOMORROW) == 1


def test_what_stands_in_another_mail_since_does_not_come_again(
    schedule: Schedule, today: Digest
) -> None:
    item = item_of(today)
    tomorrow = mail(schedule, TOMORROW)
    hold(today, item)
    mail(schedule, AFTER)
    assert where(item.article) == [AFTER]
    TakenOut.objects.update(placed_in=None)
    fill(digest=tomorrow, rule=schedule, now=NOW)
    assert where(item.article) == [AFTER]
