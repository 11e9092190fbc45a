"""Single and urgent mails asked for at once, in several processes."""

from datetime import date, time

import pytest

from newsletter.digests.blank import News
from newsletter.models import Digest
from newsletter.scheduling import singles
from newsletter.scheduling.chosen import chosen
from newsletter.scheduling.planning import plan
from tests.factories import NOW, make_article, make_schedule
from tests.newsletter.tracking.at_once import four_at_once

pytestmark = pytest.mark.django_db(transaction=True)

DAY = date(2026, 11, 24)


def test_the_same_news_pressed_four_times_at_once_is_one_mail() -> None:
    newsletter = make_schedule().newsletter
    news = News(key="a", headline="Harbour closed", words="Ferries stay in port.")
    four_at_once(
        lambda: singles.make_news(newsletter=newsletter, news=news, by=None, now=NOW) and None
    )
    assert Digest.objects.get().is_urgent


def test_different_news_at_once_get_names_of_their_own() -> None:
    newsletter = make_schedule().newsletter
    keys = iter("abcd")

    def make() -> None:
        news = News(key=next(keys), headline="Harbour closed", words="Ferries stay in port.")
        singles.make_news(newsletter=newsletter, news=news, by=None, now=NOW)

    four_at_once(make)
    names = sorted(Digest.objects.values_list("occurrence", flat=True))
    assert names == [f"2026-11-24-{number}" for number in (2, 3, 4, 5)]


@pytest.mark.parametrize("is_empty", [False, True])
def test_taking_the_place_of_the_usual_mail_while_it_is_made_leaves_one(is_empty: bool) -> None:
    newsletter = make_schedule().newsletter
    make_article()
    noon = chosen(newsletter=newsletter, day=DAY, at=time(12), by_reader=False, now=NOW)
    turns = iter(["rule", "person"] * 2)

    def make() -> None:
        if next(turns) == "rule":
            plan(now=NOW)
            return
        singles.make(
            newsletter=newsletter, day=DAY, chosen=noon, is_empty=is_empty, instead=True, now=NOW
        )

    four_at_once(make)
    usual = Digest.objects.filter(is_single=False)
    assert usual.count() == 1
